"""The terminal: tables and colours for people."""
