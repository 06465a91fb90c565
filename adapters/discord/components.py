"""Components V2 as Discord gets them: https://docs.discord.com/developers/components/reference."""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any

Component = dict[str, Any]


class Kind(IntEnum):
    """Component types: https://docs.discord.com/developers/components/reference#component-object-component-types."""

    ROW = 1
    BUTTON = 2
    SELECT = 3
    INPUT = 4
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    RADIO = 21
    CHECKBOXES = 22


class Style(IntEnum):
    """Of buttons: https://docs.discord.com/developers/components/reference#button-button-styles."""

    PRIMARY = 1
    SECONDARY = 2
    LINK = 5


BUTTONS_IN_A_ROW = 5
LABEL_LENGTH = 80
LINK_LENGTH = 512
"""Of a link button's address: https://docs.discord.com/developers/components/reference#button."""


def text(content: str) -> Component:
    return {"type": Kind.TEXT.value, "content": content}


def pictured(content: str, picture: str, told: str) -> Component:
    """Text with a small picture beside it; `picture` is an address, `told` says what it shows."""
    thumbnail = {"type": Kind.THUMBNAIL.value, "media": {"url": picture}, "description": told}
    return {"type": Kind.SECTION.value, "components": [text(content)], "accessory": thumbnail}


def rule() -> Component:
    return {"type": Kind.SEPARATOR.value, "divider": True, "spacing": 1}


def button(label: str, custom_id: str, style: Style = Style.SECONDARY) -> Component:
    return {"type": Kind.BUTTON.value, "style": style.value, "label": label, "custom_id": custom_id}


def link_button(label: str, url: str) -> Component:
    return {"type": Kind.BUTTON.value, "style": Style.LINK.value, "label": label, "url": url}


def rows(buttons: Iterable[Component]) -> tuple[Component, ...]:
    """The buttons in rows of five."""
    all_of_them = list(buttons)
    return tuple(
        {"type": Kind.ROW.value, "components": all_of_them[start : start + BUTTONS_IN_A_ROW]}
        for start in range(0, len(all_of_them), BUTTONS_IN_A_ROW)
    )


def container(components: Iterable[Component], accent: int) -> Component:
    """A box with a coloured edge; `accent` is 0xRRGGBB."""
    return {"type": Kind.CONTAINER.value, "accent_color": accent, "components": list(components)}


def walk(component: Component) -> Iterator[Component]:
    """It and everything in it, in reading order."""
    yield component
    for child in component.get("components", ()):
        yield from walk(child)
    if "accessory" in component:
        yield from walk(component["accessory"])


def contents(component: Component) -> Iterator[str]:
    """The texts that are displayed."""
    return (part["content"] for part in walk(component) if part["type"] == Kind.TEXT)
