"""What a team's votes do to a score; pure.

    part = spread / 2 · (up − down) / (up + down + 3)

`spread` is how far the best hundredth of the papers is above the middle, so that votes count the same whatever the
scale of scores: one vote is an eighth of the way up, and all of a large team no more than half of it.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.models import RankedPaper, ScorePart, Tally
from bot.ranking import Ranking

REMEMBERED = timedelta(days=90)
"""Older votes say nothing of now."""
SHARE = 0.5
"""Of the spread, at most."""
_NARROWEST = 0.1
_DOUBT = 3.0
_GRAIN = 2.0**-20
"""As the ranking's own parts: such numbers add up exactly."""


def spread_of(ranking: Ranking) -> float:
    """From the middle of a ranking to its best hundredth."""
    count = len(ranking)
    return max(_NARROWEST, float(ranking.scores[count // 100] - ranking.scores[count // 2])) if count else _NARROWEST


def vote_part(tally: Tally, spread: float) -> ScorePart:
    """The signed part of a paper that somebody here voted on."""
    votes = tally.up + tally.down
    part = SHARE * spread * (tally.up - tally.down) / (votes + _DOUBT)
    return ScorePart(
        signal="team_votes",
        value=float(tally.up - tally.down),
        unit="votes",
        part=round(part / _GRAIN) * _GRAIN,
        text=f"votes of this workspace: {tally.up} for it, {tally.down} against",
    )


def with_votes(ranked: RankedPaper, votes: Mapping[str, Tally], spread: float) -> RankedPaper:
    """The paper with the part of its votes; as it is where nobody voted, or where it has no score."""
    tally = votes.get(ranked.paper.id)
    if tally is None or ranked.score is None:
        return ranked
    part = vote_part(tally, spread)
    return replace(ranked, score=ranked.score + part.part, parts=(*ranked.parts, part))


def reordered(order: Sequence[str], ranking: Ranking, votes: Mapping[str, Tally]) -> list[str]:
    """Ids of a ranked list in the order of their scores with votes; equal ones stay as they were.

    Only the papers with votes move, so that a list of a hundred thousand costs no sorting.
    """
    moved = [paper_id for paper_id in order if paper_id in votes] if votes else []
    if not moved:
        return list(order)
    result, spread = [paper_id for paper_id in order if paper_id not in votes], spread_of(ranking)
    with_part = {one: (ranking.score(one) or 0.0) + vote_part(votes[one], spread).part for one in moved}

    def descending(paper_id: str) -> float:
        return -(with_part[paper_id] if paper_id in with_part else ranking.score(paper_id) or 0.0)

    for paper_id in moved:
        result.insert(bisect_right(result, descending(paper_id), key=descending), paper_id)
    return result
