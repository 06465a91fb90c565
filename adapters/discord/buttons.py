"""Buttons that live through restarts: all they need is in their custom id, or under a key that the store remembers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from adapters.discord.components import LABEL_LENGTH, Component, Style, button
from bot.buttons import EFFECT_WORDS, EFFECTS, Button, Effect
from bot.cards import details_button
from bot.delivery.keys import button_key
from bot.plain import cut, length, one_line
from bot.views import CardList, DigestPost, Explanation, Help, PaperCard, PaperDetail, View

CUSTOM_ID_LENGTH = 100
"""https://docs.discord.com/developers/components/reference#custom-id."""
_CUSTOM_ID = re.compile(r"b1:(?P<word>[a-z]+):(?:#(?P<key>[0-9a-f]{32})|(?P<command>.+))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a custom id says: a command's text, or the key under which it is remembered."""

    effect: Effect
    command: str | None
    key: str | None


def custom_id(pressable: Button) -> str:
    """Versioned, so that a later release can still read what this one wrote."""
    word, command = EFFECT_WORDS[pressable.effect], pressable.command
    direct = f"b1:{word}:{command}"
    return direct if _travels(direct, command) else f"b1:{word}:#{button_key(command)}"


def read(text: str) -> Pressed | None:
    """None for a custom id that is not ours, or of a version that this release does not know."""
    match = _CUSTOM_ID.fullmatch(text)
    effect = EFFECTS.get(match["word"]) if match else None
    return Pressed(effect, match["command"], match["key"]) if match and effect else None


def to_remember(view: View) -> dict[str, str]:
    """By key, the texts that must be kept before the view is sent."""
    found = {}
    for pressable in buttons_of(view):
        pressed = read(custom_id(pressable))
        if pressed and pressed.key:
            found[pressed.key] = pressable.command
    return found


def buttons_of(view: View) -> tuple[Button, ...]:
    """Its own and those of its papers."""
    match view:
        case Help():
            return ()
        case DigestPost():
            return tuple(one for card in with_details(view) for one in card.buttons)
        case CardList():
            return (*(one for card in view.cards for one in card.buttons), *view.buttons)
        case PaperDetail() | Explanation():
            return (*view.card.buttons, *view.buttons)
        case _:
            return view.buttons


def with_details(view: DigestPost) -> tuple[PaperCard, ...]:
    """A digest's papers, each with a button to its abstract where those are wanted: a thread would hide them all."""
    if not view.details:
        return view.cards
    by_paper = {card.ranked.paper.id: (details_button(card),) for card in view.cards}  # equal ids would be refused
    return tuple(replace(card, buttons=(*card.buttons, *by_paper.pop(card.ranked.paper.id, ()))) for card in view.cards)


def drawn(buttons: tuple[Button, ...]) -> list[Component]:
    """Each of them once: Discord refuses a message with two equal custom ids."""
    by_id = {custom_id(pressable): pressable for pressable in buttons}
    return [_drawn(pressable, name) for name, pressable in by_id.items()]


def relabelled(components: Iterable[Component], buttons: Iterable[Button]) -> list[Component]:
    """Components as Discord gave them back, ready to be sent again, with the new labels of these buttons."""
    labels = {custom_id(pressable): label_of(pressable) for pressable in buttons}
    return [_with_labels(component, labels) for component in components]


def _with_labels(component: Component, labels: Mapping[str, str]) -> Component:
    copy = dict(component)
    if copy.get("custom_id") in labels:
        copy["label"] = labels[copy["custom_id"]]
    if isinstance(copy.get("media"), dict):
        copy["media"] = {"url": copy["media"].get("url")}  # the rest is what Discord found out about the picture
    if isinstance(copy.get("accessory"), dict):
        copy["accessory"] = _with_labels(copy["accessory"], labels)
    if isinstance(copy.get("components"), list):
        copy["components"] = [_with_labels(child, labels) for child in copy["components"]]
    return copy


def label_of(pressable: Button) -> str:
    return cut(one_line(pressable.label), LABEL_LENGTH) or "Open"


def _drawn(pressable: Button, name: str) -> Component:
    style = Style.PRIMARY if pressable.effect is Effect.PUBLISH else Style.SECONDARY
    return button(label_of(pressable), name, style)


def _travels(direct: str, command: str) -> bool:
    """Discord trims custom ids, and a `#` would read as a key."""
    return (
        length(direct) <= CUSTOM_ID_LENGTH
        and command == command.strip()
        and command.isprintable()
        and not command.startswith("#")
        and bool(command)
    )
