"""Papers as Discord shows them: a linked title, a line of summary, a line of facts, and its picture if any."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from adapters.discord.buttons import drawn
from adapters.discord.components import LINK_LENGTH, Component, link_button, pictured, rows, text
from adapters.discord.layout import Block, pack
from adapters.discord.text import address, escape, linked, small
from bot.buttons import Link
from bot.plain import cut, length, one_line
from bot.ports import Payload
from bot.views import PaperCard

TITLE_LENGTH = 200
FACT_LENGTH = 60
LINKS = 4
LINK_IN_TEXT_LENGTH = 200
"""Addresses count as displayed characters; a longer one waits for the paper's own page."""
PICTURE_LENGTH = 1000
PICTURE = "Preview of the paper"


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of each paper a list shows."""

    summary: int
    """Characters at most."""
    links: bool
    ruled: bool
    """A line between papers."""
    buttons: bool = True


FULLEST = Detail(summary=240, links=True, ruled=True)
WITH_BUTTONS = (
    FULLEST,
    Detail(summary=240, links=True, ruled=False),
    Detail(summary=240, links=False, ruled=True),
    Detail(summary=120, links=False, ruled=True),
    Detail(summary=120, links=False, ruled=False),
)
"""From most to least. One message is better than more detail: its buttons can turn the whole list."""
IN_SEVERAL = WITH_BUTTONS[:2]
"""Of a list in several messages: a line between papers is a component too."""
EVERY_DETAIL = (*WITH_BUTTONS, *(replace(detail, buttons=False) for detail in WITH_BUTTONS))


def pack_cards(
    cards: Iterable[PaperCard],
    around: Callable[[Sequence[Block]], Iterable[Block]],
    accent: int,
    details: Sequence[Detail] = EVERY_DETAIL,
) -> list[Payload]:
    """One message with as much of each paper as fits; several with everything if none does, as few as possible."""
    listed = tuple(cards)
    for detail in details:
        messages = pack(around([card_block(card, detail) for card in listed]), accent)
        if len(messages) == 1:
            return messages
    several = (pack(around([card_block(card, detail) for card in listed]), accent) for detail in IN_SEVERAL)
    return min(several, key=len)


def card_block(card: PaperCard, detail: Detail) -> Block:
    summary = escape(cut(one_line(card.summary), detail.summary))
    facts = [*facts_of(card), *(links_of(card) if detail.links else ())]
    lines = [f"### {headline(card)}", summary, small(" · ".join(facts)) if facts else ""]
    pressable = rows(drawn(card.buttons)) if detail.buttons else ()
    return Block((with_picture("\n".join(line for line in lines if line), card), *pressable), ruled=detail.ruled)


def headline(card: PaperCard, limit: int = TITLE_LENGTH) -> str:
    """`1 · [Title](address)`."""
    title = title_of(card, limit)
    return title if card.ranked.rank is None else f"{card.ranked.rank} · {title}"


def title_of(card: PaperCard, limit: int = TITLE_LENGTH) -> str:
    return linked(cut(one_line(card.title), limit), card.url)


def facts_of(card: PaperCard) -> list[str]:
    facts = [escape(cut(one_line(fact), FACT_LENGTH)) for fact in card.facts[:8]]
    if card.earlier is not None and _is_short(card.earlier):
        facts.append(linked(cut(one_line(card.earlier.label), FACT_LENGTH), card.earlier.url))
    return [fact for fact in facts if fact]


def links_of(card: PaperCard) -> list[str]:
    """Masked links, as far as their addresses are short."""
    shown = [link for link in card.links if _is_short(link)]
    return [linked(cut(one_line(link.label), 40), link.url) for link in shown[:LINKS]]


def link_buttons(card: PaperCard) -> list[Component]:
    """The paper's other places as buttons: https://docs.discord.com/developers/components/reference#button."""
    targets = [(cut(one_line(link.label), 40), address(link.url)) for link in card.links[:5]]
    return [link_button(label, url) for label, url in targets if label and url and length(url) <= LINK_LENGTH]


def with_picture(content: str, card: PaperCard) -> Component:
    picture = address(card.ranked.paper.thumbnail or "")
    if picture is None or len(picture) > PICTURE_LENGTH:
        return text(content)
    return pictured(content, picture, PICTURE)


def _is_short(link: Link) -> bool:
    target = address(link.url)
    return target is not None and len(target) <= LINK_IN_TEXT_LENGTH
