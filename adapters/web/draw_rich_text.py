"""Slack's rich text as HTML.

Elements: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from collections.abc import Callable
from datetime import UTC, datetime

from markupsafe import Markup

from adapters.web.press import linked
from adapters.web.reading import Item, item, items, number, text

STYLES = {
    "bold": Markup("<strong>{}</strong>"),
    "italic": Markup("<em>{}</em>"),
    "strike": Markup("<s>{}</s>"),
    "underline": Markup("<u>{}</u>"),
    "code": Markup("<code>{}</code>"),
}

EMOJI = {
    "white_check_mark": "✅",
    "heavy_check_mark": "✔️",
    "x": "❌",
    "warning": "⚠️",
    "information_source": "ℹ️",
    "newspaper": "📰",
    "thumbsup": "👍",
    "+1": "👍",
    "thumbsdown": "👎",
    "-1": "👎",
    "eyes": "👀",
    "star": "⭐",
    "bookmark": "🔖",
}
"""Those a message of ours may name; Slack's clients know some thousand more."""


def draw_rich_text(block: Item) -> Markup:
    """The parts of a `rich_text` block."""
    return Markup().join(_part(part) for part in items(block.get("elements")))


def _part(part: Item) -> Markup:
    match text(part.get("type")):
        case "rich_text_list":
            return _list(part)
        case "rich_text_preformatted":
            return Markup("<pre>{}</pre>").format(_inline(part))
        case "rich_text_quote":
            return Markup("<blockquote>{}</blockquote>").format(_inline(part))
        case _:
            return Markup('<div class="sl-line">{}</div>').format(_inline(part))


def _list(part: Item) -> Markup:
    """Bullets or numbers; `offset` is how many numbers came before."""
    rows = Markup().join(Markup("<li>{}</li>").format(_inline(row)) for row in items(part.get("elements")))
    indent = min(max(number(part.get("indent")), 0), 8)
    if part.get("style") == "ordered":
        start = number(part.get("offset")) + 1
        return Markup('<ol class="indent-{}" start="{}">{}</ol>').format(indent, start, rows)
    return Markup('<ul class="indent-{}">{}</ul>').format(indent, rows)


def _inline(part: Item) -> Markup:
    return Markup().join(_styled(element) for element in items(part.get("elements")))


def _styled(element: Item) -> Markup:
    draw = _INLINE.get(text(element.get("type")))
    drawn = draw(element) if draw else Markup()
    given = item(element.get("style"))
    for style, wrap in STYLES.items():
        if given.get(style) is True:
            drawn = wrap.format(drawn)
    return drawn


def _text(element: Item) -> Markup:
    """Line breaks in a text element are line breaks on the screen."""
    return Markup("<br>").join(text(element.get("text")).split("\n"))


def _link(element: Item) -> Markup:
    url = text(element.get("url"))
    return linked(text(element.get("text")) or url, url)


def _emoji(element: Item) -> Markup:
    """`unicode` holds hexadecimal code points with hyphens between."""
    try:
        drawn = "".join(chr(int(code, 16)) for code in text(element.get("unicode")).split("-"))
    except (ValueError, OverflowError):
        drawn = ""
    name = text(element.get("name"))
    return Markup("{}").format(drawn or EMOJI.get(name, f":{name}:"))


def _mention(sign: str, key: str) -> Callable[[Item], Markup]:
    return lambda element: Markup('<span class="mention">{}{}</span>').format(sign, text(element.get(key)))


def _date(element: Item) -> Markup:
    fallback = text(element.get("fallback"))
    try:
        moment = datetime.fromtimestamp(number(element.get("timestamp")), UTC)
    except (ValueError, OverflowError, OSError):
        return Markup("{}").format(fallback)
    return Markup('<time datetime="{}">{}</time>').format(
        moment.isoformat(), fallback or f"{moment:%Y-%m-%d %H:%M} UTC"
    )


_INLINE: dict[str, Callable[[Item], Markup]] = {
    "text": _text,
    "link": _link,
    "emoji": _emoji,
    "date": _date,
    "user": _mention("@", "user_id"),
    "usergroup": _mention("@", "usergroup_id"),
    "channel": _mention("#", "channel_id"),
    "broadcast": _mention("@", "range"),
}
