"""Forms as modals, and what people filled in, back again; pure.

A field's block has the option's name, so that an error can stand at it.
https://docs.slack.dev/reference/views/modal-views/
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from adapters.slack.blocks import Block, Element, Part, context, plain
from adapters.slack.pieces import sentences
from adapters.slack.zones import known_zones
from bot.models import ChannelKey
from bot.plain import clean, cut, one_line
from bot.views import Entry, Form, FormField, Notice

TITLE = 24  # https://docs.slack.dev/reference/views/modal-views/
LABEL = HINT = 2000  # https://docs.slack.dev/reference/block-kit/blocks/input-block/
TEXT = 3000  # https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element/
OPTION = 75  # https://docs.slack.dev/reference/block-kit/composition-objects/option-object/
CHECKBOXES = 10  # https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element/
SUGGESTED = 100  # https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element/#external_select
BLOCKS_IN_VIEW = 100  # https://docs.slack.dev/reference/views/
ERROR = 2000

CALLBACK = "form:v1"
FIELD = "field:v1"
LIVE = "live:v1"
"""A field whose change is told at once."""
PREVIEW = "preview:v1"
MATCHED = "matched"
"""The block of the sentence about what would have matched."""
ZONE, TIME = "zone", "time"
LIVE_FIELDS = ("topics", "match")
SETTINGS = "digest settings"

View = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a form is about; travels with it."""

    command: str
    kept: Mapping[str, str]
    channel: ChannelKey
    """Where it was asked for."""
    response_url: str
    """For what is said afterwards; empty where there is none."""
    ends_at: float = inf
    """When that address takes no more, in seconds since 1970."""

    def written(self) -> str:
        ends_at = self.ends_at if isfinite(self.ends_at) else None
        return json.dumps([self.command, dict(self.kept), str(self.channel), self.response_url, ends_at])

    def address(self, now: float) -> str:
        """Where what is said afterwards can still go; empty if nowhere."""
        return self.response_url if now < self.ends_at else ""

    @classmethod
    def read(cls, text: str) -> "Meant | None":
        """None if it is of another version; one that was opened before an update has no end of its address yet."""
        try:
            command, kept, channel, response_url, *rest = json.loads(text)
            end = float(rest[0]) if rest and rest[0] is not None else inf
            key = ChannelKey.parse(channel)
            return cls(command=command, kept=kept, channel=key, response_url=response_url, ends_at=end)
        except (ValueError, TypeError):
            return None


def loading() -> View:
    """Before anything is known: Slack takes a view only within three seconds of the command."""
    return _view("Broadsheet", [_words("One moment, I am looking up the settings…")])


def closing(title: str, parts: Iterable[Part]) -> View:
    """A view to be read and closed, such as an error or a preview. Buttons have no place in it."""
    blocks = [block for part in parts for block in part.blocks if block.get("type") != "actions"]
    return _view(title, blocks[:BLOCKS_IN_VIEW] or [_words("There is nothing to show.")])


def form_view(form: Form, channel: ChannelKey, response_url: str, matched: str = "", *, ends_at: float = inf) -> View:
    """The form with what holds now; `matched` is the sentence under the topics."""
    meant = Meant(
        command=form.command, kept=dict(form.kept), channel=channel, response_url=response_url, ends_at=ends_at
    )
    blocks = [block for part in sentences(form.text) for block in part.blocks]
    live = form.command == SETTINGS
    for field in form.fields:
        blocks.append(_field(field, live=live and field.option in LIVE_FIELDS))
        blocks += [_matched(matched)] if live and field.option == "topics" and matched else []
    if live:
        blocks.append({"type": "actions", "block_id": "trial", "elements": [_preview_button()]})
    return _view(form.title, blocks) | {
        "callback_id": CALLBACK,
        "submit": plain(form.submit, TITLE),
        "close": plain("Cancel", TITLE),
        "private_metadata": meant.written(),
    }


def with_matched(view: Mapping[str, Any], sentence: str) -> View:
    """The view as Slack told it, with a new sentence under the topics; what people filled in stays."""
    blocks = [_matched(sentence) if block.get("block_id") == MATCHED else block for block in view["blocks"]]
    kept = ("type", "title", "submit", "close", "callback_id", "private_metadata")
    return {name: view[name] for name in kept if view.get(name)} | {"blocks": blocks}


