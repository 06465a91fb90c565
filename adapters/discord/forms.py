"""Forms as Discord's modals; pure. What was typed so far is kept by the store, under a key in the custom ids.

https://docs.discord.com/developers/components/using-modal-components
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from adapters.discord.components import Component, Kind, button, rows, text
from adapters.discord.text import prose
from adapters.discord.words import for_discord
from bot.delivery.keys import button_key
from bot.plain import clean, cut, length, one_line
from bot.ports import Payload
from bot.views import Entry, Form, FormField

FIELDS = 4
"""Of one step: a modal takes five components, and one may be a sentence above the fields."""
TITLE, LABEL, DESCRIPTION, TYPED, CHOICE = 45, 45, 100, 4000, 100
"""Characters: https://docs.discord.com/developers/components/reference#label and #text-input."""
VISIBLE_CHOICES = 10
"""Of a radio or checkbox group; more are a select of at most 25."""
SELECT_CHOICES = 25
OPENING = frozenset({"digest settings"})
"""Commands that open a form where none of its fields is given."""
NEVER_IN_A_FORM = frozenset({"channel"})
"""Options that say whose form it is."""
TRUSTED = 3600
"""Seconds during which the one for whom a form was opened may still send it, as Discord checked when it was."""
_ID = re.compile(r"f1:(?P<step>\d):(?P<how>new|turn):#(?P<key>[0-9a-f]{32})")
SHORT, LONG = 1, 2
"""Styles of a text input: one line, several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A form being filled in: for whom, since when (epoch seconds), and the texts of its options so far."""

    command: str
    by: str
    at: int
    raw: Mapping[str, str]
    wrong: str = ""
    """The option whose text was refused, and why."""
    because: str = ""

    def written(self) -> str:
        return json.dumps(asdict(self) | {"raw": dict(self.raw)})

    @property
    def key(self) -> str:
        return button_key(self.written())

    def custom_id(self, step: int, *, turns: bool) -> str:
        """Of the modal, and of the button that opens it."""
        return f"f1:{step}:{'turn' if turns else 'new'}:#{self.key}"

    def typed(self, values: Mapping[str, str]) -> "Filling":
        return replace(self, raw={**self.raw, **values}, wrong="", because="")

    def refused(self, option: str, because: str) -> "Filling":
        return replace(self, wrong=option, because=because)


def filling_from(written: str) -> Filling | None:
    """None for what is no form of this release."""
    try:
        told = json.loads(written)
        raw = {str(name): str(value) for name, value in told["raw"].items()}
        texts = {name: str(told[name]) for name in ("command", "by", "wrong", "because")}
        return Filling(at=int(told["at"]), raw=raw, **texts)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a form's custom id says: which step of which filling."""

    step: int
    key: str
    turns: bool
    """Its answer takes the place of the message that it was opened from, which is the form's own."""


def read_id(custom_id: str) -> Sheet | None:
    """None if it is no form's."""
    match = _ID.fullmatch(custom_id)
    return Sheet(int(match["step"]), match["key"], turns=match["how"] == "turn") if match else None


def opens(path: str, given: Mapping[str, str]) -> bool:
    """Whether a command may answer with a form. Discord takes one only as the very first answer."""
    return path in OPENING and set(given) <= NEVER_IN_A_FORM


def steps(form: Form) -> int:
    return -(-len(form.fields) // FIELDS)


def fields_of(form: Form, step: int) -> tuple[FormField, ...]:
    return form.fields[step * FIELDS : (step + 1) * FIELDS]


def step_with(form: Form, option: str) -> int:
    """The step that holds an option; the first if none does."""
    return next((place // FIELDS for place, field in enumerate(form.fields) if field.option == option), 0)


# --- drawing ----------------------------------------------------------------------------------------------------


def modal(form: Form, step: int, filling: Filling, *, turns: bool) -> Payload:
    """One step, with what was typed before in place of what holds now."""
    several = f" ({step + 1} of {steps(form)})" if steps(form) > 1 else ""
    told = [text(prose(cut(clean(for_discord(form.text)), 1000)))] if form.text.strip() and step == 0 else []
    return {
        "title": f"{cut(one_line(form.title), TITLE - len(several)) or 'Settings'}{several}",
        "custom_id": filling.custom_id(step, turns=turns),
        "components": [*told, *(_drawn(field, filling) for field in fields_of(form, step))],
    }


def _is_too_long(field: FormField, filling: Filling) -> bool:
    """Whether a form would cut what holds now, and save that."""
    return field.option not in filling.raw and length(clean(", ".join(field.values))) > TYPED


def _left_out(field: FormField) -> Component:
    return text(prose(f"“{field.label}” is too long for a form. It stays as it is; change it by its own command."))


def _drawn(field: FormField, filling: Filling) -> Component:
    return _left_out(field) if _is_too_long(field, filling) else _label(field, filling)


def _label(field: FormField, filling: Filling) -> Component:
    label: Component = {"type": Kind.LABEL.value, "label": cut(one_line(field.label), LABEL) or field.option}
    told = f"⚠️ {filling.because}" if field.option == filling.wrong else field.hint
    hint = cut(one_line(for_discord(told)), DESCRIPTION)
    if hint:
        label["description"] = hint
    return label | {"component": _input(field, filling)}


def _input(field: FormField, filling: Filling) -> Component:
    drawn: Component = {"custom_id": field.option, "required": field.required}
    before = filling.raw.get(field.option)
    if field.entry in {Entry.CHOICE, Entry.SEVERAL}:
        chosen = field.values if before is None else tuple(before.split(","))
        return drawn | _choices(field, chosen)
    value = ", ".join(field.values) if before is None else before
    style = LONG if field.entry is Entry.LINES else SHORT
    typed: Component = {"type": Kind.INPUT.value, "style": style, "max_length": TYPED}
    return drawn | typed | ({"value": cut(clean(value), TYPED)} if value else {})


def _choices(field: FormField, chosen: tuple[str, ...]) -> Component:
    several = field.entry is Entry.SEVERAL
    options = [_option(value, label, chosen) for value, label in _offered(field)]
    least = 1 if field.required else 0
    if len(options) > VISIBLE_CHOICES or (len(options) == 1 and not several):
        most = len(options) if several else 1
        return {"type": Kind.SELECT.value, "options": options, "min_values": least, "max_values": most}
    if several:
        limits = {"min_values": least, "max_values": len(options)}
        return {"type": Kind.CHECKBOXES.value, "options": options} | limits
    return {"type": Kind.RADIO.value, "options": options}


def _offered(field: FormField) -> Iterator[tuple[str, str]]:
    for choice in field.choices[:SELECT_CHOICES]:
        yield choice.value, cut(one_line(choice.label), CHOICE) or choice.value


def _option(value: str, label: str, chosen: tuple[str, ...]) -> Component:
    option: Component = {"value": value, "label": label}
    return option | ({"default": True} if value in chosen else {})


def way_back(filling: Filling, step: int, label: str) -> Component:
    """A row with the button that opens a step again, with what was typed."""
    return rows([button(label, filling.custom_id(step, turns=True))])[0]


# --- reading ----------------------------------------------------------------------------------------------------


def typed_values(components: object) -> dict[str, str]:
    """The texts of the options, from a sent modal."""
    return dict(_typed(components))


def _typed(components: object) -> Iterator[tuple[str, str]]:
    for label in components if isinstance(components, list) else ():
        inner: Any = label.get("component") or {}
        name = inner.get("custom_id")
        if name is None:
            continue
        values = inner.get("values")
        value = ",".join(map(str, values)) if isinstance(values, list) else str(inner.get("value") or "")
        yield str(name), value.strip()
