"""Order of dated lists, and who counts as fresh."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

FRESH_FOR = timedelta(days=14)


def fresh(first_seen_at: datetime, as_of: datetime) -> bool:
    """Whether a paper was first seen at most 14 days before."""
    return as_of - first_seen_at <= FRESH_FOR


def by_upvotes(upvotes: Mapping[str, int | None], places: Mapping[str, int]) -> list[str]:
    """Ids in the reference site's order: most upvotes first, unknown ones last, then by place in its feed."""

    def key(paper_id: str) -> tuple[float, int, str]:
        known = upvotes[paper_id]
        return (math.inf if known is None else -known), places[paper_id], paper_id

    return sorted(upvotes, key=key)
