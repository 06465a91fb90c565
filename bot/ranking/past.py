"""What is known of a paper before anybody voted for it: who made it, who showed it, and how their papers did before."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.models import Evidence, Traits
from bot.ranking.series import HOUR, Column, Series

_SETTLED = 36 * HOUR
"""Seconds. A paper younger than that says nothing yet of those who made it."""
_SUBMITTER_DOUBT = 3.0
_AUTHOR_DOUBT = 2.0
"""So many ordinary papers are thought beside somebody's own, so that one success makes no fame."""


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Columns for n papers, by the names that the weights have; 0 where nothing is known."""

    columns: dict[str, Column]


def past_of(evidence: Evidence, upvotes: Series, level_hours: Column, levels: Column) -> Past:
    """From the latest upvotes of older papers, each compared with what is ordinary at the age of its reading.

    `levels` are ordinary values of log(1 + upvotes) at `level_hours`.
    """
    traits, size = evidence.traits, len(evidence.paper_ids)
    if traits is None:
        return Past({})
    as_of = evidence.as_of.timestamp()
    hours = np.maximum(0.25, (upvotes.latest_time() - evidence.first_seen_at) / HOUR)
    ordinary = np.interp(np.log(hours), np.log(level_hours), levels)
    settled = (upvotes.count > 0) & (as_of - evidence.first_seen_at >= _SETTLED)
    level = np.where(settled, np.log1p(upvotes.latest()) - ordinary, 0.0)
    # its own votes are told elsewhere: a paper's makers are compared with all papers but this one
    without = (level.sum() - level) / np.maximum(1.0, settled.sum() - settled.astype(np.float64))
    everybody = np.arange(size)
    shown = traits.submitter >= 0
    submitter, papers_shown = _others(
        traits.submitter[shown], everybody[shown], level, settled, without, _SUBMITTER_DOUBT
    )
    author, papers_made = _others(traits.author, traits.author_of, level, settled, without, _AUTHOR_DOUBT)
    return Past(_columns(traits, size, shown, submitter, papers_shown, author, papers_made))


def _columns(
    traits: Traits,
    size: int,
    shown: NDArray[np.bool_],
    submitter: Column,
    papers_shown: Column,
    author: Column,
    papers_made: Column,
) -> dict[str, Column]:
    of_submitter, count_of_submitter = np.zeros(size), np.zeros(size)
    of_submitter[shown], count_of_submitter[shown] = submitter, papers_shown
    known = papers_made > 0
    at, value = traits.author_of[known], author[known]
    how_many = np.bincount(at, minlength=size).astype(np.float64)
    best = np.full(size, -np.inf)
    np.maximum.at(best, at, value)
    return {
        "submitter": of_submitter,
        "papers_of_submitter": np.log1p(count_of_submitter),
        "authors": np.bincount(at, weights=value, minlength=size) / np.maximum(1.0, how_many),
        "best_author": np.where(how_many > 0, best, 0.0),
        "known_authors": np.log1p(how_many),
        "author_count": np.log1p(np.bincount(traits.author_of, minlength=size)),
        "organization": traits.organization,
        "repository": traits.repository,
        "project_page": traits.project_page,
        "title_length": traits.title_length / 100.0,
    }


def _others(
    who: NDArray[np.int64],
    paper: NDArray[np.int64],
    level: Column,
    settled: NDArray[np.bool_],
    ordinary: Column,
    doubt: float,
) -> tuple[Column, Column]:
    """For each mention of somebody: how their other papers did, shrunk, and how many these are."""
    if not len(who):
        return np.zeros(0), np.zeros(0)
    of_them = settled[paper].astype(np.float64)
    count = np.bincount(who, weights=of_them)[who] - of_them
    total = np.bincount(who, weights=level[paper])[who] - level[paper] - count * ordinary[paper]
    shrunk: Column = total / (count + doubt)
    return shrunk, count
