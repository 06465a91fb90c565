"""Facts about behaviour."""
