"""Letters to one person beside digests, and the key that signs the links in them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class KeyStore(Protocol):
    """Keys of this installation, the same in every process and after every restart."""

    async def key(self) -> bytes:
        """32 random bytes that never change.

        Raises:
            SettingsError: It was encrypted with a key that is not there.
        """
        ...


class LetterKind(StrEnum):
    CONFIRM = "confirm"
    """Somebody asked for a digest at this address."""
    PREFERENCES = "preferences"
    """Somebody asked for a link to its settings."""
    TRIAL = "trial"
    """The operator tries the mail server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message that is no digest."""

    kind: LetterKind
    address: str
    link: str = ""
    """Where it leads, signed."""
    settings: tuple[tuple[str, str], ...] = ()
    """What is to be confirmed, by label."""


class Post(Protocol):
    """Sends letters."""

    async def post(self, letter: Letter, key: str) -> None:
        """Send one; `key` is the same for every attempt at it.

        Raises:
            SendError: with exactly one outcome.
        """
        ...
