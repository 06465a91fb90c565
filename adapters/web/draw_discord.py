"""Components V2 messages as HTML that looks as Discord shows them.

Components: https://docs.discord.com/developers/components/reference
"""

from collections.abc import Callable

from markupsafe import Markup

from adapters.web.discord_markdown import draw_discord_markdown
from adapters.web.press import Stage, linked, pressable
from adapters.web.reading import Item, item, items, number, text

PREFIX = "b1:"
"""Of our own custom ids: `b1:turn:COMMAND`, or `b1:turn:#KEY` where the command was too long for one."""
BUTTON_STYLES = {1: "dc-primary", 2: "dc-secondary", 3: "dc-success", 4: "dc-danger", 5: "dc-link", 6: "dc-primary"}
NESTED = 6
"""Components nest three deep in Discord; anything deeper is no message of ours."""


def draw_discord(payload: Item, stage: Stage) -> Markup:
    """The inside of one message."""
    drawn = Markup()
    if text(payload.get("content")):
        drawn += draw_discord_markdown(text(payload.get("content")))
    for embed in items(payload.get("embeds")):
        drawn += _embed(embed)
    return drawn + Markup().join(_component(component, stage, 0) for component in items(payload.get("components")))


def command_keys(payload: Item) -> set[str]:
    """Keys of the commands that did not fit into the ids of this message's buttons."""
    found: set[str] = set()
    waiting = [payload]
    while waiting:
        component = waiting.pop()
        waiting += items(component.get("components"))
        waiting += items([component.get("accessory")])
        _, argument = _action(component)
        if argument.startswith("#"):
            found.add(argument[1:])
    return found


def _component(component: Item, stage: Stage, depth: int) -> Markup:
    kind = number(component.get("type"))
    draw = _COMPONENTS.get(kind)
    if draw is None or depth > NESTED:
        return Markup('<p class="undrawn">A component of type {}</p>').format(kind)
    return draw(component, stage, depth)


def _children(component: Item, stage: Stage, depth: int) -> Markup:
    return Markup().join(_component(child, stage, depth + 1) for child in items(component.get("components")))


def _container(component: Item, stage: Stage, depth: int) -> Markup:
    return Markup('<div class="dc-container">{}{}</div>').format(
        _accent(component.get("accent_color")), _children(component, stage, depth)
    )


def _accent(color: object) -> Markup:
    """The coloured edge. A style attribute would break the page's policy; an attribute of SVG does not."""
    if not isinstance(color, int) or isinstance(color, bool):
        return Markup()
    return Markup(
        '<svg class="dc-accent" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="1" height="1" fill="#{}"/></svg>'
    ).format(f"{color & 0xFFFFFF:06x}")


def _section(component: Item, stage: Stage, depth: int) -> Markup:
    accessory = item(component.get("accessory"))
    aside = _component(accessory, stage, depth + 1) if accessory else Markup()
    return Markup(
        '<div class="dc-section"><div class="dc-body">{}</div><div class="dc-accessory">{}</div></div>'
    ).format(_children(component, stage, depth), aside)


def _text_display(component: Item, _stage: Stage, _depth: int) -> Markup:
    return Markup('<div class="dc-text">{}</div>').format(draw_discord_markdown(text(component.get("content"))))


def _action_row(component: Item, stage: Stage, depth: int) -> Markup:
    return Markup('<div class="dc-row">{}</div>').format(_children(component, stage, depth))


def _button(component: Item, stage: Stage, _depth: int) -> Markup:
    label = " ".join(part for part in (_emoji(component.get("emoji")), text(component.get("label"))) if part)
    style = f"dc-button {BUTTON_STYLES.get(number(component.get('style')), 'dc-secondary')}"
    url = text(component.get("url"))
    if url:
        return linked(Markup('{}<span aria-hidden="true"> ↗</span>').format(label), url, style)
    word, argument = _action(component)
    if argument.startswith("#"):
        return pressable(label, word, stage.recalled(argument[1:], word, text(component.get("label"))), stage, style)
    return pressable(label, word, argument or None, stage, style)


def _action(component: Item) -> tuple[str, str]:
    """The effect's word, and the command or its key."""
    custom_id = text(component.get("custom_id"))
    word, _, argument = custom_id.removeprefix(PREFIX).partition(":")
    return (word, argument) if custom_id.startswith(PREFIX) else ("", "")


def _emoji(value: object) -> str:
    """Standard emoji carry themselves as their name; custom ones only a name."""
    given = item(value)
    return f":{text(given.get('name'))}:" if given.get("id") else text(given.get("name"))


def _select(component: Item, stage: Stage, _depth: int) -> Markup:
    label = text(component.get("placeholder")) or "Choose"
    return pressable(f"{label} ▾", "", None, stage, "dc-button dc-select")


def _separator(component: Item, _stage: Stage, _depth: int) -> Markup:
    wide = " dc-wide" if number(component.get("spacing")) == 2 else ""
    if component.get("divider") is False:
        return Markup('<div class="dc-space{}"></div>').format(wide)
    return Markup('<hr class="dc-divider{}">').format(wide)


def _thumbnail(component: Item, _stage: Stage, _depth: int) -> Markup:
    """Pictures of other sites are not loaded: the page's policy allows none."""
    told = text(component.get("description")) or "picture"
    return Markup('<span class="picture" role="img" aria-label="{}">{}</span>').format(told, told)


def _gallery(component: Item, stage: Stage, depth: int) -> Markup:
    pictures = Markup().join(_thumbnail(picture, stage, depth) for picture in items(component.get("items")))
    return Markup('<div class="dc-gallery">{}</div>').format(pictures)


def _file(component: Item, _stage: Stage, _depth: int) -> Markup:
    name = text(item(component.get("file")).get("url")).removeprefix("attachment://")
    return Markup('<div class="dc-file">{}</div>').format(name or "file")


def _embed(embed: Item) -> Markup:
    """The older kind of rich message, which the plain fallback of some channels uses."""
    title = linked(text(embed.get("title")), text(embed.get("url")))
    fields = Markup().join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(
            text(field.get("name")), draw_discord_markdown(text(field.get("value")))
        )
        for field in items(embed.get("fields"))
    )
    return Markup(
        '<div class="dc-container">{}<p class="dc-h3">{}</p>{}<dl>{}</dl><div class="dc-small">{}</div></div>'
    ).format(
        _accent(embed.get("color")),
        title,
        draw_discord_markdown(text(embed.get("description"))),
        fields,
        text(item(embed.get("footer")).get("text")),
    )


_COMPONENTS: dict[int, Callable[[Item, Stage, int], Markup]] = {
    1: _action_row,
    2: _button,
    3: _select,
    5: _select,
    6: _select,
    7: _select,
    8: _select,
    9: _section,
    10: _text_display,
    11: _thumbnail,
    12: _gallery,
    13: _file,
    14: _separator,
    17: _container,
}
