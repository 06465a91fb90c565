"""Gathering what the choice of a digest's papers needs to know; the choice itself is bot.choice, and pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from bot.choice import Candidate, Pick, Taste, Voted, choose, hashed, learn
from bot.choice.picking import FIT, pool_size
from bot.models import GRAIN, ChannelKey, Paper, RankedPaper, ScorePart, Tally, Workspace
from bot.ports import Search, Store, Vectors
from bot.service.similarity import telling_terms
from bot.service.votes import REMEMBERED
from bot.topics import Fit, fit_of

FIT_SHARE = 0.25
"""Of the spread: as much as a taste at most."""
KEPT = 2048
"""Papers whose words are remembered. The same few are the best of thousands of channels, and reading is most work."""
_TOLD = 4
"""Words of a taste, for and against each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The papers that may come, best first, with their scores and the topics they matched."""

    scores: Mapping[str, float]
    """With the votes of the team."""
    matched: Mapping[str, tuple[str, ...]]
    spread: float


@dataclass(frozen=True, slots=True)
class Learned:
    """A taste, and the words that tell it best."""

    taste: Taste
    more: tuple[str, ...]
    less: tuple[str, ...]

    def __str__(self) -> str:
        """`learned from 12 votes: more robotics, grasping; less survey`."""
        wishes = (("more", self.more), ("less", self.less))
        told = "; ".join(f"{which} {', '.join(words)}" for which, words in wishes if words)
        return f"learned from {self.taste.votes} votes{f': {told}' if told else ''}"


class Choosing:
    """A channel's choice for one date."""

    def __init__(self, store: Store, search: Search) -> None:
        self._store = store
        self._search = search

    async def picks(
        self, channel: ChannelKey, slot: date, offer: Offer, limit: int, taste: Taste | None
    ) -> tuple[Pick, ...]:
        """What comes, the first one first."""
        candidates = await self._candidates(offer, limit)
        return choose(candidates, limit=limit, spread=offer.spread, seed=f"{channel} {slot}", taste=taste)

    async def again(
        self, channel: ChannelKey, slot: date, offer: Offer, limit: int, taste: Taste | None, paper_id: str
    ) -> Callable[[float], tuple[Pick, ...]]:
        """What would come, by how much one paper's score rises; everything is read once."""
        candidates = await self._candidates(offer, limit, paper_id)

        def chosen(rise: float) -> tuple[Pick, ...]:
            risen = [replace(one, score=one.score + rise) if one.paper_id == paper_id else one for one in candidates]
            return choose(risen, limit=limit, spread=offer.spread, seed=f"{channel} {slot}", taste=taste)

        return chosen

    async def _candidates(self, offer: Offer, limit: int, *further: str) -> list[Candidate]:
        """The best of an offer, and further ones."""
        best = sorted(offer.scores, key=lambda one: (-offer.scores[one], one))[: pool_size(limit)]
        ids = list(dict.fromkeys((*best, *further)))
        papers = await self._store.papers.many(ids)
        vectors = await self._search.vectors(ids)
        return [_candidate(papers[one], offer, vectors.get(one)) for one in ids if one in papers]

    async def taste(self, channel: ChannelKey, moment: datetime, since: datetime | None = None) -> Learned | None:
        """What the channel's votes of the last months, or since then, say; None while they are too few."""
        first = moment - REMEMBERED if since is None else max(since, moment - REMEMBERED)
        votes = await self._store.people.tallies(Workspace.of(channel), since=first, until=moment, channel=channel)
        if not votes:
            return None
        papers = await self._store.papers.many(votes)
        vectors = await self._search.vectors(papers)
        taste = learn([_voted(papers[one], votes[one], vectors.get(one)) for one in papers])
        return None if taste is None else Learned(taste, *_in_words(papers, votes))


def described(ranked: RankedPaper, pick: Pick) -> RankedPaper:
    """The paper with what was added to its score for this channel."""
    if ranked.score is None:
        return ranked
    return replace(
        ranked,
        score=ranked.score + sum(part.part for part in pick.parts),
        parts=(*ranked.parts, *pick.parts),
    )


@lru_cache(maxsize=KEPT)
def words_of(paper: Paper) -> Vectors:
    """The vector of its telling words."""
    return hashed(telling_terms(paper))


@lru_cache(maxsize=KEPT)
def _fit(paper: Paper, terms: tuple[str, ...]) -> Fit | None:
    return fit_of(paper, terms)


def _candidate(paper: Paper, offer: Offer, vector: Vectors | None) -> Candidate:
    return Candidate(
        paper_id=paper.id,
        score=offer.scores[paper.id],
        parts=_fit_part(paper, offer.matched.get(paper.id, ()), offer.spread),
        vector=vector,
        words=words_of(paper),
    )


def _fit_part(paper: Paper, terms: tuple[str, ...], spread: float) -> tuple[ScorePart, ...]:
    fit = _fit(paper, terms)
    if fit is None:
        return ()
    part = round(FIT_SHARE * spread * fit.value / GRAIN) * GRAIN
    return (ScorePart(signal=FIT, value=round(fit.value, 4), unit="of 1", part=part, text=f"topic: {fit.text}"),)


def _voted(paper: Paper, tally: Tally, vector: Vectors | None) -> Voted:
    return Voted(paper_id=paper.id, up=tally.up, down=tally.down, vector=vector, words=words_of(paper))


def _in_words(papers: Mapping[str, Paper], votes: Mapping[str, Tally]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that the votes are most for, and most against."""
    weights: dict[str, float] = {}
    for paper_id in sorted(papers):
        say = votes[paper_id].up - votes[paper_id].down
        for word, weight in telling_terms(papers[paper_id]):
            weights[word] = weights.get(word, 0.0) + say * weight
    ordered = sorted(weights, key=lambda word: (-weights[word], word))
    more = tuple(word for word in ordered[:_TOLD] if weights[word] > 0)
    return more, tuple(word for word in reversed(ordered[-_TOLD:]) if weights[word] < 0)
