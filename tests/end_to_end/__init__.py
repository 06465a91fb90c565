"""The product as a process against stand-ins for the sources and the chat platforms; skipped where those are absent."""
