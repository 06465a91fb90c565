"""What a digest of one date chooses from; pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.models import Ballots
from bot.ranking import Ranking
from bot.service.choosing import Offer
from bot.service.votes import Say, spread_of, vote_part


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Ranked papers that are young enough, and those of them that fit; the same for all channels of a topic set."""

    ranking: Ranking
    young: tuple[str, ...]
    matched: Mapping[str, tuple[str, ...]]
    scores: dict[str, float]
    """Of those that fit, without anybody's votes."""
    arrived: int
    """Of the young ones, those first seen within the digest's own window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The papers that pass a channel's bar, best first, with their scores; or why none does."""

    scores: dict[str, float]
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """All that a digest of one date chooses from."""

    candidates: Candidates
    seen: Collection[str]
    """Shown here before."""
    votes: dict[str, Say]
    ballots: Sequence[Ballots]
    """What these were made from."""
    fitting: list[str]
    """Those that fit and are new here, best first."""
    bar: Bar
    enough: str | None
    """Why nothing comes however good it is."""

    @property
    def ranking(self) -> Ranking:
        return self.candidates.ranking

    def score(self, paper_id: str) -> float:
        """With the team's votes; 0 of what is no candidate."""
        say = self.votes.get(paper_id)
        voted = vote_part(say, spread_of(self.ranking)).part if say is not None else 0.0
        return (self.ranking.score(paper_id) or 0.0) + voted

    def offer(self, *further: str) -> Offer:
        """The papers that pass the bar, and further ones as if they did."""
        scores = self.bar.scores | {one: self.score(one) for one in further}
        return Offer(scores=scores, matched=self.candidates.matched, spread=spread_of(self.ranking))


def candidates_from(
    ranking: Ranking,
    young: tuple[str, ...],
    matched: Mapping[str, tuple[str, ...]],
    window: datetime,
    scores: dict[str, float] | None = None,
) -> Candidates:
    """What the channels of a topic set share; `window` is since when a paper has arrived.

    `scores` are those that are kept, else the ranking's.
    """
    if scores is None:
        scores = {paper_id: ranking.score(paper_id) or 0.0 for paper_id in matched}
    return Candidates(
        ranking=ranking,
        young=young,
        matched=matched,
        scores=scores,
        arrived=len(ranking.seen_since(window)),
    )
