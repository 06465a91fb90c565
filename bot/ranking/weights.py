"""The fitted weights, read from `weights.json`, and what they are weights of.

    python -m benchmarks.fit_ranker FOLDER --until DATE

writes that file from recorded history. A score is a sum of columns times weights, so every part of it can be told.
"""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np

from bot.ranking.series import Column

PRIOR = (
    "submitter",
    "papers_of_submitter",
    "authors",
    "best_author",
    "known_authors",
    "author_count",
    "organization",
    "repository",
    "project_page",
    "title_length",
)
"""What speaks before anybody voted."""
BESIDE_VOTES = ("organization", "papers_of_submitter", "repository", "title_length")
"""Of these, what says something once votes are known, too."""
MOST_PRIOR = 2.0
"""The prior is the logarithm of a factor; beyond this it is not believed."""

UPVOTE_STEPS = np.log1p(np.array([0.0, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0]))
AGE_STEPS = np.log(np.array([2.0, 8.0, 20.0, 30.0, 50.0, 80.0, 130.0, 172.0]))
READING_STEPS = np.array([0.0, 2.0, 5.0, 9.0, 15.0, 24.0, 36.0, 72.0])

HOURS_OF_LEVELS = (1.0, 3.0, 6.0, 12.0, 24.0, 48.0, 120.0, 240.0)

RATES = ("momentum", "upvote_rate")
COUNTED = ("star_rate", "github_stars", "comments")


def ramp(values: Column, steps: Column) -> list[Column]:
    """For each interval between steps, how much of it a value has passed: from 0 to 1."""
    return [np.clip((values - low) / (high - low), 0.0, 1.0) for low, high in itertools.pairwise(steps)]


def names(stem: str, steps: Column) -> tuple[str, ...]:
    """Of the columns of a ramp."""
    return tuple(f"{stem}_{number}" for number in range(len(steps) - 1))


UPVOTES = names("upvotes", UPVOTE_STEPS)
AGES = names("age", AGE_STEPS)
READINGS = names("reading", READING_STEPS)
TREND = (*RATES, *COUNTED, "prior", *BESIDE_VOTES, *UPVOTES, *AGES, *READINGS)
"""Every column of the score."""
NEVER_BELOW_0 = (*RATES, *COUNTED, *UPVOTES)
"""More of a signal never lowers a paper."""
NEVER_ABOVE_0 = AGES
"""Nor does age lift it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What was fitted, on days up to a date."""

    fitted_until: str
    levels: tuple[float, ...]
    """Ordinary log(1 + upvotes) at `HOURS_OF_LEVELS`."""
    prior: Mapping[str, float] = field(default_factory=dict)
    prior_middle: float = 0.0
    """The prior of an ordinary paper, which becomes 0."""
    trend: Mapping[str, float] = field(default_factory=dict)

    def prior_of(self, columns: Mapping[str, Column], size: int) -> Column:
        """(n,) the logarithm of how much more than ordinary attention a paper should get."""
        if not columns:
            return np.zeros(size)
        total = sum((self.prior.get(name, 0.0) * columns[name] for name in PRIOR), np.full(size, -self.prior_middle))
        return np.clip(total, -MOST_PRIOR, MOST_PRIOR)

    def as_json(self) -> dict[str, object]:
        return {
            "fitted_until": self.fitted_until,
            "levels": dict(zip(map(str, HOURS_OF_LEVELS), (round(level, 4) for level in self.levels), strict=True)),
            "prior_middle": round(self.prior_middle, 4),
            "prior": {name: round(weight, 4) for name, weight in self.prior.items()},
            "trend": {name: round(weight, 4) for name, weight in self.trend.items()},
        }


@cache
def shipped() -> Weights:
    """Those of `weights.json`."""
    told = json.loads((files("bot.ranking") / "weights.json").read_text(encoding="utf-8"))
    return Weights(
        fitted_until=told["fitted_until"],
        levels=tuple(told["levels"].values()),
        prior=told["prior"],
        prior_middle=told["prior_middle"],
        trend=told["trend"],
    )
