"""When a token that was not exchanged is asked for again: pure, but for what it remembers.

Without a rest each call of a workspace would ask Slack once more for what it has just refused.
https://docs.slack.dev/authentication/using-token-rotation/
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.slack.errors import TokenError, classify, named_error
from bot.models import Outcome
from bot.ports import Installation, SendError

FIRST_REST, LONGEST_REST = timedelta(seconds=2), timedelta(minutes=5)
"""After a failure, twice as long each time; short at first, since a lost answer can be had again for a while."""
REFUSED_REST = timedelta(minutes=10)
"""After a refusal, which another question does not change."""
NOT_RENEWED = "Slack does not renew my token just now; I ask again."


@dataclass(frozen=True, slots=True)
class Failure:
    """The last exchange of an installation, which gave no token."""

    token: str = field(repr=False)
    """The one that was to be exchanged."""
    until: datetime
    """Real time; nobody asks again before."""
    times: int
    refused: bool
    """Slack said no, which installing again mends; else it failed."""


class Failures:
    """Those of this process, by installation."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], Failure] = {}

    def of(self, known: Installation, real: datetime) -> Failure | None:
        """The one for which this token rests now."""
        last = self._last.get(_key(known))
        return last if last is not None and last.token == known.token and real < last.until else None

    def note(self, known: Installation, error: Exception, real: datetime) -> Failure:
        last, told = self._last.get(_key(known)), classify(error)
        times = last.times + 1 if last is not None and last.token == known.token else 1
        refused = named_error(error) is not None and told.outcome not in {Outcome.LIMITED, Outcome.UNKNOWN}
        rest = REFUSED_REST if refused else min(FIRST_REST * 2 ** min(times - 1, 30), LONGEST_REST)
        asked = timedelta(seconds=told.retry_after or 0.0)
        failure = self._last[_key(known)] = Failure(known.token, real + max(rest, asked), times, refused)
        return failure

    def forget(self, known: Installation) -> None:
        self._last.pop(_key(known), None)


def not_renewed(until: datetime, real: datetime) -> TokenError:
    """A token has ended and the next one is not there yet: the workspace waits, nothing was sent."""
    wait = max((until - real).total_seconds(), 1.0)
    return TokenError(SendError(Outcome.LIMITED, NOT_RENEWED, retry_after=wait))


def _key(known: Installation) -> tuple[str, str]:
    return known.workspace, known.organization
