"""What digests of one moment choose from, made once for all channels of a topic set, in whichever process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.models import Period


@dataclass(frozen=True, slots=True)
class CandidateKey:
    """Of one topic set at one moment."""

    topic_set: str
    """A digest of the topics: they are somebody's words, and are not kept beside papers."""
    period: Period
    as_of: datetime
    """The moment that the schedules name."""


@dataclass(frozen=True, slots=True)
class KeptCandidate:
    """A paper that fits."""

    paper_id: str
    score: float
    """Without anybody's votes."""
    terms: tuple[int, ...] = ()
    """The included topics that it matched, by their place among them, from 0."""


class CandidateStore(Protocol):
    """Public papers and scores alone: no row says whose topics it is for."""

    async def candidates(self, key: CandidateKey) -> tuple[KeptCandidate, ...] | None:
        """Best first; None: nobody has made them."""
        ...

    async def keep(self, key: CandidateKey, made: tuple[KeptCandidate, ...]) -> tuple[KeptCandidate, ...]:
        """Those that count from now on, which are those of whoever came first."""
        ...

    async def forget(self, before: datetime) -> int:
        """Those as of a moment before then. Returns of how many keys."""
        ...
