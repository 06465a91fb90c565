"""A channel's settings in a Slack modal, against a strict stand-in for Slack."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.models import Batch, Topics
from tests.builders import make_paper
from tests.end_to_end.slack_stage import GENERAL, marks, running, stand_in
from tests.memory_store import MemoryStore
from tests.service import Desk, make_desk

pytestmark = marks


@pytest.fixture(params=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    async with stand_in(delivery=request.param) as sim:
        yield sim


@pytest.fixture
async def desk() -> Desk:
    store = MemoryStore()
    papers = tuple(make_paper(f"2603.0000{number}", title=f"Robots that learn {number}") for number in range(1, 5))
    await store.papers.add(Batch(papers=papers))
    return make_desk(store=store)


async def form(slack: Any) -> Any:
    """The settings of #general, as bob has them in front of him."""
    assert (await slack.slash("/papers", "digest", user="bob")).ok
    await slack.log.wait("view", op="update")
    return slack.open_view("bob")


def block(view: Any, name: str) -> Any:
    return next(one for one in view.blocks if one.get("block_id") == name)


def words(view: Any) -> str:
    return str(view.blocks)


async def test_the_form_opens_with_what_holds_now_in_the_persons_own_zone(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        view = await form(slack)
    assert block(view, "zone")["element"]["initial_option"]["value"] == "America/New_York"
    assert block(view, "time")["element"] == {
        "type": "timepicker",
        "action_id": "field:v1:time",
        "initial_time": "09:00",
    }
    assert [one["value"] for one in block(view, "days")["element"]["initial_options"]] == [
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
    ]
    assert "4 of 4 papers of the last 7 days would have matched." in words(view)


async def test_what_would_have_matched_follows_the_topics(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        view = await form(slack)
        assert (await slack.act(view, "live:v1:topics", "chemistry", user="bob")).ok
        await slack.log.wait("view", op="update", count=2)
        assert "0 of 4 papers" in words(slack.open_view("bob"))


async def test_saving_answers_in_private_and_tells_the_channel_who_did_it(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        view = await form(slack)
        saved = await slack.submit(view, {"live:v1:topics": "robots, learning", "field:v1:time": "08:30"}, user="bob")
        assert saved.ok
        assert (saved.errors, saved.view) == (None, None)
        private = await slack.wait_message("general", "08:30", count=1)
        public = await slack.wait_message("general", "set up a digest")
    assert private["_ephemeral_to"] == slack.user("bob").id
    assert "_ephemeral_to" not in public
    kept = await desk.store.channels.subscription(GENERAL)
    assert kept is not None
    assert kept.topics == Topics(include=("robots", "learning"))
    assert (f"{kept.schedule.at:%H:%M}", kept.schedule.zone) == ("08:30", "America/New_York")


async def test_an_error_stands_at_its_field_and_nothing_is_saved(slack: Any, desk: Desk) -> None:
    terms = ",".join(f"term{number}" for number in range(60))
    async with running(slack, desk.service):
        refused = await slack.submit(await form(slack), {"live:v1:topics": terms}, user="bob")
    assert list(refused.errors) == ["topics"]
    assert await desk.store.channels.subscription(GENERAL) is None


async def test_a_preview_lies_on_top_of_the_form_and_counts_as_nothing(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        view = await form(slack)
        assert (await slack.act(view, "preview:v1", user="bob")).ok
        await slack.log.wait("view", op="update", count=2)
        preview = slack.open_view("bob")
    assert preview.previous_view_id == view.id
    assert "Robots that learn" in words(preview)
    assert desk.postbox.sent == []


async def test_time_zones_are_found_by_a_part_of_their_name(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        view = await form(slack)
        found = await slack.suggest(view, "field:v1:zone", "berl", user="bob")
    assert [one["value"] for one in found.options] == ["Europe/Berlin"]


async def test_a_guest_reads_in_the_form_why_it_is_not_for_them(slack: Any, desk: Desk) -> None:
    slack.add_guest("gus", channels=("general",))
    async with running(slack, desk.service):
        assert (await slack.slash("/papers", "digest settings", user="gus")).ok
        await slack.log.wait("view", op="update")
        view = slack.open_view("gus")
    assert "Only full members" in words(view)
    assert view.submit is None


@pytest.mark.parametrize("kind", ["http", "reset", "garbage"])
async def test_where_no_form_opens_its_settings_are_told_in_words(slack: Any, desk: Desk, kind: str) -> None:
    slack.faults.add("views.open", kind, **({"status": 500} if kind == "http" else {}))
    async with running(slack, desk.service):
        assert (await slack.slash("/papers", "digest", user="bob")).ok
        told = await slack.wait_message("general", "America/New_York")
    assert told["_ephemeral_to"] == slack.user("bob").id


async def test_slack_failing_once_does_not_leave_the_person_with_a_loading_view(slack: Any, desk: Desk) -> None:
    slack.faults.add("views.update", "http", status=503)
    slack.faults.add("views.update", "ratelimited", retry_after=1)
    async with running(slack, desk.service):
        view = await form(slack)
    assert block(view, "topics")


async def test_somebody_who_closed_the_form_meanwhile_is_left_alone(slack: Any, desk: Desk) -> None:
    slack.faults.add("users.info", "slow", seconds=0.3)
    async with running(slack, desk.service):
        assert (await slack.slash("/papers", "digest", user="bob")).ok
        await slack.log.wait("view", op="open")
        await slack.close_view(slack.open_view("bob"))
        await slack.log.wait("api", method="views.update")
    assert slack.messages("general") == []


async def test_saving_that_takes_long_is_acknowledged_in_time_and_told_in_the_form(
    slack: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.modals.SAVING_SECONDS", 0.05)
    async with running(slack, desk.service):
        view = await form(slack)
        slack.faults.add("users.info", "slow", seconds=0.3)
        saved = await slack.submit(view, {"live:v1:topics": "robots"}, user="bob")
        assert "One moment" in words(saved.view)
        async with asyncio.timeout(5):
            while "The settings are saved" not in words(slack.open_view("bob")):  # noqa: ASYNC110  # what is shown is waited for
                await asyncio.sleep(0.01)
        await slack.wait_message("general", "set up a digest")
    kept = await desk.store.channels.subscription(GENERAL)
    assert kept is not None
    assert kept.topics == Topics(include=("robots",))


async def test_two_people_with_the_same_form_change_what_each_changed(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        await slack.slash("/papers", "digest subscribe", user="bob")
        await slack.wait_message("general", "set up by")
        mine = await form(slack)
        await slack.slash("/papers", "digest", user="alice")
        await slack.log.wait("view", op="update", count=2)
        hers = slack.open_view("alice")
        await slack.submit(hers, {"live:v1:topics": "robots"}, user="alice")
        await slack.wait_message("general", "@alice changed")
        await slack.submit(mine, {"field:v1:time": "08:30"}, user="bob")
        await slack.wait_message("general", "@bob changed")
    kept = await desk.store.channels.subscription(GENERAL)
    assert kept is not None
    assert kept.topics == Topics(include=("robots",))
    assert f"{kept.schedule.at:%H:%M}" == "08:30"


async def test_a_form_that_lay_open_for_long_is_saved_told_in_it_and_announced(
    slack: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.modals.ADDRESS_SECONDS", -1.0)
    async with running(slack, desk.service):
        view = await form(slack)
        slack.clock.advance(1900)
        saved = await slack.submit(view, {"field:v1:time": "08:30"}, user="bob")
        assert "The settings are saved" in words(saved.view)
        public = await slack.wait_message("general", "@bob set up a digest")
    assert "_ephemeral_to" not in public


async def test_a_form_that_was_opened_before_an_update_can_still_be_saved(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        view = await form(slack)
        view["private_metadata"] = json.dumps(json.loads(view["private_metadata"])[:4])
        assert (await slack.submit(view, {"field:v1:time": "08:30"}, user="bob")).ok
        await slack.wait_message("general", "set up a digest")
