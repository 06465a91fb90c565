"""From evidence to the columns that are compared: one for each signal, NaN where it is missing."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.models import SIGNALS, Evidence, Window
from bot.ranking.series import HOUR, Column, Gain, Series, gain, shrunk_rate

SIGNAL_NAMES = (
    "upvote_rate",
    "momentum",
    "star_rate",
    "github_stars",
    "upvotes",
    "comments",
    "adoption",
    "hacker_news",
    "citations",
    "author_h_index",
)
"""The signals that a score is made of, beside age and past."""

MOMENTUM_SPANS = {Window.DAY: 12 * HOUR, Window.WEEK: 12 * HOUR, Window.MONTH: 168 * HOUR}
_UPVOTES_PRIOR = (2.0, 6.0)
_STARS_PRIOR = (4.8, 24.0)
_FEWEST_STAR_HOURS = 6.0
"""Readings of stars closer than this say nothing of a rate."""
_STARS_PER_SUPPORT = 20.0
"""Stars believed for each fork or upvote. Repositories that people use have about ten stars for each fork; bought
stars come without either."""
_STORY_SILENCE = 24.0
"""Hours without a word of Hacker News that say nothing: it may be down."""
_STORY_HALVES = 168.0
_FIRST_SIGHT = 300.0
"""Seconds. A first reading so soon after a paper was first seen came with it, and may hold upvotes of days before."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Measured:
    """What the signals say of n papers, in the units that `why` tells; NaN where unknown."""

    age_hours: Column
    readings: Series
    """Of upvotes."""
    origin: Column
    """When they began to come, in epoch seconds."""
    upvotes: Column
    upvote_gain: Gain
    """Over the window."""
    recent_gain: Gain
    """Over the last 12 h of readings; over the last week where a month is looked at."""
    recent_hours: Column
    """Hours that a gain of late may take: 12, or the age if that is less."""
    life_hours: Column
    """The same for the window."""
    reading_hours: Column
    """Age at the last reading of upvotes; 0 where there is none."""
    comments: Column
    stars: Column
    star_gain: Gain
    forks: Column
    models: Column
    datasets: Column
    spaces: Column
    points: Column
    """Of the best story on Hacker News; so are the comments."""
    story_comments: Column
    story_silence_hours: Column
    """Since Hacker News last told them."""
    citations: Column
    author_h_index: Column

    @cached_property
    def counted_comments(self) -> Column:
        """No more than the upvotes: a quarrel is not a recommendation."""
        return np.minimum(self.comments, np.where(np.isnan(self.upvotes), np.inf, self.upvotes))

    @cached_property
    def believed_stars(self) -> Column:
        """Those that forks and upvotes can account for; missing when neither is known."""
        support = np.where(np.isnan(self.forks), 0.0, self.forks) + np.where(np.isnan(self.upvotes), 0.0, self.upvotes)
        nothing_known = np.isnan(self.forks) & np.isnan(self.upvotes)
        return np.where(nothing_known, np.nan, np.minimum(self.stars, _STARS_PER_SUPPORT * support))

    @cached_property
    def believed_star_gain(self) -> Column:
        return np.minimum(self.star_gain.gained, self.believed_stars)

    @cached_property
    def adoption(self) -> Column:
        """Models, datasets and spaces that name the paper, as far as known."""
        linked = np.stack((self.models, self.datasets, self.spaces))
        return np.where(np.isnan(linked).all(axis=0), np.nan, np.nansum(linked, axis=0))

    @cached_property
    def story(self) -> Column:
        """Points and comments on Hacker News, no more comments than points.

        A story is looked at for two weeks; after that what it says halves each week, since its points never fall.
        """
        talked = self.points + np.minimum(self.points, np.nan_to_num(self.story_comments))
        told: Column = talked * 0.5 ** (np.maximum(0.0, self.story_silence_hours - _STORY_SILENCE) / _STORY_HALVES)
        return told

    def compared(self) -> dict[str, Column]:
        """The column of each of `SIGNAL_NAMES`; a known "nothing" is 0, the lowest."""
        stars = self.believed_star_gain
        return {
            "upvote_rate": _rate(self.upvote_gain.gained, self.upvote_gain.hours, _UPVOTES_PRIOR),
            "momentum": _rate(self.recent_gain.gained, self.recent_gain.hours, _UPVOTES_PRIOR),
            "star_rate": _rate(stars, self.star_gain.hours, _STARS_PRIOR),
            "github_stars": self.believed_stars,
            "upvotes": self.upvotes,
            "comments": self.counted_comments,
            "adoption": self.adoption,
            "hacker_news": self.story,
            "citations": self.citations,
            "author_h_index": self.author_h_index,
        }


