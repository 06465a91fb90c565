"""The form of a channel's settings: what it shows, and what submitting it saves."""

from datetime import time

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.commands import Answer, Call
from bot.commands.digest.form import command, form_of
from bot.commands.dispatch import answer_options
from bot.commands.grammar import parse, parse_values, write
from bot.forms import form_notice
from bot.models import Combine, Period, Topics, Weekdays
from bot.views import Form, Notice, Tone
from tests.builders import ADA, CHANNEL, make_schedule, make_subscription
from tests.service import Desk, make_desk

CALL = Call(ADA, CHANNEL, zone="Europe/Berlin")
TERM = st.from_regex(r"[a-z]{3,9}( [a-z]{3,9})?", fullmatch=True).filter(lambda term: term not in {"none", "nothing"})


def filled_in(form: Form, **changes: str) -> dict[str, str]:
    """The texts a form sends when somebody changed some fields."""
    return {field.option: ",".join(field.values) for field in form.fields} | dict(form.kept) | changes


async def submit(desk: Desk, form: Form, **changes: str) -> Answer:
    return await answer_options(desk.service, command, filled_in(form, **changes), CALL)


async def open_form(desk: Desk) -> Form:
    form = await desk.ask("digest")
    assert isinstance(form, Form)
    return form


async def test_a_channel_without_a_digest_is_offered_the_settings_it_would_start_with() -> None:
    form = await open_form(make_desk())
    values = {field.option: field.values for field in form.fields}
    assert form.command == "digest settings"
    assert values["time"] == ("09:00",)
    assert values["zone"] == ("Europe/Berlin",)
    assert values["days"] == ("mon", "tue", "wed", "thu", "fri")
    assert values["topics"] == ()


async def test_submitting_it_sets_up_a_digest_with_everything_at_once_and_says_so_once() -> None:
    desk = make_desk()
    changes = {"topics": "robotics, graph nets", "time": "7:30", "papers": "8", "period": "weekly", "match": "all"}
    answer = await submit(desk, await open_form(desk), **changes)
    saved = await desk.service.channels.get(CHANNEL)
    assert saved.topics == Topics(include=("robotics", "graph nets"), combine=Combine.ALL)
    assert (saved.schedule.at, saved.schedule.period, saved.limit) == (time(7, 30), Period.WEEKLY, 8)
    assert saved.next_run_at is not None
    assert answer.announcement is not None
    assert answer.announcement.text.startswith("@Ada set up")
    assert len(await desk.store.channels.log(CHANNEL, 9)) == 1


async def test_an_edit_is_one_line_of_the_log_with_what_changed() -> None:
    desk = make_desk()
    await desk.ask("digest subscribe")
    await submit(desk, await open_form(desk), topics="robotics", exclude="survey")
    assert [line.what for line in await desk.store.channels.log(CHANNEL, 1)] == [
        "changed the settings: topics “robotics”, but not “survey”"
    ]


async def test_submitting_it_unchanged_changes_and_announces_nothing() -> None:
    desk = make_desk()
    await desk.ask("digest subscribe")
    answer = await submit(desk, await open_form(desk))
    assert answer.announcement is None
    assert len(await desk.store.channels.log(CHANNEL, 9)) == 1


async def test_an_emptied_field_clears_its_topics_and_a_typed_none_does_too() -> None:
    desk = make_desk()
    await desk.ask("digest settings topics:robotics exclude:survey")
    await submit(desk, await open_form(desk), topics="")
    assert (await desk.service.channels.get(CHANNEL)).topics == Topics(exclude=("survey",))
    await desk.ask("digest settings exclude:none")
    assert (await desk.service.channels.get(CHANNEL)).topics == Topics()


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("time", "25:00"),
        ("zone", "Berlin/Mars"),
        ("days", "someday"),
        ("papers", "11"),
        ("period", "hourly"),
        ("topics", "x" * 100),
        ("topics", ",".join(f"term{n}" for n in range(60))),
    ],
)
async def test_an_error_names_its_field_and_nothing_is_saved(option: str, text: str) -> None:
    desk = make_desk()
    await desk.ask("digest subscribe")
    before = await desk.service.channels.get(CHANNEL)
    answer = await submit(desk, await open_form(desk), **{"exclude": "survey", option: text})
    assert isinstance(answer.view, Notice)
    assert answer.view.tone is Tone.ERROR
    assert answer.view.option == option
    assert await desk.service.channels.get(CHANNEL) == before


async def test_in_text_each_field_says_how_to_change_it() -> None:
    notice = form_notice(await open_form(make_desk()))
    assert "Time (time:…)" in [field.label for field in notice.fields]
    command, _ = parse(notice.hint.split("/papers ", 1)[1])
    assert command.path == "digest settings"


@given(
    include=st.lists(TERM, max_size=5, unique=True),
    exclude=st.lists(TERM, max_size=5, unique=True),
    combine=st.sampled_from(Combine),
    days=st.integers(1, 127),
    at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    zone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/Argentina/Buenos_Aires"]),
    period=st.sampled_from(Period),
    limit=st.integers(3, 10),
)
@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_what_a_form_shows_is_what_it_sends_back(
    include: list[str],
    exclude: list[str],
    combine: Combine,
    days: int,
    at: time,
    zone: str,
    period: Period,
    limit: int,
) -> None:
    """Through the texts of its fields, and through the command as people type it."""
    schedule = make_schedule(zone, at, Weekdays(days), period)
    topics = Topics(include=tuple(include), exclude=tuple(exclude), combine=combine)
    raw = filled_in(form_of(CHANNEL, make_subscription(schedule=schedule, topics=topics, limit=limit), None))
    values = parse_values(command, raw)
    typed = parse(write(command, {name: text or "none" for name, text in raw.items()}))
    assert parse_values(*typed) == values
    assert (values["topics"], values["exclude"]) == (topics.include, topics.exclude)
    assert (values["match"], values["time"], values["zone"]) == (combine, at, zone)
    assert (values["days"], values["period"], values["papers"]) == (schedule.days, period, limit)


async def test_a_topic_with_a_minus_is_sent_back_instead_of_being_kept_as_a_word() -> None:
    desk = make_desk()
    answer = await submit(desk, await open_form(desk), topics="robotics, -survey")
    assert isinstance(answer.view, Notice)
    assert (answer.view.tone, answer.view.option) == (Tone.ERROR, "topics")
    assert "“-survey” has a minus" in answer.view.text
    assert await desk.store.channels.subscription(CHANNEL) is None


@pytest.mark.parametrize("term", ["-survey", "\N{EN DASH}survey", "-large survey"])
async def test_a_topic_that_was_kept_with_its_minus_can_be_removed(term: str) -> None:
    desk = make_desk()
    await desk.ask("digest subscribe")
    for typed in (f'"{term}"', f'-"{term[1:]}"'):
        await desk.service.channels.retopic(CHANNEL, ADA, Topics(include=("robots", term)))
        await desk.ask(f"digest topics remove {typed}")
        assert (await desk.service.channels.get(CHANNEL)).topics == Topics(include=("robots",))
