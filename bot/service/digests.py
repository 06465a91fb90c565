"""Choosing a channel's papers for one local date."""


class Digests:
    """Composes digests; sends nothing."""
