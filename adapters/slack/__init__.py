"""Slack: slash commands, buttons and digests."""
