"""arXiv: the day's announcements as a feed, and the query API for what it leaves out.

https://info.arxiv.org/help/rss.html, https://info.arxiv.org/help/api/user-manual.html. At most one request in three
seconds over both, which is the lane's business. Thank you to arXiv for use of its open access interoperability.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from bot.fetch import Request
from bot.identity import arxiv_version, canonical_id
from bot.models import Batch, Paper
from bot.sources import Ask, Needs, Parsed, Reads, SourceError
from bot.sources.cleaning import NAME_LENGTH, TITLE_LENGTH, instant, items, link, names, repository, text

NAME = "arxiv"
LABEL = "arXiv"
CATEGORIES = ("cs.AI", "cs.CL", "cs.CV", "cs.LG", "stat.ML")
FEED = "feed"
"""What the day's feed is about, among the things asked about."""
MOST_IDS = 100
"""Of one query."""
MOST_QUERIES = 5
"""Of one refresh: with the lane's gap they take a quarter of a minute."""
LONG_AGO = timedelta(days=31)

_ANNOUNCEMENT = re.compile(r"^arXiv:\S+\s+Announce Type:\s*(?P<type>\S+)\s+Abstract:\s*", re.IGNORECASE)
_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]{2,20})?")
_CODE = re.compile(r"https?://(?:www\.)?github\.com/[A-Za-z0-9-]+/[A-Za-z0-9._-]+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Arxiv:
    """`api_url` answers `/api/query`, `feed_url` answers `/atom/…`."""

    api_url: str = "https://export.arxiv.org"
    feed_url: str = "https://rss.arxiv.org"
    categories: tuple[str, ...] = CATEGORIES
    name: str = NAME
    label: str = LABEL

    def asks(self, needs: Needs) -> list[Ask]:
        ids = needs.uncategorised[: MOST_IDS * MOST_QUERIES]
        queries = [self.query(ids[start : start + MOST_IDS]) for start in range(0, len(ids), MOST_IDS)]
        return [*([self.feed()] if needs.feed else []), *queries]

    def feed(self) -> Ask:
        """What the evening before announced in our categories, each paper once."""
        return self._ask(f"{self.feed_url}/atom/{'+'.join(self.categories)}", parse_feed, (FEED,))

    def query(self, ids: Sequence[str]) -> Ask:
        """Records of at most 100 ids; unknown ones are simply not among the answers."""
        query = urlencode({"id_list": ",".join(ids), "start": 0, "max_results": len(ids)}, safe=",/")
        return self._ask(f"{self.api_url}/api/query?{query}", parse_query, tuple(ids))

    def _ask(self, url: str, parse: Callable[[Any, datetime], Parsed], about: tuple[str, ...]) -> Ask:
        request = Request(
            url=url, lane=self.name, label=self.label, accept="application/atom+xml, application/xml;q=0.9"
        )
        return Ask(request=request, parse=parse, reads=Reads.FEED, about=about)


def parse_feed(document: Mapping[str, Any], observed_at: datetime) -> Parsed:
    """Papers of the daily feed, new versions apart. Empty on days without announcements."""
    papers, skipped = _usable(document, partial(_announced, observed_at))
    fresh = tuple(paper for paper in papers if paper.announced_at is not None)
    updates = tuple(paper for paper in papers if paper.announced_at is None)
    return Parsed(batch=Batch(papers=fresh), updates=updates, skipped=skipped)


def parse_query(document: Mapping[str, Any], observed_at: datetime) -> Parsed:
    """Papers of the query API, which tells errors as a feed of one entry."""
    for entry in document["entries"]:
        if "/api/errors" in str(entry.get("id", "")):
            raise SourceError(f"{LABEL} did not understand us: {text(entry.get('summary'), 200)}.")
    papers, skipped = _usable(document, partial(_queried, observed_at))
    return Parsed(updates=tuple(papers), skipped=skipped)


def _usable(document: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Paper | None]) -> tuple[list[Paper], int]:
    """The papers of the usable entries, each once, and how many entries are of no use."""
    found: dict[str, Paper] = {}
    skipped = 0
    for entry in document["entries"]:
        paper = read(entry)
        if paper is None:
            skipped += 1
        else:
            found.setdefault(paper.id, paper)
    if skipped and not found:
        raise SourceError(f"{LABEL} answered a feed in which nothing is a paper.")
    return list(found.values()), skipped


def _announced(observed_at: datetime, entry: Mapping[str, Any]) -> Paper | None:
    """An entry of the daily feed: authors are one string, `published` is the day of the announcement.

    `announced_at` is None for a new version of a paper (`replace`, `replace-cross`).
    """
    paper = _paper(observed_at, entry)
    if paper is None:
        return None
    announcement = _ANNOUNCEMENT.match(paper.abstract)
    kind = text(entry.get("arxiv_announce_type"), NAME_LENGTH) or (announcement["type"] if announcement else "")
    return replace(
        paper,
        abstract=paper.abstract[announcement.end() :] if announcement else paper.abstract,
        authors=names(text(entry.get("author")).split(", ")),
        announced_at=None if kind.startswith("replace") else instant(entry.get("published")) or observed_at,
    )


def _queried(observed_at: datetime, entry: Mapping[str, Any]) -> Paper | None:
    """An entry of the query API: `published` is the time of version 1."""
    paper = _paper(observed_at, entry)
    return replace(paper, published_at=instant(entry.get("published"))) if paper else None


def _paper(observed_at: datetime, entry: Mapping[str, Any]) -> Paper | None:
    """What both say alike. None without an arXiv id or a title."""
    name = text(entry.get("id"), NAME_LENGTH)
    paper_id = canonical_id(name)
    title = text(entry.get("title"), TITLE_LENGTH)
    if paper_id is None or ":" in paper_id or not title:
        return None
    abstract = text(entry.get("summary"))
    return Paper(
        id=paper_id,
        title=title,
        abstract=abstract,
        authors=names(items(entry.get("authors"))),
        categories=_categories(entry),
        version=arxiv_version(name),
        doi=text(entry.get("arxiv_doi"), NAME_LENGTH) or None,
        comment=text(entry.get("arxiv_comment"), 500) or None,
        first_seen_at=first_public(paper_id, observed_at),
        updated_at=observed_at,
        github_repo=_code(abstract),
        sources=(NAME,),
    )


def first_public(paper_id: str, observed_at: datetime) -> datetime:
    """Now, or for an id given out long ago the end of the month in it: a late cross-list is no new paper."""
    end = month_end(paper_id)
    return end if end is not None and end < observed_at - LONG_AGO else observed_at


def month_end(paper_id: str) -> datetime | None:
    """The end of the month in an id: then it was public. None for an id without a month."""
    digits = re.search(r"(?:^|/)([0-9]{2})(0[1-9]|1[0-2])", paper_id)
    if digits is None:
        return None
    year, month = int(digits[1]), int(digits[2])
    year += 1900 if year >= 91 else 2000
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)


def _categories(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The primary one first, where the entry tells it."""
    found = [term for term in names(items(entry.get("categories"))) if _CATEGORY.fullmatch(term)]
    primary = text(entry.get("primary"), NAME_LENGTH)
    ordered = [primary, *found] if primary in found else found
    return tuple(dict.fromkeys(ordered))


def _code(abstract: str) -> str | None:
    """The one repository that an abstract names; of several, none is sure to be the paper's own."""
    found = {repository(link(address.rstrip("."))) for address in _CODE.findall(abstract)}
    return found.pop() if len(found) == 1 else None
