"""Papers in an order, and the reasons for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bot.models.papers import Counts, Paper, SourceStatus


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Traits:
    """Who made n papers and who showed them, as numbers: the same number is the same person."""

    submitter: NDArray[np.int64]
    """(n,) −1 where nobody is known."""
    author: NDArray[np.int64]
    """(a,) each author of each paper."""
    author_of: NDArray[np.int64]
    """(a,) which paper that author is of."""
    organization: NDArray[np.float64]
    """(n,) 1 where an organization is named, else 0; so are the next two."""
    repository: NDArray[np.float64]
    project_page: NDArray[np.float64]
    title_length: NDArray[np.float64]
    """(n,) characters."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """All that was known at `as_of`, as columns: n papers, m observations. Missing is NaN. Times are epoch seconds."""

    as_of: datetime
    paper_ids: tuple[str, ...]
    first_seen_at: NDArray[np.float64]
    """(n,) epoch seconds."""
    published_at: NDArray[np.float64]
    """(n,) epoch seconds or NaN."""
    paper_index: NDArray[np.int32]
    """(m,) which paper an observation is of; sorted, and by time within a paper."""
    observed_at: NDArray[np.float64]
    """(m,) epoch seconds."""
    values: dict[str, NDArray[np.float64]]
    """(m,) for each of `SIGNALS`."""
    traits: Traits | None = None
    """None: nothing is known of who made them."""


GRAIN = 2.0**-20
"""Parts of a score are multiples of this, whoever makes them: such numbers add up exactly, in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """One signed addend of a score, and why, in words."""

    signal: str
    value: float | None
    """The measurement in `unit`; None where it is missing."""
    unit: str
    part: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPaper:
    """A paper in a list: `score` is the sum of its parts; both are empty in dated lists, which rank by upvotes."""

    paper: Paper
    rank: int | None
    """1 is the best; None outside of a list that ranks it."""
    counts: Counts
    score: float | None = None
    parts: tuple[ScorePart, ...] = ()
    topics: tuple[str, ...] = ()
    """The channel's or the caller's topic terms that it matched."""
    fresh: bool = False
    """First seen at most 14 days before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperList:
    """Papers of one answer, best first; `total` counts those beyond this page too."""

    as_of: datetime
    papers: tuple[RankedPaper, ...]
    total: int
    stale: tuple[SourceStatus, ...] = ()
    page: int = 1
    page_size: int = 5
    mode: str | None = None
    """Of a search: `bm25`, by words alone, or `fused`, by words and by meaning."""
    meant: tuple[str, ...] = ()
    """Options that would have found something, where nothing was found."""
    beyond: str | None = None
    """Of a search that asked elsewhere too: what came of it, in a sentence."""
    muted: bool = False
    """All that was found is what its reader has muted."""
    unknown: str | None = None
    """Of a search for one paper by its id, which nobody has shown: that id."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // max(1, self.page_size)))

    @property
    def past_the_end(self) -> bool:
        """Whether it is a page that the list has not, or no more, though it has papers."""
        return self.total > 0 and self.page > self.pages


class Window(StrEnum):
    """How far back trending looks."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"

    @property
    def hours(self) -> int:
        return {Window.DAY: 24, Window.WEEK: 7 * 24, Window.MONTH: 30 * 24}[self]


class Sort(StrEnum):
    """Orders of search results."""

    RELEVANCE = "relevance"
    TRENDING = "trending"
    NEWEST = "newest"
