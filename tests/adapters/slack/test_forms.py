"""Forms as modals: within Slack's limits, true to what holds, and read back as people left them."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack import forms
from adapters.slack.blocks import actions, rich_text
from adapters.slack.draw import digest
from adapters.slack.forms import Meant, closing, field_errors, filled_in, form_view, suggested_zones, with_matched
from bot.models import ChannelKey
from bot.views import Choice, DigestPost, Entry, Form, FormField, Notice, Tone
from tests.adapters.anything import CARDS, TEXT
from tests.adapters.slack.limits import units
from tests.builders import make_digest

HERE = ChannelKey("slack", "T1", "C1")
CHOICES = (Choice("any", "any of them"), Choice("all", "all of them"))
FORM = Form(
    title="Digest settings",
    command=forms.SETTINGS,
    fields=(
        FormField(option="topics", label="Topics", entry=Entry.LINES, values=("robots", "agents")),
        FormField(option="match", label="Match", entry=Entry.CHOICE, values=("all",), choices=CHOICES, required=True),
        FormField(option="time", label="Time", entry=Entry.TEXT, values=("09:00",), required=True),
        FormField(option="zone", label="Zone", entry=Entry.TEXT, values=("Europe/Berlin",), required=True),
        FormField(option="days", label="Days", entry=Entry.SEVERAL, values=("any", "all"), choices=CHOICES),
    ),
    submit="Save",
    kept=(("channel", "slack:T1:C1"),),
)


def view() -> dict[str, Any]:
    return form_view(FORM, HERE, "https://hooks.slack.com/x", "3 of 4 papers would have matched.")


def stated(view: dict[str, Any], **changes: dict[str, Any]) -> dict[str, Any]:
    """As Slack sends it back, with what people changed."""
    values: dict[str, dict[str, Any]] = {}
    for block in view["blocks"]:
        element = block.get("element")
        if element:
            known = {name.removeprefix("initial_"): value for name, value in element.items() if "initial" in name}
            renamed = {"option": "selected_option", "options": "selected_options", "time": "selected_time"}
            state = {renamed.get(name, name): value for name, value in known.items()}
            values[block["block_id"]] = {element["action_id"]: state | changes.get(block["block_id"], {})}
    return view | {"state": {"values": values}}


def test_what_holds_comes_back_as_the_options_texts() -> None:
    assert filled_in(stated(view())) == {
        "topics": "robots, agents",
        "match": "all",
        "time": "09:00",
        "zone": "Europe/Berlin",
        "days": "any,all",
    }


def test_a_cleared_field_comes_back_empty() -> None:
    cleared = filled_in(stated(view(), topics={"value": None}, days={"selected_options": []}))
    assert (cleared["topics"], cleared["days"]) == ("", "")


def test_lines_are_read_as_a_list() -> None:
    assert filled_in(stated(view(), topics={"value": "robots\nagents"}))["topics"] == "robots, agents"


def test_what_the_form_is_about_travels_with_it() -> None:
    meant = Meant.read(str(view()["private_metadata"]))
    assert meant is not None
    assert (meant.command, meant.kept, meant.channel) == (forms.SETTINGS, {"channel": "slack:T1:C1"}, HERE)
    assert meant.response_url == "https://hooks.slack.com/x"


@pytest.mark.parametrize("written", ["", "[]", "{}", '["a", {}, "nowhere", ""]', "1"])
def test_a_form_of_another_version_is_told_apart(written: str) -> None:
    assert Meant.read(written) is None


def test_an_error_stands_at_its_field_or_nowhere() -> None:
    wrong = Notice(tone=Tone.ERROR, text="That is no time.", hint="Example: 09:00", option="time")
    assert field_errors(wrong, view()) == {"time": "That is no time. Example: 09:00"}
    assert field_errors(Notice(tone=Tone.ERROR, text="No.", option="papers"), view()) is None
    assert field_errors(Notice(tone=Tone.ERROR, text="No."), view()) is None


def test_an_error_at_a_field_has_quotes_where_other_places_have_code() -> None:
    wrong = Notice(tone=Tone.ERROR, text="No “lm”. Did you mean `llm`?", hint="Example: `llm`", option="topics")
    assert field_errors(wrong, view()) == {"topics": "No “lm”. Did you mean “llm”? Example: “llm”"}


def test_a_new_sentence_changes_nothing_else() -> None:
    shown = view()
    told = with_matched(shown | {"id": "V1", "hash": "1", "state": {}}, "None would have matched.")
    old, new = str(shown["blocks"]), str(told["blocks"])
    assert old.replace("3 of 4 papers would have matched.", "None would have matched.") == new
    assert {name: told[name] for name in told if name != "blocks"} == {
        name: shown[name] for name in shown if name != "blocks"
    }


def test_zones_beginning_with_what_was_typed_come_first() -> None:
    assert suggested_zones("europe/ber")[0]["value"] == "Europe/Berlin"
    assert suggested_zones("new york")[0]["value"] == "America/New_York"
    assert len(suggested_zones("a")) == 100
    assert suggested_zones("nowhere at all") == []


def test_a_view_to_be_read_has_no_buttons_and_is_never_empty() -> None:
    assert "actions" not in str(closing("t", digest(_digest())))
    assert closing("", [])["blocks"]
    assert actions([]) == []
    assert rich_text()["type"] == "rich_text"


def _digest() -> DigestPost:
    return DigestPost(digest=make_digest(), title="t", date_line="d", cards=(), footer=())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(TEXT, TEXT, TEXT, st.sampled_from((Entry.TEXT, Entry.LINES)))
def test_whatever_a_form_holds_is_within_slacks_limits(title: str, label: str, value: str, entry: Entry) -> None:
    field = FormField(option="note", label=label, entry=entry, values=(value,), hint=value)
    drawn: dict[str, Any] = form_view(
        Form(title=title, command="x", fields=(field,), submit=title, text=value), HERE, ""
    )
    assert 0 < units(drawn["title"]["text"]) <= 24
    block = next(one for one in drawn["blocks"] if one["type"] == "input")
    assert 0 < units(block["label"]["text"]) <= 2000
    assert units(block["element"].get("initial_value", "")) <= 3000


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(CARDS)
def test_a_preview_of_any_length_is_one_view(cards: tuple[Any, ...]) -> None:
    post = DigestPost(digest=make_digest(), title="t", date_line="d", cards=cards, footer=())
    blocks: Any = closing("Preview", digest(post))["blocks"]
    assert 0 < len(blocks) <= 100
