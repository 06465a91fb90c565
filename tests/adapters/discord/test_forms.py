"""Forms keep what was typed, fit Discord's limits, and save nothing before their last step."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.answering import Answering
from adapters.discord.filling import Forms
from adapters.discord.forms import FIELDS, Filling, Sheet, filling_from, modal, opens, read_id, steps, typed_values
from adapters.discord.rest import RefusedError
from bot.commands import Answer
from bot.commands.grammar import parse
from bot.ports import Payload
from bot.service import Service
from bot.views import Choice, Entry, Form, FormField
from tests.adapters.discord.limits import check, parts
from tests.adapters.discord.service import make_service
from tests.adapters.discord.stage import HERE, MANAGER, READ_WRITE, FakePlatform, FakeReply, asked

BARE = Filling(command="digest settings", by="77", at=1000, raw={})
COMMAND, _ = parse("digest settings")
LABELS = st.text(min_size=0, max_size=200)


# --- drawing and reading ----------------------------------------------------------------------------------------

FIELD = st.builds(
    FormField,
    option=st.sampled_from([f"option-{number}" for number in range(99)]),
    label=LABELS,
    entry=st.sampled_from(list(Entry)),
    values=st.lists(st.text(max_size=3000), max_size=3).map(tuple),
    choices=st.lists(
        st.builds(Choice, st.text("abc1", min_size=1, max_size=9), LABELS),
        min_size=2,
        max_size=30,
        unique_by=lambda choice: choice.value,
    ).map(tuple),
    hint=LABELS,
    required=st.booleans(),
)
FORM = st.builds(
    Form,
    title=LABELS,
    command=st.just("digest settings"),
    fields=st.lists(FIELD, min_size=1, max_size=9, unique_by=lambda one: one.option).map(tuple),
    submit=st.just("Save"),
    text=LABELS,
)


@given(FORM)
def test_any_form_fits_the_limits_of_modals(form: Form) -> None:
    """https://docs.discord.com/developers/components/using-modal-components."""
    shown = []
    for step in range(steps(form)):
        drawn: Any = modal(form, step, BARE, turns=False)
        assert 1 <= len(drawn["title"]) <= 45
        assert 1 <= len(drawn["custom_id"]) <= 100
        assert 1 <= len(drawn["components"]) <= 5
        for label in (part for part in drawn["components"] if part["type"] == 18):
            shown.append(label["component"]["custom_id"])
            assert 1 <= len(label["label"]) <= 45
            assert 1 <= len(label.get("description", "x")) <= 100
            check_input(label["component"])
    assert shown == [one.option for one in form.fields]


def check_input(component: dict[str, Any]) -> None:
    if component["type"] == 4:
        assert len(component.get("value", "")) <= component["max_length"] <= 4000
        return
    most = {3: 25, 21: 10, 22: 10}[component["type"]]
    assert 1 <= len(component["options"]) <= most
    assert all(1 <= len(option["label"]) <= 100 for option in component["options"])
    assert component.get("max_values", 1) <= len(component["options"])


def test_a_sent_form_is_read_by_the_names_of_its_options() -> None:
    sent = [
        {"type": 10, "id": 1},
        {"type": 18, "component": {"type": 4, "custom_id": "time", "value": " 09:00 "}},
        {"type": 18, "component": {"type": 22, "custom_id": "days", "values": ["mon", "wed"]}},
        {"type": 18, "component": {"type": 21, "custom_id": "match", "value": None}},
    ]
    assert typed_values(sent) == {"time": "09:00", "days": "mon,wed", "match": ""}
    assert typed_values(None) == {}


def test_a_filling_is_read_back_and_nothing_else_is() -> None:
    filling = BARE.typed({"time": "9"}).refused("time", "no")
    assert filling_from(filling.written()) == filling
    assert read_id(filling.custom_id(2, turns=True)) == Sheet(2, filling.key, turns=True)
    assert [filling_from(text) for text in ("", "trending page:2", "[]", "{}", '{"raw": 1}')] == [None] * 5
    assert read_id("b1:answer:help") is None


