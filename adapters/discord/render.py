"""Views as Discord messages; pure. Everything fits Discord's limits, and no paper's address is lost."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import assert_never

from adapters.discord.buttons import buttons_of, with_details
from adapters.discord.cards import WITH_BUTTONS, facts_of, headline, link_buttons, pack_cards, title_of, with_picture
from adapters.discord.components import contents, rows
from adapters.discord.document import document_blocks
from adapters.discord.layout import CONTENT, Block, calling, lines_blocks, mention, pack, plain_message
from adapters.discord.panels import (
    absolute,
    button_blocks,
    channel_list_blocks,
    field_blocks,
    help_blocks,
    note_blocks,
    notice_blocks,
    prose_blocks,
    quoted_blocks,
    sentence,
    status_blocks,
    title_block,
)
from adapters.discord.text import code, escape, prose, small
from adapters.discord.words import for_discord, typed
from bot.forms import form_notice
from bot.plain import counted, cut, length, one_line
from bot.ports import Payload
from bot.views import (
    CardList,
    ChannelList,
    DigestPost,
    Document,
    Explanation,
    Field,
    Form,
    Help,
    Notice,
    PaperCard,
    PaperDetail,
    Status,
    Tone,
    View,
)

INK = 0x3B5BDB
GREEN = 0x2B8A3E
RED = 0xC92A2A
GREY = 0x868E96
ACCENTS = {Tone.OK: GREEN, Tone.INFO: INK, Tone.ERROR: RED}


def render(view: View) -> list[Payload]:
    """The messages that show it, in order: bodies of Create Message."""
    match view:
        case CardList():
            return pack_cards(view.cards, partial(_around_list, view), INK)
        case DigestPost():
            messages = pack_cards(
                with_details(view), partial(_around_digest, view), GREY if view.preview else INK, WITH_BUTTONS
            )
            return messages if view.preview or not view.ping else [calling(messages[0], view.ping), *messages[1:]]
        case PaperDetail() | Explanation():
            return pack(_detail(view) if isinstance(view, PaperDetail) else _explanation(view), INK)
        case Notice() | Help() | Status() | ChannelList():
            return pack(_panel(view), ACCENTS[view.tone] if isinstance(view, Notice) else INK)
        case Form():
            return pack(notice_blocks(form_notice(view)), INK)
        case Document():
            return pack(document_blocks(view), INK)
        case _:
            assert_never(view)


def _panel(view: Notice | Help | Status | ChannelList) -> Iterator[Block]:
    match view:
        case Notice():
            return notice_blocks(view)
        case Help():
            return help_blocks(view)
        case Status():
            return status_blocks(view)
        case ChannelList():
            return channel_list_blocks(view)
        case _:
            assert_never(view)


def fallback(view: View) -> Payload:
    """One plain message with the same links as far as they fit, for when Discord refuses the other."""
    match view:
        case CardList():
            return plain_message(_plain_list(_list_head(view), view.cards))
        case DigestPost():
            return plain_message(_plain_list(_digest_head(view), view.cards))
        case _:
            return plain_message(_plain_text(render(view)))


# --- lists ------------------------------------------------------------------------------------------------------


def _around_list(view: CardList, cards: Sequence[Block]) -> Iterator[Block]:
    yield title_block(view.title)
    yield from cards
    if not view.cards:
        yield from prose_blocks(view.empty or "There is nothing here.")
    yield from note_blocks(view.notes, _place(view), code(cut(typed(view.command), 400)) if view.command else "")
    yield from button_blocks(view.buttons)


def _place(view: CardList) -> str:
    papers = view.papers
    pages = f"page {papers.page} of {papers.pages}" if papers.pages > 1 else ""
    total = counted(papers.total, "paper") if view.cards else ""
    total = "" if any(note.startswith(total) for note in view.notes) else total
    return " · ".join(part for part in (total, pages, f"as of {absolute(papers.as_of)}") if part)


def _list_head(view: CardList) -> str:
    empty = "" if view.cards else prose(cut(for_discord(view.empty), 500))
    return f"**{escape(cut(one_line(view.title), 200))}**\n{empty}"


def _around_digest(view: DigestPost, cards: Sequence[Block]) -> Iterator[Block]:
    mark = small("Preview: not posted, not counted") if view.preview else ""
    called = "" if view.preview or not view.ping else mention(view.ping)
    yield title_block(view.title, escape(cut(one_line(view.date_line), 100)), mark, called)
    yield from cards
    if not view.cards:
        yield from prose_blocks(_quiet(view))
    yield from note_blocks(view.footer)


def _quiet(view: DigestPost) -> str:
    because = view.digest.quiet_because or "there is nothing new"
    return f"No papers this time: {because.rstrip('.')}."


def _digest_head(view: DigestPost) -> str:
    mark = " (preview)" if view.preview else ""
    title = f"**{escape(cut(one_line(view.title), 200))}** · {escape(cut(one_line(view.date_line), 100))}{mark}"
    return title if view.cards else f"{title}\n{prose(cut(_quiet(view), 500))}"


# --- one paper --------------------------------------------------------------------------------------------------


def _detail(view: PaperDetail) -> Iterator[Block]:
    yield _head(view.card)
    yield from quoted_blocks(view.abstract)
    yield from field_blocks(view.fields, ruled=True)
    yield from note_blocks(view.notes)
    yield from (Block((row,)) for row in rows(link_buttons(view.card)))
    yield from button_blocks(buttons_of(view))


def _explanation(view: Explanation) -> Iterator[Block]:
    yield _head(view.card)
    yield from prose_blocks(view.headline)
    yield from lines_blocks(_reason(reason) for reason in view.reasons)
    missing = (f"Not known: {', '.join(view.missing)}",) if view.missing else ()
    yield from note_blocks((*missing, *view.notes))
    yield from button_blocks(buttons_of(view))


def _reason(reason: Field) -> str:
    """`+1.25` and its sentence."""
    return f"{code(cut(reason.label, 40))} {sentence(reason.text)}".strip() or "–"


def _head(card: PaperCard) -> Block:
    facts = facts_of(card)
    lines = [f"## {title_of(card)}", small(" · ".join(facts)) if facts else ""]
    return Block((with_picture("\n".join(line for line in lines if line), card),))


# --- plain text -------------------------------------------------------------------------------------------------


def _plain_list(head: str, cards: Sequence[PaperCard]) -> str:
    """As many papers as fit, with titles as long as lets all of them in."""
    for limit in (160, 80, 40):
        whole = "\n".join([head.strip(), *(headline(card, limit) for card in cards)])
        if length(whole) <= CONTENT:
            return whole
    return _whole_lines(whole, f"{len(cards)} papers in all; not all of them fit here.")


def _plain_text(messages: Sequence[Payload]) -> str:
    texts = [content for payload in messages for content in _contents(payload)]
    return _whole_lines("\n".join(texts), "…")


def _contents(payload: Payload) -> Iterator[str]:
    components = payload["components"]
    if isinstance(components, list):
        for component in components:
            yield from contents(component)


def _whole_lines(words: str, ending: str) -> str:
    """The first lines that fit, and `ending` where some do not: a cut line could leave a mark open."""
    if length(words) <= CONTENT:
        return words
    kept: list[str] = []
    for line in words.split("\n"):
        if length("\n".join([*kept, line, ending])) > CONTENT:
            break
        kept.append(line)
    return "\n".join([*kept, ending])
