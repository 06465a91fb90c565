"""Feeds as documents. Pure: the same papers give the same bytes, so that nothing looks new that is not.

Atom: https://www.rfc-editor.org/rfc/rfc4287, JSON Feed: https://www.jsonfeed.org/version/1.1/,
ids: https://www.rfc-editor.org/rfc/rfc4151
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from markupsafe import Markup

from adapters.web.press import followable
from bot.answers import time_json
from bot.cards import one_line
from bot.latex import readable
from bot.models import Paper
from bot.plain import clean as drawable
from bot.titles import title_of

ATOM = "http://www.w3.org/2005/Atom"
ET.register_namespace("", ATOM)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
"""Of the year that ids are dated with, and the update of a feed that never had a paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A paper as a feed tells it. No counts: they change with every look, and would make every paper new."""

    id: str
    url: str
    """Its page here."""
    external: str
    """Where it can be read; empty where no address may be followed."""
    title: str
    summary: str
    html: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    at: datetime
    """When it was first seen here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    id: str
    title: str
    page: str
    """The same for people."""
    url: str
    icon: str
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> datetime:
        return max((entry.at for entry in self.entries), default=BEGAN)


def tag(site: str, kind: str, name: str) -> str:
    """An id that stays while the site keeps its name: `tag:papers.example.org,2026:paper/2602.23229`."""
    return f"tag:{urlsplit(site).hostname or 'localhost'},{BEGAN.year}:{kind}/{quote(name, safe='/:')}"


def entry(paper: Paper, site: str, page: str) -> Entry:
    """`page` is its path there."""
    return Entry(
        id=tag(site, "paper", paper.id),
        url=site + page,
        external=clean(paper.url) if followable(paper.url) else "",
        title=clean(title_of(paper)),
        summary=one_line(clean(readable(paper.summary or ""))),
        html=_html(paper),
        authors=tuple(filter(None, (one_line(clean(author)) for author in paper.authors))),
        tags=tuple(clean(category) for category in paper.categories),
        at=paper.first_seen_at,
    )


def newest_first(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """In an order that changes only with the papers themselves."""
    return tuple(sorted(entries, key=lambda one: (one.at, one.id), reverse=True))


_NO_XML = {0xFFFE: None, 0xFFFF: None}
"""https://www.w3.org/TR/xml/#charsets has no such characters, nor the control characters that are gone already."""


def clean(text: str) -> str:
    return drawable(text).translate(_NO_XML)


_PARAGRAPH = Markup("<p>{}</p>")
_LINK = Markup('<a href="{}">{}</a>')


def _html(paper: Paper) -> str:
    abstract = [
        _PARAGRAPH.format(one_line(part)) for part in clean(readable(paper.abstract)).split("\n\n") if part.strip()
    ]
    by = ", ".join(one_line(clean(author)) for author in paper.authors)
    links = [("Read the paper", paper.url)]
    if paper.github_repo:
        links.append(("Code", f"https://github.com/{paper.github_repo}"))
    line = Markup(" · ").join(_LINK.format(clean(url), label) for label, url in links if followable(url))
    return str(Markup("").join([*abstract, *([_PARAGRAPH.format(by)] if by else []), _PARAGRAPH.format(line)]))


def atom(feed: Feed) -> bytes:
    """The feed as Atom 1.0."""
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    for name, text in (("id", feed.id), ("title", feed.title), ("updated", _time(feed.updated)), ("icon", feed.icon)):
        _add(root, name, text)
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.url)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    _add(_add(root, "author"), "name", "Broadsheet")
    for one in feed.entries:
        _add_entry(root, one)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add_entry(root: ET.Element, one: Entry) -> None:
    element = _add(root, "entry")
    for name, text in (("id", one.id), ("title", one.title), ("updated", _time(one.at)), ("published", _time(one.at))):
        _add(element, name, text)
    _add(element, "link", rel="alternate", type="text/html", href=one.url)
    if one.external:
        _add(element, "link", rel="related", href=one.external)
    for author in one.authors:
        _add(_add(element, "author"), "name", author)
    for category in one.tags:
        _add(element, "category", term=category)
    if one.summary:
        _add(element, "summary", one.summary)
    _add(element, "content", one.html, type="html")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text or None
    return element


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1."""
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "icon": feed.icon,
        "language": "en",
        "items": [_item(one) for one in feed.entries],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _item(one: Entry) -> dict[str, object]:
    told: dict[str, object] = {
        "id": one.id,
        "url": one.url,
        "external_url": one.external,
        "title": one.title,
        "summary": one.summary,
        "content_html": one.html,
        "date_published": _time(one.at),
        "date_modified": _time(one.at),
        "authors": [{"name": author} for author in one.authors],
        "tags": list(one.tags),
    }
    return {name: value for name, value in told.items() if value}


def _time(moment: datetime) -> str:
    return time_json(moment) or ""
