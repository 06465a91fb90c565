"""A feed of somebody's own, RSS or Atom: an entry with a title is a paper, known by its arXiv id, DOI or address."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from bot.fetch import Request
from bot.identity import canonical_id
from bot.models import FEED, Batch, Paper
from bot.sources import Ask, Parsed, Reads
from bot.sources.cleaning import TITLE_LENGTH, instant, link, names, text

MOST_ENTRIES = 100
"""Of one feed, the first ones."""
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"
_TAG = re.compile(r"<[^<>]{0,1000}>")


def ask(url: str) -> Ask:
    """What to ask; the lane is the host's, so that a site with many feeds is asked for one at a time."""
    host = urlsplit(url).hostname or ""
    request = Request(url=url, lane=f"feed {host}", label=f"The feed of {host}", accept=ACCEPT)
    return Ask(request=request, parse=partial(parse, host), reads=Reads.FEED)


def parse(host: str, document: Mapping[str, Any], observed_at: datetime) -> Parsed:
    """The papers of a feed, each once; entries without a title or an address are counted as skipped."""
    papers: dict[str, Paper] = {}
    skipped = max(0, len(document["entries"]) - MOST_ENTRIES)
    for entry in document["entries"][:MOST_ENTRIES]:
        paper = _paper(host, entry, observed_at)
        if paper is None:
            skipped += 1
        else:
            papers.setdefault(paper.id, paper)
    return Parsed(batch=Batch(papers=tuple(papers.values())), skipped=skipped)


def _paper(host: str, entry: Mapping[str, Any], observed_at: datetime) -> Paper | None:
    address, title = link(entry.get("link")), text(_plain(entry.get("title")), TITLE_LENGTH)
    paper_id = canonical_id(address or "") or canonical_id(text(entry.get("id"), 500))
    if paper_id is None or not title:
        return None
    published = _moment(entry.get("published")) or _moment(entry.get("updated"))
    return Paper(
        id=paper_id,
        title=title,
        abstract=text(_plain(entry.get("summary"))),
        authors=names(entry.get("authors") or ()),
        organization=None,
        comment=f"from {host}",
        published_at=min(published, observed_at) if published else None,
        link=address,
        first_seen_at=observed_at,
        updated_at=observed_at,
        sources=(FEED,),
    )


def _plain(value: Any) -> str:
    """The words of what may be HTML; it is shown as text everywhere, so this is for its looks alone."""
    return unescape(_TAG.sub(" ", value)) if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    """Atom's times are ISO 8601, RSS's those of e-mail."""
    known = instant(value)
    if known is not None or not isinstance(value, str):
        return known
    try:
        told = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    told = told.replace(tzinfo=UTC) if told.tzinfo is None else told
    return instant(told.isoformat())
