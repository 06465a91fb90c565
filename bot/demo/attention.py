"""How the counts of an invented paper grow; the same paper always grows alike."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.models import Counts, Observation


class Story(StrEnum):
    """What is special about a paper."""

    SURGE = "surge"
    """It takes off again long after it appeared."""
    BOUGHT = "bought"
    """Its repository is given a thousand stars in a few hours; nobody forks it or votes for the paper."""


_HOUR = timedelta(hours=1)
_READINGS = (*range(12), *range(12, 72, 3), *range(72, 24 * 75, 12))
"""Hours after a paper appeared at which it is read."""
_STARS_LAST = 96.0
"""Hours in which a repository gets two thirds of its stars."""
_SURGE_BEGINS, _SURGE_LASTS, _SURGE_UPVOTES = -60 * _HOUR, 96 * _HOUR, 360
_BOUGHT_FROM, _BOUGHT_WITHIN, _BOUGHT_STARS = -20 * _HOUR, 6 * _HOUR, 1100


@dataclass(frozen=True, kw_only=True)
class Attention:
    """The readings of one paper around the moment `start` at which the demo began."""

    paper_id: str
    since: datetime
    start: datetime
    upvotes_in_all: int
    comments_in_all: int
    stars_in_all: int
    has_repository: bool
    story: Story | None

    def upvotes(self, now: datetime) -> Iterator[Observation]:
        """What Hugging Face would have shown, oldest first."""
        lasting = random.Random(self.paper_id).uniform(20, 44)  # noqa: S311 - dice for a demo
        for moment in self._moments(now):
            grown = self._grown(moment, lasting)
            surge = _SURGE_UPVOTES * _share(moment, self.start + _SURGE_BEGINS, _SURGE_LASTS)
            counts = Counts(
                upvotes=round(self.upvotes_in_all * grown + (surge if self.story is Story.SURGE else 0)),
                comments=round(self.comments_in_all * grown),
                linked_models=round(self.stars_in_all / 120 * grown) if self.has_repository else None,
                linked_spaces=round(self.stars_in_all / 200 * grown) if self.has_repository else None,
            )
            yield Observation(paper_id=self.paper_id, source="hugging_face", observed_at=moment, counts=counts)

    def stars(self, now: datetime) -> Iterator[Observation]:
        """What GitHub would have shown, oldest first; nothing without a repository."""
        for moment in self._moments(now) if self.has_repository else ():
            stars = round(3 + self.stars_in_all * self._grown(moment, _STARS_LAST))
            bought = round(_BOUGHT_STARS * _share(moment, self.start + _BOUGHT_FROM, _BOUGHT_WITHIN))
            is_bought = self.story is Story.BOUGHT
            counts = Counts(
                github_stars=stars + (bought if is_bought else 0), github_forks=0 if is_bought else stars // 9
            )
            yield Observation(paper_id=self.paper_id, source="github", observed_at=moment, counts=counts)

    def _moments(self, now: datetime) -> Iterator[datetime]:
        moments = (self.since + hours * _HOUR for hours in _READINGS)
        return (moment for moment in moments if moment <= now)

    def _grown(self, moment: datetime, lasting: float) -> float:
        """The share of its attention that a paper has got; interest fades exponentially."""
        return 1.0 - math.exp(-(moment - self.since) / _HOUR / lasting)


def _share(moment: datetime, begin: datetime, length: timedelta) -> float:
    return min(1.0, max(0.0, (moment - begin) / length))
