"""Block Kit messages as HTML that looks as Slack shows them.

Blocks and elements: https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Callable

from markupsafe import Markup

from adapters.web.draw_rich_text import draw_rich_text
from adapters.web.mrkdwn import draw_mrkdwn
from adapters.web.press import Stage, linked, pressable
from adapters.web.reading import Item, item, items, text


def draw_slack(payload: Item, stage: Stage) -> Markup:
    """The inside of one message: its blocks, or its text where it has none."""
    blocks = items(payload.get("blocks"))
    if not blocks:
        return Markup('<div class="sl-section">{}</div>').format(draw_mrkdwn(text(payload.get("text"))))
    return Markup().join(_block(block, stage) for block in blocks)


def _block(block: Item, stage: Stage) -> Markup:
    draw = _BLOCKS.get(text(block.get("type")))
    if draw is None:
        return Markup('<p class="undrawn">A block of type “{}”</p>').format(text(block.get("type")))
    return draw(block, stage)


def _header(block: Item, _stage: Stage) -> Markup:
    return Markup('<p class="sl-header" role="heading" aria-level="4">{}</p>').format(_text_object(block.get("text")))


def _section(block: Item, stage: Stage) -> Markup:
    body = Markup()
    if block.get("text"):
        body += Markup('<div class="sl-text">{}</div>').format(_text_object(block.get("text")))
    fields = [
        Markup('<div class="sl-field">{}</div>').format(_text_object(field)) for field in items(block.get("fields"))
    ]
    if fields:
        body += Markup('<div class="sl-fields">{}</div>').format(Markup().join(fields))
    accessory = item(block.get("accessory"))
    aside = Markup('<div class="sl-accessory">{}</div>').format(_element(accessory, stage)) if accessory else Markup()
    return Markup('<div class="sl-section"><div class="sl-body">{}</div>{}</div>').format(body, aside)


def _context(block: Item, stage: Stage) -> Markup:
    drawn = (Markup("<span>{}</span>").format(_element(element, stage)) for element in items(block.get("elements")))
    return Markup('<div class="sl-context">{}</div>').format(Markup(" ").join(drawn))


def _actions(block: Item, stage: Stage) -> Markup:
    drawn = Markup().join(_element(element, stage) for element in items(block.get("elements")))
    return Markup('<div class="sl-actions">{}</div>').format(drawn)


def _image(block: Item, _stage: Stage) -> Markup:
    """Pictures of other sites are not loaded: the page's policy allows none."""
    told = text(block.get("alt_text")) or "picture"
    return Markup('<span class="picture" role="img" aria-label="{}">{}</span>').format(told, told)


def _rich_text(block: Item, _stage: Stage) -> Markup:
    return Markup('<div class="sl-rich">{}</div>').format(draw_rich_text(block))


def _markdown(block: Item, _stage: Stage) -> Markup:
    return Markup('<div class="sl-section"><pre class="sl-markdown">{}</pre></div>').format(text(block.get("text")))


def _divider(_block: Item, _stage: Stage) -> Markup:
    return Markup('<hr class="sl-divider">')


def _element(element: Item, stage: Stage) -> Markup:
    match text(element.get("type")):
        case "mrkdwn" | "plain_text":
            return _text_object(element)
        case "image":
            return _image(element, stage)
        case "button":
            return _button(element, stage)
        case other:
            return pressable(_label(element) or other, "", None, stage, "sl-button")


def _button(element: Item, stage: Stage) -> Markup:
    label = _label(element)
    style = f"sl-button sl-{element['style']}" if element.get("style") in {"primary", "danger"} else "sl-button"
    url = text(element.get("url"))
    if url:
        return linked(label, url, style)
    word = text(element.get("action_id")).partition(":")[0]
    return pressable(label, word, text(element.get("value")) or None, stage, style)


def _label(element: Item) -> str:
    return text(item(element.get("text") or element.get("placeholder")).get("text"))


def _text_object(value: object) -> Markup:
    """A `mrkdwn` or `plain_text` object."""
    given = item(value)
    written = text(given.get("text"))
    if given.get("type") == "mrkdwn":
        return draw_mrkdwn(written)
    return Markup('<span class="plain">{}</span>').format(written)


_BLOCKS: dict[str, Callable[[Item, Stage], Markup]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "image": _image,
    "rich_text": _rich_text,
    "markdown": _markdown,
}
