"""What of an answer is news. Most of a list that is asked for every quarter of an hour says what it said before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.models import Batch, Counts, Listing, Observation, Paper

HEARTBEAT = timedelta(hours=3)
"""A count that stands still is noted this often: that it stood still is knowledge too."""
MOST_PAPERS = 50_000
"""Beyond that everything is forgotten, and kept once more."""

_ANY_TIME = datetime(1, 1, 1, tzinfo=UTC)


class Novelty:
    """Remembers what was kept. A new process remembers nothing, and keeps everything once."""

    def __init__(self) -> None:
        self._papers: dict[tuple[str, str], int] = {}
        self._counts: dict[tuple[str, str], tuple[Counts, datetime]] = {}
        self._places: dict[tuple[str, date], int] = {}

    def of(self, source: str, batch: Batch) -> Batch:
        """The part of a batch that is worth keeping; it counts as kept from now on."""
        if len(self._papers) > MOST_PAPERS:
            self.forget()
        return Batch(
            papers=tuple(paper for paper in batch.papers if self._is_new_paper(source, paper)),
            observations=tuple(one for one in batch.observations if self._is_new_observation(one)),
            listings=tuple(listing for listing in batch.listings if self._is_new_listing(listing)),
        )

    def forget(self) -> None:
        """For when what was given out could not be kept after all."""
        self._papers.clear()
        self._counts.clear()
        self._places.clear()

    def _is_new_paper(self, source: str, paper: Paper) -> bool:
        """Whether anything but our own times is different."""
        content = hash(replace(paper, first_seen_at=_ANY_TIME, updated_at=_ANY_TIME))
        known = self._papers.get((source, paper.id))
        self._papers[source, paper.id] = content
        return known != content

    def _is_new_observation(self, observation: Observation) -> bool:
        key = (observation.source, observation.paper_id)
        counts, at = self._counts.get(key, (None, observation.observed_at))
        if counts == observation.counts and abs(observation.observed_at - at) < HEARTBEAT:
            return False
        self._counts[key] = (observation.counts, observation.observed_at)
        return True

    def _is_new_listing(self, listing: Listing) -> bool:
        key = (listing.paper_id, listing.date)
        known = self._places.get(key)
        self._places[key] = listing.position
        return known != listing.position
