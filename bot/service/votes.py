"""What a team's votes do to a score; pure.

    part = spread / 2 · (up − down) / (up + down + 3)

`spread` is how far the best hundredth of the papers is above the middle, so that votes count the same whatever the
scale of scores: one vote is an eighth of the way up, and all of a large team no more than half of it.

A channel where every paper gets ten votes must not drown one where each gets one. So a vote counts

    (papers + 20) / (votes + 20)

of its channel's last months: one in a new channel, a tenth where ten a paper are usual. Whoever saved or suggested a
paper without voting is for it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

from bot.models import GRAIN, Ballots, RankedPaper, ScorePart, Tally
from bot.ranking import Ranking

REMEMBERED = timedelta(days=90)
"""Older votes say nothing of now."""
SHARE = 0.5
"""Of the spread, at most."""
_NARROWEST = 0.1
_DOUBT = 3.0
_USUAL = 20.0
"""Papers that a channel is taken to give one vote each, until it is known better."""


def spread_of(ranking: Ranking) -> float:
    """From the middle of a ranking to its best hundredth."""
    count = len(ranking)
    return max(_NARROWEST, float(ranking.scores[count // 100] - ranking.scores[count // 2])) if count else _NARROWEST


@dataclass(frozen=True, slots=True)
class Say:
    """What a team says of a paper: how many persons, and how much they count."""

    tally: Tally
    kept: int = 0
    up: float = 0.0
    down: float = 0.0
    linked: bool = False
    """Some of the team's votes were given in another workspace."""

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """Votes that count one each."""
        return cls(tally, 0, float(tally.up), float(tally.down))


NOTHING_SAID = Say(Tally())
"""Of a paper on which nobody voted."""


def say_of(ballots: Iterable[Ballots]) -> dict[str, Say]:
    """By paper, each channel's votes weighed by how many it usually gives."""
    known = list(ballots)
    habits = Habits.of(known)
    said: dict[str, Say] = {}
    for one in known:
        said[one.paper_id] = habits.added(said.get(one.paper_id, NOTHING_SAID), one)
    return said


@dataclass(frozen=True, slots=True)
class Habits:
    """How much is voted in each channel."""

    papers: Counter[str]
    votes: Counter[str]

    @classmethod
    def of(cls, ballots: Collection[Ballots]) -> Self:
        votes = Counter[str]()
        for one in ballots:
            votes[one.channel] += one.up + one.down + one.kept
        return cls(Counter(one.channel for one in ballots), votes)

    def added(self, say: Say, one: Ballots) -> Say:
        weight = (self.papers[one.channel] + _USUAL) / (self.votes[one.channel] + _USUAL)
        return Say(
            Tally(say.tally.up + one.up, say.tally.down + one.down),
            say.kept + one.kept,
            say.up + weight * (one.up + one.kept),
            say.down + weight * one.down,
            self.linked,
        )

    @property
    def linked(self) -> bool:
        """Whether some of the votes were given in another workspace."""
        return len({channel.rpartition(":")[0] for channel in self.papers if channel}) > 1


def with_voters(ballots: Collection[Ballots], paper_id: str, channel: str, most: int) -> Iterator[Say]:
    """What the team says of a paper once 1, 2 … persons more vote for it in a channel, each counting as one there."""
    told = [one for one in ballots if one.paper_id == paper_id]
    here = [one for one in told if one.channel == channel] or [Ballots(paper_id, channel)]
    elsewhere = [one for one in told if one.channel != channel]
    habits = Habits.of([*(one for one in ballots if one.paper_id != paper_id), *here, *elsewhere])
    for more in range(1, most + 1):
        habits.votes[channel] += 1
        say = NOTHING_SAID
        for one in (*elsewhere, replace(here[0], up=here[0].up + more)):
            say = habits.added(say, one)
        yield say


def vote_part(say: Say, spread: float) -> ScorePart:
    """The signed part of a paper that somebody here spoke for or against."""
    tally = say.tally
    part = SHARE * spread * (say.up - say.down) / (say.up + say.down + _DOUBT)
    kept = f", {say.kept} saved or suggested it" if say.kept else ""
    counted = f" (counted as {say.up:.1f} and {say.down:.1f}, as much is voted here)" if _is_less(say) else ""
    whose = "your linked teams" if say.linked else "this workspace"
    return ScorePart(
        signal="team_votes",
        value=float(tally.up + say.kept - tally.down),
        unit="votes",
        part=round(part / GRAIN) * GRAIN,
        text=f"votes of {whose}: {tally.up} for it, {tally.down} against{kept}{counted}",
    )


def _is_less(say: Say) -> bool:
    return say.up + say.down < 0.95 * (say.tally.up + say.tally.down + say.kept)


def with_votes(ranked: RankedPaper, votes: Mapping[str, Say], spread: float) -> RankedPaper:
    """The paper with the part of its votes; as it is where nobody voted, or where it has no score."""
    say = votes.get(ranked.paper.id)
    if say is None or ranked.score is None:
        return ranked
    part = vote_part(say, spread)
    return replace(ranked, score=ranked.score + part.part, parts=(*ranked.parts, part))


def reordered(order: Iterable[str], ranking: Ranking, votes: Mapping[str, Say]) -> Sequence[str]:
    """Ids of a ranked list in the order of their scores with votes; equal ones stay as they were.

    Only the papers with votes move, so that a list of a hundred thousand costs no sorting; nor is the list of all
    copied for those who have no votes.
    """
    if order is ranking.without_topics and ranking.without_topics.keys().isdisjoint(votes):
        return ranking.order
    result = list(order)
    moved = sorted(set(votes).intersection(result), key=result.index) if votes else []
    if not moved:
        return result
    spread = spread_of(ranking)
    for paper_id in moved:
        result.remove(paper_id)
    with_part = {one: (ranking.score(one) or 0.0) + vote_part(votes[one], spread).part for one in moved}

    def descending(paper_id: str) -> float:
        return -(with_part[paper_id] if paper_id in with_part else ranking.score(paper_id) or 0.0)

    for paper_id in moved:
        result.insert(bisect_right(result, descending(paper_id), key=descending), paper_id)
    return result


def place_among(matched: Mapping[str, object], ranking: Ranking, votes: Mapping[str, Say], paper_id: str) -> int:
    """Of a paper in the list that `reordered` makes of those that matched, counted from 0."""
    whole = len(matched) == len(ranking) and matched.keys().isdisjoint(votes)
    place = ranking.place(paper_id) if whole else None
    return reordered(matched, ranking, votes).index(paper_id) if place is None else place