def test_only_bare_settings_open_a_form() -> None:
    assert opens("digest settings", {})
    assert opens("digest settings", {"channel": "<#1>"})
    assert not opens("digest settings", {"time": "09:00"})
    assert not opens("digest status", {})


# --- filling in -------------------------------------------------------------------------------------------------


@dataclass
class Opened(FakeReply):
    """Keeps the forms that were opened, too."""

    modals: list[dict[str, Any]] = field(default_factory=list)
    acknowledged: list[bool] = field(default_factory=list)
    refuse_form: int = 0

    async def open(self, modal: Payload) -> None:
        if self.refuse_form:
            raise RefusedError(400, self.refuse_form, "Invalid Form Body")
        self.modals.append(modal)

    async def acknowledge(self, *, thinking: bool) -> None:
        self.acknowledged.append(thinking)


@dataclass
class Stage:
    service: Service
    forms: Forms
    seconds: list[float]

    async def start(self, caller: int = MANAGER, *, by_discord: bool = True, **reply: Any) -> Opened:
        shown = Opened(**reply)
        await self.forms.start(asked(caller), shown, COMMAND, {}, by_discord=by_discord)
        return shown

    async def send(self, opened: Opened, caller: int = MANAGER, **typed: str) -> Opened:
        """The last form that was opened, as a client sends it."""
        form, shown = opened.modals[-1], Opened()
        sheet = read_id(form["custom_id"])
        assert sheet is not None
        await self.forms.take(asked(caller), shown, sheet, [filled(part, typed) for part in form["components"]])
        return shown

    async def press(self, shown: Opened) -> Opened:
        """The button that leads back or on."""
        (custom_id,) = [part["custom_id"] for part in parts(shown.shown[-1][1]) if part["type"] == 2]
        sheet, opened = read_id(custom_id), Opened()
        assert sheet is not None
        await self.forms.again(asked(MANAGER), opened, sheet)
        return opened


def filled(label: dict[str, Any], typed: dict[str, str]) -> dict[str, Any]:
    component = label.get("component", {})
    name, before = component.get("custom_id"), component.get("value")
    chosen = [option["value"] for option in component.get("options", ()) if option.get("default")]
    if component.get("type") == 22:
        return {"component": {"custom_id": name, "values": typed[name].split(",") if name in typed else chosen}}
    now = typed.get(name) or before or (chosen[0] if chosen else "")
    return {"component": {"custom_id": name, "value": now} if name else {}}


@pytest.fixture
async def stage() -> Stage:
    service, seconds = await make_service(), [5000.0]
    answering = Answering(service, FakePlatform())
    return Stage(service, Forms(service, answering, now=lambda: seconds[0]), seconds)


def texts(opened: Opened) -> dict[str, str]:
    found = [label["component"] for label in opened.modals[-1]["components"] if "component" in label]
    return {component["custom_id"]: component.get("value", "") for component in found if component["type"] == 4}


async def test_all_steps_together_are_one_change_with_a_preview(stage: Stage) -> None:
    opened = await stage.start()
    assert opened.modals[0]["title"] == "Set up a digest (1 of 2)"
    assert opened.acknowledged == []
    between = await stage.send(opened, topics="robotics, agents", time="07:30")
    assert "Nothing is saved yet" in between.text()
    check(between.shown[0][1])
    assert await stage.service.store.channels.subscription(HERE) is None
    done = await stage.send(await stage.press(between), zone="Europe/Berlin", papers="7")
    assert done.how == ["edit", "public", "private"]
    assert "not posted, not counted" in done.text(2)
    saved = await stage.service.channels.get(HERE)
    assert (saved.schedule.zone, f"{saved.schedule.at:%H:%M}", saved.limit) == ("Europe/Berlin", "07:30", 7)
    assert saved.topics.include == ("robotics", "agents")


