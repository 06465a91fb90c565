"""Pieces that several views are drawn from: cards, labelled lines, lists, small print."""

from collections.abc import Iterable, Sequence

from adapters.slack.blocks import (
    Element,
    Part,
    actions,
    bullets,
    characters,
    context,
    fits,
    header,
    line,
    linked_words,
    rich_text,
    spans,
    words,
)
from adapters.slack.text import address
from bot.buttons import Button
from bot.plain import clean, cut, one_line, pieces
from bot.views import Field, PaperCard

TITLE, SUMMARY, FACTS, VALUE, SENTENCE = 300, 500, 600, 1500, 2000
LIST_WEIGHT = 5000
"""Characters of a list that stay together; a longer one can be split over messages."""

Line = tuple[Element, str]
"""A line of a list as drawn, and as a screen reader says it."""


def card_part(card: PaperCard, *, ranked: bool = True) -> Part:
    """Rank and linked title in bold, the summary under it, facts and links in small print, then its buttons."""
    rank = f"{card.ranked.rank}. " if ranked else ""
    about = f"paper {card.ranked.rank}" if ranked else ""  # a whole title would take a long digest's room
    title = cut(one_line(card.title) or card.ranked.paper.id, TITLE)
    summary = cut(one_line(card.summary), SUMMARY) if ranked else ""
    facts = cut(" · ".join(one_line(fact) for fact in card.facts if one_line(fact)), FACTS)
    shown = [words(rank, "bold")] if rank else []
    shown.append(linked_words(title, card.url, "bold"))
    shown += [words(f"\n{summary}")] if summary else []
    links = card.links if card.earlier is None else (card.earlier, *card.links)
    told_before = one_line(card.earlier.label) if card.earlier else ""
    return Part(
        (rich_text(line(*shown)), *context(facts, links), *actions(card.buttons, about)),
        joined(f"{rank}{title}", summary, facts, told_before),
        addresses(card.url, *(link.url for link in links)),
    )


def addresses(*urls: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (address(url) for url in urls if url)))


def heading(title: str) -> Part:
    return Part((header(title),), one_line(title))


def sentences(text: str) -> list[Part]:
    shown = cut(clean(text).strip(), SENTENCE)
    return [Part((rich_text(line(*spans(shown))),), shown)] if shown else []


def small(notes: Iterable[str]) -> list[Part]:
    """Notes in small print, one under the other."""
    text = "\n".join(note for note in (one_line(note) for note in notes) if note)
    return [Part(tuple(context(piece)), piece) for piece in pieces(text, 2900)]


def button_rows(buttons: Sequence[Button]) -> list[Part]:
    """Rows of buttons; of those that Slack cannot carry it is said what to type instead."""
    missing = [one_line(button.label) for button in buttons if not fits(button)]
    said = f"What you typed is too long for buttons ({', '.join(missing)}); type a shorter one." if missing else ""
    return [*(Part((block,)) for block in actions(buttons)), *small((said,))]


def labelled(fields: Sequence[Field]) -> list[Part]:
    """A line each, its label in bold; several lines of a value stand under each other."""
    lines = [
        (
            line(words(f"{cut(one_line(field.label), 100)}  ", "bold"), *cut_spans(field.text, limit=VALUE)),
            told(field),
        )
        for field in fields
    ]
    return [
        Part((rich_text(*(drawn for drawn, _ in group)),), joined(*(spoken for _, spoken in group)))
        for group in _grouped(lines)
    ]


def titled(title: str, lines: Sequence[Line], linked: tuple[str, ...] = ()) -> list[Part]:
    """A list under its title, which is never left alone at the end of a message."""
    if not lines:
        return []
    first, *rest = listed(lines)
    top = Part((rich_text(line(words(cut(title, TITLE), "bold"))), *first.blocks), joined(title, first.text), linked)
    return [top, *rest]


def listed(lines: Sequence[Line]) -> list[Part]:
    return [
        Part((rich_text(bullets([drawn for drawn, _ in group])),), joined(*(spoken for _, spoken in group)))
        for group in _grouped(lines)
    ]


def _grouped(lines: Sequence[Line]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    weight = LIST_WEIGHT
    for drawn, spoken in lines:
        weight += characters(drawn)
        if weight > LIST_WEIGHT:
            groups.append([])
            weight = characters(drawn)
        groups[-1].append((drawn, spoken))
    return groups


def cut_spans(text: str, *styles: str, limit: int = SENTENCE) -> list[Element]:
    """A sentence of ours in the named styles; without any, pieces between backticks are code."""
    shown = cut(clean(text).strip(), limit)
    return [words(shown, *styles)] if styles else spans(shown)


def told(field: Field) -> str:
    """A labelled line as it is spoken."""
    return f"{cut(one_line(field.label), 100)}: {cut(clean(field.text), VALUE)}"


def joined(*texts: str, between: str = "\n") -> str:
    return between.join(text for text in texts if text)
