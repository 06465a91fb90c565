"""What a team's votes do to a score; pure.

    part = 0.2 · (up − down) / (up + down + 3)

So one vote moves a paper by 0.05, five by 0.125, and all of a large team by no more than 0.2: scores go from 0 to 1,
and the middle of all papers is near 0.1.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.models import RankedPaper, ScorePart, Tally

REMEMBERED = timedelta(days=90)
"""Older votes say nothing of now."""
BOUND = 0.2
_DOUBT = 3.0
_GRAIN = 2.0**-20
"""As the ranking's own parts: such numbers add up exactly."""


def vote_part(tally: Tally) -> ScorePart:
    """The signed part of a paper that somebody here voted on."""
    votes = tally.up + tally.down
    part = BOUND * (tally.up - tally.down) / (votes + _DOUBT)
    return ScorePart(
        signal="team_votes",
        value=float(tally.up - tally.down),
        unit="votes",
        part=round(part / _GRAIN) * _GRAIN,
        text=f"votes of this workspace: {tally.up} for it, {tally.down} against",
    )


def with_votes(ranked: RankedPaper, votes: Mapping[str, Tally]) -> RankedPaper:
    """The paper with the part of its votes; as it is where nobody voted, or where it has no score."""
    tally = votes.get(ranked.paper.id)
    if tally is None or ranked.score is None:
        return ranked
    part = vote_part(tally)
    return replace(ranked, score=ranked.score + part.part, parts=(*ranked.parts, part))


def reordered(order: Sequence[str], score: Callable[[str], float | None], votes: Mapping[str, Tally]) -> list[str]:
    """Ids of a ranked list in the order of their scores with votes; equal ones stay as they were.

    Only the papers with votes move, so that a list of a hundred thousand costs no sorting.
    """
    moved = [paper_id for paper_id in order if paper_id in votes] if votes else []
    if not moved:
        return list(order)
    result = [paper_id for paper_id in order if paper_id not in votes]
    with_part = {paper_id: (score(paper_id) or 0.0) + vote_part(votes[paper_id]).part for paper_id in moved}

    def descending(paper_id: str) -> float:
        return -(with_part[paper_id] if paper_id in with_part else score(paper_id) or 0.0)

    for paper_id in moved:
        result.insert(bisect_right(result, descending(paper_id), key=descending), paper_id)
    return result
