"""Ways out, and ways in beside them."""

from dataclasses import dataclass
from typing import Protocol

from bot.models import (
    ChannelKey,
    Outcome,
)
from bot.views import View

Payload = dict[str, object]
"""The body of one message as a platform gets it; JSON."""


REPLY_TO = "reply_to"
"""A key of a payload that belongs under another message of the same rendering: the place of that one, from 0.

A delivery puts the remote id of that message there before it gives the payload to `Platform.send`.
"""

PLAIN = "in_plain_words"
"""A key of a payload that holds the same message in plain words, for when the platform refuses its form.

The first message of a view has none: `Platform.fallback` stands in for all of them.
"""

ONCE = "once"
"""A key of payloads that begin something which the platform would begin a second time, whatever its key, such as a
forum's post. Where the first of a rendering has it, nobody may send that one again that may have arrived."""


@dataclass(frozen=True, slots=True)
class SentMessage:
    remote_id: str
    url: str | None = None


class SendError(Exception):
    """A message did not surely arrive. `outcome` says what may be done about it; `reason` is for people, no secrets."""

    def __init__(self, outcome: Outcome, reason: str, *, retry_after: float | None = None, gone: bool = False) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.retry_after = retry_after
        """Seconds of real time, where the platform asked for a wait."""
        self.gone = gone
        """The channel itself was deleted, which nobody can mend."""


class Platform(Protocol):
    """A way out. It posts what it is given, once, and classifies what went wrong; it decides nothing."""

    @property
    def name(self) -> str:
        """As in channel keys."""
        ...

    def render(self, view: View) -> list[Payload]:
        """The messages that show it, in order; pure."""
        ...

    def fallback(self, view: View) -> Payload:
        """One plain message with the same links, for when the platform refuses the other."""
        ...

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        """Post one message. `key` is the same for every attempt at the same message.

        Raises:
            SendError: with exactly one outcome; anything else is a bug.
        """
        ...

    @property
    def idempotent(self) -> bool:
        """True where `key` makes a second attempt within minutes harmless, save at a payload with ONCE."""
        ...


class ParkedError(Exception):
    """An adapter cannot run until its operator changes something (a revoked token, a refused intent): no restarts."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


class Adapter(Protocol):
    """A way in that runs beside the others, under a supervisor."""

    @property
    def name(self) -> str: ...

    async def run(self) -> None:
        """Serve until cancelled; then close what was opened.

        Raises:
            ParkedError: Do not restart.
            Exception: Restart after a while.
        """
        ...

    @property
    def connected(self) -> bool:
        """Whether people can reach us this way now."""
        ...
