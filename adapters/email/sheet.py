"""What one message says, before it is HTML or text: one shape for all views, in cleaned strings."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from bot.buttons import Link
from bot.plain import clean, one_line
from bot.views import Field, PaperCard

UNSUBSCRIBE = "\x00unsubscribe\x00"
PREFERENCES = "\x00preferences\x00"
"""Places of links that are made for each recipient when the message is sent; cleaned text holds no NUL."""
_SAFE_IN_ADDRESS = "%/:?#[]@!$&'()*+,;=~-._"
LONGEST_ADDRESS = 2000
REASONS = 1
"""A card's strongest reasons that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One paper."""

    number: str = ""
    title: str
    url: str
    """Empty where it has none that may be followed."""
    byline: str = ""
    summary: str = ""
    why: str = ""
    facts: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One message."""

    subject: str
    preview: str = ""
    """What a list of mails shows beside the subject."""
    date: str = ""
    edition: str = ""
    """Beside the date, such as `3 of 214 new papers matched`."""
    kicker: str = ""
    headline: str = ""
    paragraphs: tuple[str, ...] = ()
    press: Link | None = None
    """The one thing to do."""
    stories: tuple[Story, ...] = ()
    fields: tuple[Field, ...] = ()
    verbatim: str = ""
    """Letter by letter."""
    notes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    """At the foot."""


def story(card: PaperCard, site: str, *, summary: str | None = None) -> Story:
    """A paper as a story; `site` is where our page about it is."""
    paper = card.ranked.paper
    reasons = sorted((part for part in card.ranked.parts if part.part > 0), key=lambda part: -part.part)
    links = [Link(one_line(link.label), web_address(link.url)) for link in card.links]
    return Story(
        number=str(card.ranked.rank or ""),
        title=one_line(card.title),
        url=web_address(card.url),
        byline=byline(paper.authors),
        summary=clean(card.summary if summary is None else summary).strip(),
        why="; ".join(one_line(part.text) for part in reasons[:REASONS]),
        facts=tuple(one_line(fact) for fact in card.facts),
        links=(*(link for link in links if link.url), *_page(paper.id, site)),
    )


def byline(authors: tuple[str, ...]) -> str:
    """`Ada Example, Ben Sample and 3 more`."""
    shown = [one_line(author) for author in authors[:3]]
    more = f" and {len(authors) - 3} more" if len(authors) > 3 else ""
    return ", ".join(shown) + more


def web_address(url: str) -> str:
    """An http(s) address fit for a link, its odd characters percent-encoded; empty if it is none."""
    encoded = quote(clean(url).strip(), safe=_SAFE_IN_ADDRESS)
    try:
        parts = urlsplit(encoded)
    except ValueError:
        return ""
    fits = parts.scheme.lower() in {"http", "https"} and parts.netloc and len(encoded) <= LONGEST_ADDRESS
    return encoded if fits else ""


def _page(paper_id: str, site: str) -> tuple[Link, ...]:
    return (Link("Score and abstract", f"{site}/p/{quote(paper_id, safe=':')}"),) if site else ()