def measure(evidence: Evidence, window: Window) -> Measured:
    """All measurements of all papers of the evidence, from observations up to its `as_of`."""
    as_of, span = evidence.as_of.timestamp(), window.hours * HOUR
    series = _series(evidence)
    upvotes, stars = series["upvotes"], series["github_stars"]
    origin = _origin(evidence, upvotes)
    star_gain = gain(stars, span, as_of, np.full(len(origin), np.nan))
    once = stars.latest_time() == stars.first_time()  # one look says nothing of what came since
    too_short = once | ~(star_gain.hours >= _FEWEST_STAR_HOURS)
    recent_span = MOMENTUM_SPANS[window]
    recent, lately = gain(upvotes, recent_span, as_of, origin), gain(upvotes, span, as_of, origin)
    age = np.maximum(0.0, as_of - evidence.first_seen_at) / HOUR
    return Measured(
        age_hours=age,
        readings=upvotes,
        origin=origin,
        upvotes=upvotes.latest(),
        upvote_gain=lately,
        recent_gain=recent,
        recent_hours=np.minimum(age, recent_span / HOUR),
        life_hours=np.minimum(age, span / HOUR),
        reading_hours=np.nan_to_num(np.maximum(0.0, upvotes.latest_time() - evidence.first_seen_at) / HOUR),
        comments=series["comments"].latest(),
        stars=stars.latest(),
        star_gain=_without(star_gain, too_short),
        forks=series["github_forks"].latest(),
        models=series["linked_models"].latest(),
        datasets=series["linked_datasets"].latest(),
        spaces=series["linked_spaces"].latest(),
        points=series["hacker_news_points"].latest(),
        story_comments=series["hacker_news_comments"].latest(),
        story_silence_hours=(as_of - series["hacker_news_points"].latest_time()) / HOUR,
        citations=series["citations"].latest(),
        author_h_index=series["author_h_index"].latest(),
    )


def _series(evidence: Evidence) -> dict[str, Series]:
    papers, times = evidence.paper_index.astype(np.int64), evidence.observed_at
    order = np.lexsort((times, papers)) if not _is_ordered(papers, times) else np.arange(len(papers))
    order = order[times[order] <= evidence.as_of.timestamp()]
    papers, times, size = papers[order], times[order], len(evidence.paper_ids)
    return {name: Series.of(size, papers, times, evidence.values[name][order]) for name in SIGNALS}


def _is_ordered(papers: NDArray[np.int64], times: Column) -> bool:
    same = papers[1:] == papers[:-1]
    return bool(((papers[1:] > papers[:-1]) | (same & (times[1:] >= times[:-1]))).all())


def _origin(evidence: Evidence, upvotes: Series) -> Column:
    """(n,) when a paper began to collect upvotes, in epoch seconds.

    Usually when it was first seen. If it came with upvotes, it has been collecting before: at about one an hour, but
    not since before its publication. So a first look at a site does not take a week's upvotes for an hour's.
    """
    seen = evidence.first_seen_at
    came_with = np.where(np.abs(upvotes.first_time() - seen) <= _FIRST_SIGHT, upvotes.first_value(), 0.0)
    collecting = np.where(np.isnan(came_with), 0.0, came_with) * HOUR
    earliest = np.where(np.isnan(evidence.published_at), -np.inf, np.minimum(evidence.published_at, seen))
    return np.maximum(seen - collecting, earliest)


def _rate(gained: Column, hours: Column, prior: tuple[float, float]) -> Column:
    return np.where(gained == 0, 0.0, shrunk_rate(gained, hours, *prior))


def _without(known: Gain, unknown: NDArray[np.bool_]) -> Gain:
    return Gain(np.where(unknown, np.nan, known.gained), np.where(unknown, np.nan, known.hours))
