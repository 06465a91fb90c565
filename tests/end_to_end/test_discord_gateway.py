"""Registering commands and keeping the connection, with the real discord.py, against a strict stand-in for Discord."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord.sync import sync
from bot.ports import ParkedError
from tests.adapters.discord.views import HOSTILE
from tests.end_to_end.discord_stage import (
    discord_marks,
    running,
    settings_for,
    strict,
    until,
)

pytestmark = discord_marks


@pytest.fixture
async def sim() -> AsyncIterator[Any]:
    async with strict() as discord:
        assert discord.spec is not None
        discord.taint(HOSTILE)
        yield discord


# --- registering ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guild", [False, True])
async def test_a_second_registration_changes_nothing(sim: Any, guild: bool) -> None:
    settings, server = settings_for(sim, discord_application_id=None), sim.default_guild.id if guild else None
    planned = await sync(settings, server, dry_run=True)
    assert planned == {
        "added": ["Find papers in this message", "papers", "papers-digest"],
        "changed": [],
        "removed": [],
        "unchanged": 0,
    }
    assert not sim.calls("POST")
    assert await sync(settings, server, dry_run=False) == planned
    writes = len(sim.calls("POST"))
    assert await sync(settings, server, dry_run=False) == {"added": [], "changed": [], "removed": [], "unchanged": 3}
    assert len(sim.calls("POST")) == writes


async def test_nothing_is_registered_at_a_start(sim: Any) -> None:
    async with running(sim):
        pass
    before = len([call for call in sim.calls() if "/commands" in call["path"]])
    async with running(sim):
        pass
    after = [call for call in sim.calls() if "/commands" in call["path"]][before:]
    assert [call["method"] for call in after] == ["GET"]  # what `sync` asked


# --- the gateway ------------------------------------------------------------------------------------------------


async def test_only_the_guilds_intent_is_asked_for(sim: Any) -> None:
    async with running(sim):
        assert sim.log.find("identify")[-1]["intents"] == 1


@pytest.mark.parametrize("trouble", ["reconnect", "invalidate", "resumable", "drop", "close"])
async def test_the_connection_comes_back_by_itself(sim: Any, trouble: str) -> None:
    async with running(sim) as bot:
        since = len(sim.log)
        if trouble == "reconnect":
            await sim.gateway_reconnect()
        elif trouble == "close":
            await sim.gateway_close(4000)
        elif trouble == "drop":
            sim.gateway_drop()
        else:
            await sim.gateway_invalidate(resumable=trouble == "resumable")
        again = "ready" if trouble == "invalidate" else "resumed"
        await sim.log.wait(again, since=since, timeout=30)
        await until(lambda: bot.adapter.connected)
        asked = await sim.slash("papers trending")
        await asked.wait_message("2603.000")


@pytest.mark.parametrize("code", [4004, 4013, 4014])
async def test_a_refusal_that_no_restart_mends_parks_the_adapter(sim: Any, code: int) -> None:
    async with running(sim) as bot:
        await sim.gateway_close(code)
        with pytest.raises(ParkedError) as parked:
            await asyncio.wait_for(bot.task, 10)
        assert parked.value.hint
        assert not bot.adapter.connected


async def test_a_wrong_token_parks_the_adapter(sim: Any) -> None:
    async with running(sim, discord_bot_token="wrong.bot.token") as bot:
        with pytest.raises(ParkedError, match="token"):
            await bot.task


async def test_a_discord_that_cannot_be_reached_at_first_is_for_the_supervisor(sim: Any) -> None:
    async with running(sim, discord_api_url="http://127.0.0.1:9") as bot:
        with pytest.raises(OSError, match=r"reached|connect"):
            await bot.task


async def test_the_last_session_of_a_day_is_not_spent(sim: Any) -> None:
    """One IDENTIFY too many would reset the token."""
    sim.exhaust_sessions(0, reset_after=3600)
    async with running(sim) as bot:
        with pytest.raises(ConnectionError, match="60 minutes"):
            await bot.task
    assert not sim.log.find("identify")


async def test_an_interaction_that_is_too_old_is_counted_and_forgotten(sim: Any) -> None:
    async with running(sim) as bot:
        sim.faults.add("POST /interactions/*", "error", status=404, code=10062, message="Unknown interaction")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sim, "violate", lambda *_, **__: None)  # it stays unanswered on purpose
            await sim.slash("papers trending", deadline=0.5)
        await until(lambda: bot.adapter.unanswered == {"expired": 1})


async def test_a_form_that_discord_refuses_is_answered_plainly(sim: Any) -> None:
    async with running(sim) as bot:
        refusal = {"status": 400, "code": 50035, "message": "Invalid Form Body"}
        sim.faults.add("PATCH /webhooks/*", "error", **refusal)
        asked = await sim.slash("papers trending")
        message = await asked.wait_message("2603.000")
    assert message["content"].startswith("**Trending papers")
    assert bot.adapter.unanswered == {"content_bug": 1}


@pytest.mark.parametrize("kind", ["reset", "reset_after", "http"])
async def test_an_answer_survives_a_short_trouble(sim: Any, kind: str) -> None:
    async with running(sim):
        sim.faults.add("PATCH /webhooks/*", kind)
        asked = await sim.slash("papers trending")
        await asked.wait_message("2603.000")
