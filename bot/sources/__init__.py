"""One file, one source: which addresses to ask, and what the answers mean; pure."""
