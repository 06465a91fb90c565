"""Discord's Markdown as HTML. Everything is escaped; only the marks Discord knows become elements.

Syntax: https://support.discord.com/hc/en-us/articles/210298617, mentions and times:
https://docs.discord.com/developers/reference#message-formatting
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from markupsafe import Markup

from adapters.web.press import linked

_MARK = re.compile(
    r"\\(?P<escape>[^\w\s])"
    r"|(?P<code>``[^`\n]+``|`[^`\n]+`)"
    r"|(?P<link>\[(?:\\.|[^\[\]\\\n])+\]\(<?https?://(?:[^\s()<>]|\([^\s()<>]*\))+>?(?:[ ]\"[^\"\n]*\")?\))"
    r"|<t:(?P<time>-?\d{1,11})(?::[tTdDfFRsS])?>"
    r"|<(?P<mention>(?:@[!&]?|#)\d{1,20}|/[^<>\n]{1,100}:\d{1,20}|a?:\w{1,40}:\d{1,20})>"
    r"|<(?P<hidden>https?://[^\s<>]+)>"
    r"|(?P<address>https?://[^\s<>()\[\]]+(?:\([^\s<>()\[\]]*\)[^\s<>()\[\]]*)*)"
    r"|\*\*\*(?P<both>(?:\\.|[^*\\])+)\*\*\*"
    r"|\*\*(?P<bold>(?:\\.|(?!\*\*)[^\\])+)\*\*"
    r"|__(?P<underline>(?:\\.|(?!__)[^\\])+)__"
    r"|~~(?P<strike>(?:\\.|(?!~~)[^\\])+)~~"
    r"|\|\|(?P<spoiler>(?:\\.|(?!\|\|)[^\\])+)\|\|"
    r"|\*(?P<italic>(?![\s*])(?:\\.|[^*\\])+)\*"
    r"|(?<!\w)_(?P<slanted>(?:\\.|[^_\\])+)_(?!\w)"
    r"|(?P<newline>\n)",
    re.DOTALL,
)
_FENCE = re.compile(r"```(?:[\w+-]*\n)?(?P<code>.+?)\n?```", re.DOTALL)
_LINE = re.compile(r"(?P<mark>#{1,3} |-# |>{1} |(?P<indent> *)[-*] )(?P<text>.*)", re.DOTALL)


def draw_discord_markdown(text: str) -> Markup:
    """The text as HTML blocks: headings, small print, quotes, lists, lines."""
    drawn, position = Markup(), 0
    for fence in _FENCE.finditer(text):
        drawn += _lines(text[position : fence.start()]) + Markup("<pre>{}</pre>").format(fence["code"])
        position = fence.end()
    return drawn + _lines(text[position:])


def _lines(text: str) -> Markup:
    if not text.strip("\n"):
        return Markup()
    return Markup().join(_line(row) for row in text.strip("\n").split("\n"))


def _line(row: str) -> Markup:
    match = _LINE.fullmatch(row)
    if match is None:
        return Markup('<div class="dc-line">{}</div>').format(draw_inline(row) or Markup("<br>"))
    body, mark = draw_inline(match["text"]), match["mark"]
    if mark.startswith("#"):
        level = len(mark) - 1
        return Markup('<p class="dc-h{}" role="heading" aria-level="{}">{}</p>').format(level, level + 3, body)
    if mark == "-# ":
        return Markup('<div class="dc-small">{}</div>').format(body)
    if mark == "> ":
        return Markup("<blockquote>{}</blockquote>").format(body)
    return Markup('<div class="dc-item indent-{}">{}</div>').format(min(len(match["indent"] or "") // 2, 8), body)


def draw_inline(text: str, depth: int = 0) -> Markup:
    """The marks within one line."""
    drawn, position = Markup(), 0
    for match in _MARK.finditer(text):
        kind = match.lastgroup or "newline"
        drawn += text[position : match.start()] + _DRAW[kind](match[kind], depth)
        position = match.end()
    return drawn + text[position:]


def _inner(text: str, depth: int) -> Markup:
    """Marks nest only so deep; a text made of marks must not exhaust the stack."""
    return draw_inline(text, depth + 1) if depth < 4 else Markup("{}").format(text)


def _wrapped(around: Markup) -> Callable[[str, int], Markup]:
    return lambda text, depth: around.format(_inner(text, depth))


def _link(text: str, depth: int) -> Markup:
    label, _, target = text[1:].rpartition("](")
    url = target.removesuffix(")").split(' "')[0].strip("<>")
    return linked(_inner(label, depth), url)


def _time(text: str, _depth: int) -> Markup:
    try:
        moment = datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return Markup("{}").format(text)
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), f"{moment.day} {moment:%B %Y %H:%M} UTC")


def _mention(text: str, _depth: int) -> Markup:
    """Ids say nothing to a reader of this page, names of commands and emoji do."""
    if text.startswith("/"):
        return Markup('<span class="mention">{}</span>').format(text.partition(":")[0])
    if ":" in text:
        return Markup("{}").format(f":{text.split(':')[1]}:")
    return Markup('<span class="mention">{}</span>').format(f"{text[0]}{'channel' if text[0] == '#' else 'someone'}")


_DRAW: dict[str, Callable[[str, int], Markup]] = {
    "escape": lambda text, _: Markup("{}").format(text),
    "code": lambda text, _: Markup("<code>{}</code>").format(text.strip("`")),
    "link": _link,
    "time": _time,
    "mention": _mention,
    "hidden": lambda text, _: linked(text, text),
    "address": lambda text, _: linked(text, text),
    "both": _wrapped(Markup("<strong><em>{}</em></strong>")),
    "bold": _wrapped(Markup("<strong>{}</strong>")),
    "underline": _wrapped(Markup("<u>{}</u>")),
    "strike": _wrapped(Markup("<s>{}</s>")),
    "spoiler": _wrapped(Markup('<span class="spoiler">{}</span>')),
    "italic": _wrapped(Markup("<em>{}</em>")),
    "slanted": _wrapped(Markup("<em>{}</em>")),
    "newline": lambda _, __: Markup("<br>"),
}