async def test_a_refused_text_brings_the_form_back_with_what_was_typed(stage: Stage) -> None:
    refused = await stage.send(await stage.start(), topics="robotics", time="half past")
    assert "half past" in refused.text()
    again = await stage.press(refused)
    assert texts(again)["time"] == "half past"
    assert texts(again)["topics"] == "robotics"
    assert any("⚠️" in label.get("description", "") for label in again.modals[-1]["components"])
    fixed = await stage.send(again, time="08:00")
    assert "Nothing is saved yet" in fixed.text()
    assert not any(
        "⚠️" in str(label.get("description")) for label in (await stage.press(fixed)).modals[-1]["components"]
    )


async def test_a_refusal_in_the_last_step_leads_back_to_that_step(stage: Stage) -> None:
    opened = await stage.press(await stage.send(await stage.start()))
    if "zone" not in texts(opened):
        pytest.skip("the zone is in the first step")
    refused = await stage.send(opened, zone="Mars/Olympus")
    assert texts(await stage.press(refused))["zone"] == "Mars/Olympus"
    assert await stage.service.store.channels.subscription(HERE) is None


async def test_one_who_was_granted_the_command_may_send_its_form_for_an_hour(stage: Stage) -> None:
    """Discord checks the command; nobody checks the form."""
    opened = await stage.start(READ_WRITE)
    assert "Nothing is saved" in (await stage.send(opened, READ_WRITE)).text()
    stage.seconds[0] += 4000
    assert "Manage Server" in (await stage.send(opened, READ_WRITE)).text()
    assert "Nothing is saved" in (await stage.send(opened, MANAGER)).text()


async def test_a_button_opens_no_form_for_one_who_may_not_configure(stage: Stage) -> None:
    shown = await stage.start(READ_WRITE, by_discord=False)
    assert shown.acknowledged == [True]
    assert "Manage Server" in shown.text()
    assert shown.modals == []


async def test_a_forgotten_form_says_so(stage: Stage) -> None:
    shown, gone = Opened(), Sheet(0, "0" * 32, turns=True)
    await stage.forms.again(asked(MANAGER), shown, gone)
    await stage.forms.take(asked(MANAGER), shown, gone, [])
    assert "do not know this button" in shown.text(0)
    assert "do not know this button" in shown.text(1)


async def test_a_form_that_discord_refuses_is_shown_as_text(stage: Stage) -> None:
    shown = await stage.start(refuse_form=50035)
    assert "Time" in shown.text()
    with pytest.raises(RefusedError):
        await stage.start(refuse_form=10015)


async def test_a_form_that_takes_too_long_is_not_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any, **__: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("adapters.discord.filling.WITHIN", 0.0)
    monkeypatch.setattr(stage.forms, "_form", never)
    shown = await stage.start()
    assert "too long" in shown.text()


async def test_an_error_that_belongs_to_no_field_leads_back_to_the_first_step(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await stage.press(await stage.send(await stage.start()))
    answer = await make_refusing(stage.forms)
    monkeypatch.setattr(stage.forms._answering, "run", answer)
    refused = await stage.send(opened)
    monkeypatch.undo()
    assert "(1 of 2)" in (await stage.press(refused)).modals[-1]["title"]


async def make_refusing(forms: Forms) -> Callable[..., Any]:
    """Forms still open, and saving fails."""
    from bot.views import Notice, Tone  # noqa: PLC0415  # only here

    run = forms._answering.run

    async def refusing(one: Any, command: Any, raw: Any, *, by_discord: bool) -> Answer:
        if len(raw) > FIELDS:
            return Answer(Notice(tone=Tone.ERROR, text="Somebody else was faster.", code="edited_meanwhile"))
        return await run(one, command, raw, by_discord=by_discord)

    return refusing
