"""Views as Slack messages; pure. A message is never too long: what does not fit goes into the next one."""

from collections.abc import Iterable

from adapters.slack import draw
from adapters.slack.blocks import BLOCKS_IN_MESSAGE, MESSAGE_WEIGHT, Part
from adapters.slack.document import document
from adapters.slack.pieces import small
from adapters.slack.text import escape, escaped
from bot.forms import form_notice
from bot.plain import cut, length
from bot.ports import PLAIN, Payload
from bot.views import (
    CardList,
    ChannelList,
    DigestPost,
    Document,
    Explanation,
    Form,
    Help,
    Notice,
    PaperDetail,
    Status,
    View,
)

READABLE_TEXT = 4000
"""Best length of `text` at most: https://docs.slack.dev/reference/methods/chat.postMessage/#truncating"""
POSSIBLE_TEXT = 40_000
"""Slack cuts `text` beyond."""


def render(view: View, *, closing: str = "") -> list[Payload]:
    """The messages that show a view, in order; `closing` is a last line in small print.

    `text` is what notifications show and screen readers say: https://docs.slack.dev/messaging/#accessibility
    """
    return [_message(parts) for parts in _packed([*parts_of(view), *small((closing,))])]


def thread(view: View) -> list[Payload]:
    """The messages that go under a digest: what its papers are about, in full. None of other views, nor of previews."""
    if not isinstance(view, DigestPost) or view.preview or not view.details:
        return []
    return [_with_plain(parts) for parts in _packed(draw.abstracts(view))]


def posted(view: View) -> list[Payload]:
    """As `render`; each message after the first also has plain words of its own, since the first is out by then."""
    first, *rest = _packed(parts_of(view))
    return [_message(first), *(_with_plain(parts) for parts in rest)]


def fallback(view: View, *, closing: str = "") -> Payload:
    """One message of plain text with the same papers and their addresses, for when Slack refuses the blocks."""
    parts = [*parts_of(view), *small((closing,))]
    return _in_words(parts, 2000, 300, 60, 0)


def _in_words(parts: Iterable[Part], *limits: int) -> Payload:
    """All addresses, and of each part's text as much as fits."""
    for limit in limits:
        text = "\n\n".join(filter(None, (_plainly(part, limit) for part in parts)))
        if length(text) <= POSSIBLE_TEXT:
            break
    return _settings(cut(text, POSSIBLE_TEXT))


def _with_plain(parts: list[Part]) -> Payload:
    return _message(parts) | {PLAIN: _in_words(parts, 4000, 2000, 300, 0)}


def _settings(text: str) -> Payload:
    """No previews of the links, and nothing in the text styles it. Slack refuses an empty one."""
    return {"text": text or "Broadsheet", "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}


def parts_of(view: View) -> list[Part]:  # noqa: C901, PLR0911  # one case for each view
    """What a view consists of, for messages and for modals."""
    match view:
        case CardList():
            return draw.card_list(view)
        case PaperDetail():
            return draw.detail(view)
        case Explanation():
            return draw.explanation(view)
        case Notice():
            return draw.notice(view)
        case Help():
            return draw.usage_help(view)
        case DigestPost():
            return draw.digest(view)
        case Status():
            return draw.status(view)
        case ChannelList():
            return draw.channel_list(view)
        case Form():
            return draw.notice(form_notice(view))
        case Document():
            return document(view)


def _packed(parts: Iterable[Part]) -> list[list[Part]]:
    """The parts in as few messages as hold them, none of them torn."""
    messages: list[list[Part]] = [[]]
    blocks = weight = 0
    for part in parts:
        added = part.weight
        if blocks + len(part.blocks) > BLOCKS_IN_MESSAGE or weight + added > MESSAGE_WEIGHT:
            messages.append([])
            blocks = weight = 0
        messages[-1].append(part)
        blocks += len(part.blocks)
        weight += added
    return [message for message in messages if message]


def _message(parts: Iterable[Part]) -> Payload:
    parts = list(parts)
    text = escaped("\n".join(part.text for part in parts if part.text), READABLE_TEXT)
    return _settings(text) | {"blocks": [block for part in parts for block in part.blocks]}


def _plainly(part: Part, limit: int) -> str:
    return escape("\n".join((*filter(None, (cut(part.text, limit) if limit else "",)), *part.addresses)))
