"""Block Kit primitives, each within its documented limit. Titles and other people's words never meet mrkdwn here.

Lengths are in UTF-16 units. https://docs.slack.dev/reference/block-kit/blocks/
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.slack.text import address, escape
from bot.buttons import EFFECT_WORDS, EFFECTS, Button, Effect, Link
from bot.plain import clean, cut, length, one_line

Block = dict[str, object]
Element = dict[str, object]

BLOCKS_IN_MESSAGE = 50  # https://docs.slack.dev/reference/block-kit/blocks/
MESSAGE_WEIGHT = 12_000
"""Undocumented: near 13,200 characters, fewer with many blocks, comes `msg_blocks_too_long` (slackapi/bolt-js#2509)."""
BLOCK_WEIGHT = 125
"""Characters that a block counts beside its text, to stay clear of that limit."""
HEADER = 150  # https://docs.slack.dev/reference/block-kit/blocks/header-block/
SECTION = 3000  # https://docs.slack.dev/reference/block-kit/blocks/section-block/
CONTEXT = 3000  # https://docs.slack.dev/reference/block-kit/composition-objects/text-object/
ACTIONS = 25  # https://docs.slack.dev/reference/block-kit/blocks/actions-block/
BUTTON_LABEL, BUTTON_VALUE, SPOKEN = 75, 2000, 75
"""SPOKEN: of what a screen reader says. https://docs.slack.dev/reference/block-kit/block-elements/button-element/"""
_BETWEEN = ", "
"""Between a button's label and what it is about; no label of such a button holds it."""

ACTION_VERSION = "v1"


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks that stay in one message, what a screen reader says of them, and the addresses they link to."""

    blocks: tuple[Block, ...]
    text: str = ""
    addresses: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        return sum(BLOCK_WEIGHT + characters(block) for block in self.blocks)


def characters(node: object) -> int:
    """Of all texts, addresses and values in a block or an element, in UTF-16 units."""
    total, left = 0, [node]
    while left:
        match left.pop():
            case str() as text:
                total += length(text)
            case dict() as named:
                left += [value for key, value in named.items() if key != "type"]
            case list() as several:
                left += several
    return total


def plain(text: str, limit: int) -> Element:
    """Text that nothing in it can style; colons make no emoji."""
    return {"type": "plain_text", "text": cut(text, limit), "emoji": False}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(one_line(text) or "Broadsheet", HEADER)}


def section(text: str) -> Block:
    return {"type": "section", "text": plain(text, SECTION)}


def divider() -> Block:
    return {"type": "divider"}


def context(text: str, links: Iterable[Link] = ()) -> list[Block]:
    """Small grey text with links after it; no block where there is nothing to say."""
    elements = [plain(text, CONTEXT)] if text else []
    linked = _linked(links)
    if linked:
        elements.append({"type": "mrkdwn", "text": linked, "verbatim": True})
    return [{"type": "context", "elements": elements}] if elements else []


def _linked(links: Iterable[Link]) -> str:
    """As many links as fit, in the order given."""
    text = ""
    for link in links:
        url = address(link.url)
        if url is None:
            continue
        label = escape(cut(one_line(link.label), 40).replace("|", "/"))
        longer = f"{text}{' · ' if text else ''}<{escape(url)}|{label or 'link'}>"
        text = longer if length(longer) <= CONTEXT else text
    return text


def rich_text(*elements: Element) -> Block:
    """Paragraphs and lists of literal text: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block/ ."""
    return {"type": "rich_text", "elements": list(elements)}


def line(*elements: Element) -> Element:
    """A paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def bullets(lines: Sequence[Element]) -> Element:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(lines)}


def words(text: str, *styles: str) -> Element:
    """Literal text in the named styles: bold, italic, code, strike."""
    element: Element = {"type": "text", "text": text or " "}
    return element | {"style": dict.fromkeys(styles, True)} if styles else element


def spans(text: str) -> list[Element]:
    """Our own sentences, whose pieces between backticks are code."""
    found = [
        words(piece, "code") if number % 2 else words(piece)
        for number, piece in enumerate(clean(text).split("`"))
        if piece
    ]
    return found or [words("")]


def linked_words(text: str, url: str, *styles: str) -> Element:
    """A link, or just the words where the address is none."""
    target = address(url)
    if target is None:
        return words(text, *styles)
    element: Element = {"type": "link", "url": target, "text": text or target}
    return element | {"style": dict.fromkeys(styles, True)} if styles else element


def emoji(name: str) -> Element:
    return {"type": "emoji", "name": name}


def fits(button: Button) -> bool:
    """Whether a button's value has room for its command."""
    return 0 < length(clean(button.command)) <= BUTTON_VALUE


def actions(buttons: Iterable[Button], about: str = "") -> list[Block]:
    """The buttons that Slack can carry: a command longer than a button's value has no button.

    An action's id tells the effect and is unique in its block, as Slack asks. `about` is what they are for, where many
    have the same label: a screen reader says it too.
    """
    elements = [_button(button, number, about) for number, button in enumerate(buttons) if fits(button)]
    rows = [elements[start : start + ACTIONS] for start in range(0, len(elements), ACTIONS)]
    return [{"type": "actions", "elements": row} for row in rows]


def _button(button: Button, number: int, about: str) -> Element:
    element: Element = {
        "type": "button",
        "text": label_of(button),
        "action_id": f"{EFFECT_WORDS[button.effect]}:{ACTION_VERSION}:{number}",
        "value": clean(button.command),
    }
    return element | _spoken(button, about)


def _spoken(button: Button, about: str) -> Element:
    label = one_line(button.label) or "…"
    return {"accessibility_label": cut(f"{label}{_BETWEEN}{about}", SPOKEN)} if about else {}


def newly_labelled(element: Element, button: Button) -> Element:
    """A drawn button with that one's label; what it is about stays as it was said."""
    _, _, about = str(element.get("accessibility_label") or "").partition(_BETWEEN)
    return element | {"text": label_of(button)} | _spoken(button, about)


def label_of(button: Button) -> Element:
    return {"type": "plain_text", "text": cut(one_line(button.label) or "…", BUTTON_LABEL), "emoji": True}


def effect_of(action_id: str) -> Effect | None:
    """What a pressed button asks for; None for a button of an unknown version."""
    name, _, rest = action_id.partition(":")
    version, _, _ = rest.partition(":")
    return EFFECTS.get(name) if version == ACTION_VERSION else None
