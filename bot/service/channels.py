"""Setting up who reads what, when."""


class Channels:
    """Subscriptions and their log."""
