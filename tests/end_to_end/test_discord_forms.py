"""Settings by modal, with the real discord.py, against a strict stand-in for Discord."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.models import ChannelKey
from tests.adapters.discord.service import make_service
from tests.end_to_end.discord_stage import discord_marks, running, shown, strict, until

pytestmark = discord_marks


@pytest.fixture
async def sim() -> AsyncIterator[Any]:
    async with strict() as discord:
        yield discord


async def test_settings_are_filled_in_in_two_steps_and_survive_a_restart_between_them(sim: Any) -> None:
    service = await make_service()
    async with running(sim, service):
        opened = await sim.slash("papers-digest settings")
        assert opened.kind == "modal"
        assert opened.latency < 1
        first = await sim.submit_modal(opened, {"topics": "robotics", "time": "nonsense"})
        wrong = await first.wait_message("nonsense")
        again = await sim.click(wrong, label="Back to the form")
        assert again.kind == "modal"
        second = await sim.submit_modal(again, {"time": "07:30"})
        assert second.kind == "deferred_update"
        await until(lambda: "Nothing is saved yet" in shown(wrong))
    async with running(sim, service):
        last = await sim.click(wrong, label="Continue (2 of 2)")
        done = await sim.submit_modal(last, {"zone": "Europe/Berlin", "days": ["mon", "wed"]})
        await until(lambda: "settings are saved" in shown(wrong))
        await until(lambda: any("not posted" in shown(one) for one in done.followups))
        await sim.wait_message("general", "Alice")
    saved = await service.channels.get(ChannelKey("discord", sim.default_guild.id, sim.channel().id))
    assert saved.topics.include == ("robotics",)
    assert saved.schedule.zone == "Europe/Berlin"
    assert f"{saved.schedule.at:%H:%M}" == "07:30"


async def test_a_form_that_discord_refuses_is_told_as_text(sim: Any) -> None:
    async with running(sim):
        sim.faults.add("POST /interactions/*", "error", status=400, code=50035, message="Invalid Form Body")
        asked = await sim.slash("papers-digest settings")
        assert "Time zone" in shown(await asked.wait_message())


@pytest.mark.parametrize(
    ("path", "option", "typed", "expected"),
    [
        ("papers trending", "topic", "robo", "robotics"),
        ("papers paper", "paper", "Study 7", "2603.00007"),
        ("papers-digest schedule", "zone", "berlin", "Europe/Berlin"),
        ("papers weekly", "week", "", "2026-W10"),
        ("papers-digest topics", "terms", "cs.ro", "cs.RO"),
        ("papers paper", "paper", "2603.0000", "2603.00007"),
        ("papers-digest status", "date", "2026-03", "2026-03-10"),
    ],
)
async def test_options_are_completed_in_time(sim: Any, path: str, option: str, typed: str, expected: str) -> None:
    async with running(sim):
        asked = await sim.autocomplete(path, option, typed)
        assert asked.kind == "choices"
        assert asked.latency < 0.3
        assert expected in [choice["value"] for choice in asked.choices]


async def test_a_paper_to_be_removed_is_completed_from_ones_own_library(sim: Any) -> None:
    async with running(sim):
        await (await sim.slash("papers save", paper="2603.00004")).wait_message("in your library")
        asked = await sim.autocomplete("papers library", "paper", "", action="remove")
        assert [choice["value"] for choice in asked.choices] == ["2603.00004"]