def filled_in(view: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a view's fields by option, an empty one where a field was cleared."""
    values: Mapping[str, Mapping[str, Mapping[str, Any]]] = (view.get("state") or {}).get("values") or {}
    return {
        option: _text_of(element)
        for option, elements in values.items()
        for action, element in elements.items()
        if action.startswith((FIELD, LIVE))
    }


def changed_in(view: Mapping[str, Any]) -> dict[str, str]:
    """The texts of the fields that say something else than when the form was drawn.

    Only these are saved: somebody else may have changed the others meanwhile.
    """
    shown = {
        block["block_id"]: _initial(block.get("element") or {})
        for block in view["blocks"]
        if block.get("type") == "input"
    }
    return {option: text for option, text in filled_in(view).items() if text != shown.get(option)}


def _initial(element: Mapping[str, Any]) -> str:
    """What an element was drawn with, as `filled_in` reads it."""
    state = {
        "selected_options": element.get("initial_options"),
        "selected_option": element.get("initial_option"),
        "selected_time": element.get("initial_time"),
        "value": element.get("initial_value"),
    }
    return _text_of(state)


def field_errors(notice: Notice, view: Mapping[str, Any]) -> dict[str, str] | None:
    """An error at the field it belongs to, where Slack draws no code; None if it belongs to none of them."""
    inputs = {block.get("block_id") for block in view["blocks"] if block.get("type") == "input"}
    if notice.option not in inputs:
        return None
    told = re.sub("`([^`]*)`", r"“\1”", one_line(f"{notice.text} {notice.hint}"))
    return {notice.option: cut(told, ERROR)}


def suggested_zones(typed: str) -> list[Element]:
    """Time zones that hold these words, those beginning with them first."""
    wanted = [word.replace(" ", "_") for word in typed.casefold().replace("/", " ").split()]
    found = [zone for zone in known_zones() if all(word in zone.casefold() for word in wanted)]
    found.sort(key=lambda zone: (not any(part.startswith(tuple(wanted)) for part in zone.casefold().split("/")), zone))
    return [_option(zone, zone) for zone in found[:SUGGESTED]]


def _view(title: str, blocks: Sequence[Block]) -> View:
    shown = plain(one_line(title) or "Broadsheet", TITLE)
    return {"type": "modal", "title": shown, "close": plain("Close", TITLE), "blocks": list(blocks)}


def _words(text: str) -> Block:
    return {"type": "section", "text": plain(text, TEXT)}


def _matched(sentence: str) -> Block:
    (block,) = context(sentence)
    return block | {"block_id": MATCHED}


def _preview_button() -> Element:
    return {"type": "button", "text": plain("Preview", OPTION), "action_id": PREVIEW, "value": "preview"}


def _field(field: FormField, *, live: bool) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.option,
        "label": plain(one_line(field.label) or field.option, LABEL),
        "element": _element(field, f"{LIVE if live else FIELD}:{field.option}"),
        "optional": not field.required,
        "dispatch_action": live,
    }
    return block | ({"hint": plain(one_line(field.hint), HINT)} if one_line(field.hint) else {})


def _element(field: FormField, action: str) -> Element:
    first = field.values[0] if field.values else ""
    if field.option == TIME and field.entry is Entry.TEXT:
        picker: Element = {"type": "timepicker", "action_id": action}
        return picker | ({"initial_time": first} if first else {})
    if field.option == ZONE and field.entry is Entry.TEXT:
        return _zone(first, action)
    match field.entry:
        case Entry.CHOICE:
            return _choosing(field, action, "static_select")
        case Entry.SEVERAL:
            kind = "checkboxes" if len(field.choices) <= CHECKBOXES else "multi_static_select"
            return _choosing(field, action, kind)
        case Entry.TEXT | Entry.LINES | Entry.NUMBER:
            return _typing(field, action)


def _zone(known: str, action: str) -> Element:
    element: Element = {
        "type": "external_select",
        "action_id": action,
        "min_query_length": 2,
        "placeholder": plain("Type a city, such as Berlin", 150),
    }
    return element | ({"initial_option": _option(known, known)} if known else {})


def _choosing(field: FormField, action: str, kind: str) -> Element:
    options = [_option(choice.value, choice.label) for choice in field.choices]
    chosen = [option for option in options if option["value"] in field.values]
    element: Element = {"type": kind, "action_id": action, "options": options}
    if not chosen:
        return element
    return element | ({"initial_option": chosen[0]} if kind == "static_select" else {"initial_options": chosen})


def _typing(field: FormField, action: str) -> Element:
    known = cut(clean(", ".join(field.values)), TEXT)
    element: Element = {
        "type": "plain_text_input",
        "action_id": action,
        "multiline": field.entry is Entry.LINES,
        "max_length": TEXT,
    }
    if action.startswith(LIVE):
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_enter_pressed"]}
    return element | ({"initial_value": known} if known else {})


def _option(value: str, label: str) -> Element:
    return {"text": plain(label, OPTION), "value": cut(value, 150)}


def _text_of(element: Mapping[str, Any]) -> str:
    """Of an element's state: https://docs.slack.dev/reference/views/ ."""
    if element.get("selected_options") is not None:
        return ",".join(option["value"] for option in element["selected_options"])
    chosen = element.get("selected_option") or {}
    return str(chosen.get("value") or element.get("selected_time") or element.get("value") or "").replace("\n", ", ")
