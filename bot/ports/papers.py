"""Papers and the search over them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.models import (
    Added,
    Batch,
    Counts,
    Evidence,
    Listing,
    Observation,
    Paper,
    SourceStatus,
)

MOST = 200
"""Papers of an answer, unless more are asked for."""

Vectors: TypeAlias = NDArray[np.float32]
"""One row each."""


SearchMode: TypeAlias = Literal["bm25", "fused"]
"""By words alone, or by words and by meaning."""


class PaperStore(Protocol):
    """Papers, and every observation ever made of them. `as_of` hides what was learned later."""

    async def add(self, batch: Batch) -> Added:
        """Keep a batch in one transaction: merge papers (identity.merge), append observations, note listings.

        An observation of the same paper, source and instant counts once. So does a listing of the same paper and date:
        its earliest sight stays, and its latest place, since a list is reordered while people vote.

        A paper that tells another of its ids (identity.other_ids) has that as another name from then on. What was kept
        under it becomes the paper's: record, observations, listings, votes, libraries, suggestions, feeds' entries.
        """
        ...

    async def get(self, paper_id: str) -> Paper | None:
        """By its id or another name of it."""
        ...

    async def present(self, paper_id: str) -> str:
        """The id of the paper that has this other name; else the same id."""
        ...

    async def many(self, paper_ids: Collection[str]) -> dict[str, Paper]:
        """Those of the ids that are known."""
        ...

    async def seen_since(self, since: datetime, as_of: datetime) -> list[Paper]:
        """Papers first seen in `[since, as_of]`, by id."""
        ...

    async def evidence(self, since: datetime, as_of: datetime) -> Evidence:
        """The columns for the ranker: papers first seen in `[since, as_of]`, observations up to `as_of`."""
        ...

    async def counts(self, paper_ids: Collection[str], as_of: datetime) -> dict[str, Counts]:
        """The latest known value of each count at `as_of`, over all sources."""
        ...

    async def observations(self, paper_id: str, as_of: datetime) -> list[Observation]:
        """All of one paper up to `as_of`, oldest first."""
        ...

    async def listings(self, first: date, last: date, as_of: datetime) -> list[Listing]:
        """The reference site's lists of `[first, last]` as seen by `as_of`, by date and position."""
        ...

    async def latest_listing_date(self, as_of: datetime, before: date) -> date | None:
        """The last date before that one which has a list, as seen by `as_of`."""
        ...

    async def generation(self) -> int:
        """A number that grows whenever papers, observations or listings are added; cheap to ask."""
        ...

    async def written_since(self, generation: int) -> list[str]:
        """Ids of papers that are new or changed since that generation; counts alone change no paper."""
        ...

    async def totals(self) -> tuple[int, int]:
        """How many papers and observations there are."""
        ...

    async def note_source(self, status: SourceStatus) -> None:
        """Remember how a source last answered."""
        ...

    async def sources(self) -> list[SourceStatus]:
        """By name."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    paper_id: str
    score: float
    """Higher is better; comparable within one answer only."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first, and by which means."""

    hits: tuple[Hit, ...] = ()
    mode: SearchMode = "bm25"

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What a search is narrowed by beside its words. Each is None where anything will do."""

    category: str | None = None
    """Of arXiv, such as cs.CL or math.*."""
    author: str | None = None
    organization: str | None = None
    has_code: bool | None = None
    nearly: bool = False
    """Names that begin alike will do: to find out what was meant."""


class EncoderError(Exception):
    """The model is not there or failed; the words say why."""


class Encoder(Protocol):
    """Texts to vectors of length one, whose cosine tells how close their meanings are. Never blocks the loop."""

    @property
    def name(self) -> str:
        """Vectors of different names are not comparable."""
        ...

    async def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text.

        Raises:
            EncoderError: Not now.
        """
        ...


class Search(Protocol):
    """The papers of the store by words and by meaning; disposable, it follows the store."""

    async def update(self) -> int:
        """Index what is new or changed in the store since the last time. Returns how many papers."""
        ...

    async def find(
        self, query: str, *, since: datetime | None, as_of: datetime, facets: Facets | None = None, limit: int = MOST
    ) -> Found:
        """The best `limit` of those that have these facets; none when no searchable word is left in the query."""
        ...

    async def similar(self, paper: Paper, *, as_of: datetime, limit: int = 50) -> Found:
        """Papers closest to one of the store, which need not be indexed itself; never itself."""
        ...

    async def vectors(self, paper_ids: Collection[str]) -> dict[str, Vectors]:
        """Of those of the papers that have one: what they mean, (n,) of length one, all of one model."""
        ...
