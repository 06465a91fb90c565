"""Discord: application commands, buttons and digests."""
