"""Slack's mrkdwn as HTML. Everything is escaped; only the marks Slack knows become elements.

Syntax: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from markupsafe import Markup

from adapters.web.press import linked

_BEFORE = r"(?<![\w*_~`])"
_AFTER = r"(?![\w*_~`])"
_MARK = re.compile(
    r"```(?P<block>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<angle>[^<>\n]+)>"
    rf"|{_BEFORE}\*(?P<bold>(?! )[^*\n]+?)(?<! )\*{_AFTER}"
    rf"|{_BEFORE}_(?P<italic>(?! )[^_\n]+?)(?<! )_{_AFTER}"
    rf"|{_BEFORE}~(?P<strike>(?! )[^~\n]+?)(?<! )~{_AFTER}"
    r"|(?P<quote>^(?:>|&gt;)[ ]?[^\n]*(?:\n(?:>|&gt;)[ ]?[^\n]*)*\n?)"
    r"|(?P<newline>\n)",
    re.DOTALL | re.MULTILINE,
)
_DATE = re.compile(r"!date\^(?P<seconds>\d{1,11})\^[^|]*(?:\|(?P<fallback>.*))?")


def draw_mrkdwn(text: str, depth: int = 0) -> Markup:
    """The text as HTML, without a block of its own around it."""
    drawn, position = Markup(), 0
    for match in _MARK.finditer(text):
        drawn += _unescaped(text[position : match.start()]) + _draw(match, depth)
        position = match.end()
    return drawn + _unescaped(text[position:])


def _draw(match: re.Match[str], depth: int) -> Markup:
    kind = match.lastgroup or "newline"
    return _DRAW[kind](match[kind], depth)


def _inner(text: str, depth: int) -> Markup:
    """Marks nest only so deep; a text made of marks must not exhaust the stack."""
    return draw_mrkdwn(text, depth + 1) if depth < 4 else Markup("{}").format(_unescaped(text))


def _unescaped(text: str) -> str:
    """Slack's three entities as characters; what is added to Markup is escaped there."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _quote(text: str, depth: int) -> Markup:
    rows = [re.sub(r"^(?:>|&gt;) ?", "", row) for row in text.rstrip("\n").split("\n")]
    return Markup("<blockquote>{}</blockquote>").format(_inner("\n".join(rows), depth))


def _angle(text: str, _depth: int) -> Markup:
    target, _, label = text.partition("|")
    date = _DATE.fullmatch(text)
    if date:
        return _date(date)
    if target.startswith(("@", "#")):
        shown = _unescaped(label) or target[1:]
        return Markup('<span class="mention">{}{}</span>').format(target[0], shown)
    if target.startswith("!"):
        return Markup('<span class="mention">@{}</span>').format(_unescaped(label) or target[1:].split("^")[0])
    return linked(_unescaped(label or target.removeprefix("mailto:")), _unescaped(target))


def _date(match: re.Match[str]) -> Markup:
    moment = datetime.fromtimestamp(int(match["seconds"]), UTC)
    shown = _unescaped(match["fallback"] or "") or f"{moment:%Y-%m-%d %H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), shown)


_DRAW: dict[str, Callable[[str, int], Markup]] = {
    "block": lambda text, _: Markup("<pre>{}</pre>").format(_unescaped(text.strip("\n"))),
    "code": lambda text, _: Markup("<code>{}</code>").format(_unescaped(text)),
    "angle": _angle,
    "bold": lambda text, depth: Markup("<strong>{}</strong>").format(_inner(text, depth)),
    "italic": lambda text, depth: Markup("<em>{}</em>").format(_inner(text, depth)),
    "strike": lambda text, depth: Markup("<s>{}</s>").format(_inner(text, depth)),
    "quote": _quote,
    "newline": lambda _, __: Markup("<br>"),
}
