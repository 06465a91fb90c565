"""Papers, and what sources say of them."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Self

FEED = "feed"
"""The source that a channel's own feeds are, together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper, whatever the number of its versions, cross-lists and sources; the counts are in `Observation`."""

    id: str
    """Canonical: the arXiv id without version, else `doi:…`, else `url:` and 16 hex digits (see identity.py)."""
    title: str
    first_seen_at: datetime
    """When somebody first showed it to us, or, for imported history, when it reached the daily list."""
    updated_at: datetime
    """When we last learned something about it."""
    abstract: str = ""
    summary: str | None = None
    """One or two sentences of somebody else's, where a source gives them."""
    authors: tuple[str, ...] = ()
    organization: str | None = None
    submitter: str | None = None
    categories: tuple[str, ...] = ()
    """arXiv categories, the primary one first."""
    keywords: tuple[str, ...] = ()
    version: int | None = None
    doi: str | None = None
    comment: str | None = None
    published_at: datetime | None = None
    announced_at: datetime | None = None
    github_repo: str | None = None
    """`owner/name`."""
    project_page: str | None = None
    thumbnail: str | None = None
    link: str | None = None
    """Where it can be read, for a paper that is not on arXiv."""
    discussions: tuple[str, ...] = ()
    """Addresses of where it is talked about elsewhere, sorted."""
    sources: tuple[str, ...] = ()
    """Names of the sources that showed it, sorted."""

    @property
    def own(self) -> bool:
        """Only a channel's own feed has shown it: it is in no list of anybody else."""
        return self.sources == (FEED,)

    @property
    def url(self) -> str:
        """ArXiv's abstract page (its terms ask to link there), else the DOI's, else the link it came with."""
        if ":" not in self.id:
            return f"https://arxiv.org/abs/{self.id}"
        return self.link or (f"https://doi.org/{self.id.removeprefix('doi:')}" if self.id.startswith("doi:") else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What can be counted of a paper at a moment. None: not known."""

    upvotes: int | None = None
    comments: int | None = None
    github_stars: int | None = None
    github_forks: int | None = None
    linked_models: int | None = None
    linked_datasets: int | None = None
    linked_spaces: int | None = None
    hacker_news_points: int | None = None
    """Of its best story, as are the comments."""
    hacker_news_comments: int | None = None
    citations: int | None = None
    author_h_index: int | None = None
    """The greatest of its authors'."""

    def updated(self, later: Self) -> Self:
        """These counts, replaced by each one that `later` knows."""
        known = {f.name: getattr(later, f.name) for f in fields(later) if getattr(later, f.name) is not None}
        return replace(self, **known)


SIGNALS: tuple[str, ...] = tuple(f.name for f in fields(Counts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one source said of one paper at one instant. Append-only: a later one never replaces it."""

    paper_id: str
    source: str
    observed_at: datetime
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A paper's place in the reference site's dated list, 0 being the first."""

    paper_id: str
    date: date
    position: int
    listed_at: datetime
    """When we first saw it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a source's answer says: the result of parsing, the input of the store."""

    papers: tuple[Paper, ...] = ()
    observations: tuple[Observation, ...] = ()
    listings: tuple[Listing, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """How much of a batch was new to the store."""

    papers: int = 0
    observations: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """How a source last answered."""

    source: str
    last_success_at: datetime | None = None
    failing_since: datetime | None = None
    reason: str | None = None
    """One sentence for people; None while it works."""
