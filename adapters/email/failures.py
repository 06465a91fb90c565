"""How a conversation with the mail server fails, and where it stood then."""

from enum import StrEnum


class Step(StrEnum):
    """Where a conversation stood."""

    CONNECT = "connect"
    ENCRYPT = "encrypt"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    """Before the end of the data."""
    END = "end"
    """After it."""


class WireError(Exception):
    """It was not taken, or nobody knows."""

    def __init__(self, step: Step, what: str) -> None:
        super().__init__(f"{step}: {what}")
        self.step = step
        self.what = what


class RefusedError(WireError):
    """The server said no: an answer of 4xx or 5xx."""

    def __init__(self, step: Step, code: int, text: str) -> None:
        super().__init__(step, f"{code} {text}")
        self.code = code
        self.text = text


class BrokenError(WireError):
    """There was no answer, or none that means anything."""


class UntrustedError(WireError):
    """The way to the server is not as private as the settings ask, or the server offers no way to log in."""
