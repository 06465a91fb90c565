"""Commands and buttons, with the real discord.py, against a strict stand-in for Discord."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord import gateway
from bot.models import ChannelKey
from tests.adapters.discord.service import make_service
from tests.adapters.discord.views import HOSTILE
from tests.end_to_end.discord_stage import (
    discord_marks,
    running,
    shown,
    slash_picking,
    strict,
    until,
)

pytestmark = discord_marks
NO_SEND, NO_VIEW = 1 << 11, 1 << 10


@pytest.fixture
async def sim() -> AsyncIterator[Any]:
    async with strict() as discord:
        assert discord.spec is not None
        discord.taint(HOSTILE)
        yield discord


# --- commands ---------------------------------------------------------------------------------------------------


async def test_a_command_is_deferred_and_then_answered_to_its_caller_alone(sim: Any) -> None:
    async with running(sim):
        asked = await sim.slash("papers trending", user="bob")
        assert asked.ok
        assert asked.kind == "deferred"
        assert asked.latency < 1
        message = await asked.wait_message("2603.000")
    assert message["_ephemeral_to"] == sim.bob.id
    assert message["flags"] & 1 << 15
    assert "/papers trending" in shown(message)
    assert len(sim.messages("general")) == 1


@pytest.mark.parametrize(
    ("path", "options", "expected"),
    [
        ("papers help", {}, "/papers agenda"),
        ("papers search", {"query": "diffusion"}, "12 papers found"),
        ("papers search", {"query": "注意 \U0001f381 ]( " + "x" * 5900}, "most I read"),
        ("papers paper", {"paper": "2603.00001"}, "Study 1 of diffusion"),
        ("papers why", {"paper": "2603.00001"}, "Place"),
        ("papers paper", {"paper": "9999.99999"}, "9999.99999"),
        ("papers daily", {"date": "yesterday-ish"}, "date:2026-03-10"),
        ("papers daily", {}, "no papers that were listed"),
        ("papers-digest status", {}, "has no digest"),
        ("papers-digest preview", {}, "not posted, not counted"),
        ("papers-digest list", {}, "No channel has a digest"),
    ],
)
async def test_every_kind_of_answer_is_accepted(sim: Any, path: str, options: dict[str, str], expected: str) -> None:
    async with running(sim):
        asked = await sim.slash(path, **options)
        assert expected in shown(await asked.wait_message())


async def test_a_hostile_title_neither_mentions_nor_links_nor_styles(sim: Any) -> None:
    async with running(sim, await make_service({}, HOSTILE, "Plain")):
        asked = await sim.slash("papers trending")
        assert "\\[gift\\]" in shown(await asked.wait_message("2603.00001"))
        asked = await sim.slash("papers paper", paper="2603.00001")
        await asked.wait_message("2603.00001")


async def test_commands_work_in_direct_messages(sim: Any) -> None:
    async with running(sim):
        asked = await sim.slash("papers trending", channel=sim.dm(sim.bob))
        assert "Trending papers" in shown(await asked.wait_message())


async def test_commands_work_for_a_person_who_installed_the_app_in_a_server_without_it(sim: Any) -> None:
    async with running(sim):
        sim.install_user("bob")
        asked = await sim.slash("papers trending", user="bob", guild=sim.external_guild())
        assert "Trending papers" in shown(await asked.wait_message())


# --- configuring ------------------------------------------------------------------------------------------------


async def test_subscribing_answers_in_private_and_announces_once_in_public(sim: Any) -> None:
    async with running(sim) as bot:
        asked = await sim.slash("papers-digest subscribe", period="daily")
        assert "gets a digest" in shown(await asked.wait_message("Next runs"))
        public = await sim.wait_message("general", "@Alice", count=1)
        subscription = await bot.service.channels.get(here(sim))
    assert public.get("_ephemeral_to") is None
    assert public["flags"] & 1 << 12
    assert not public["mentions"]
    assert subscription.set_up_by.name == "Alice"


async def test_a_picked_channel_gets_the_announcement(sim: Any) -> None:
    async with running(sim) as bot:
        asked = await slash_picking(sim, "papers-digest subscribe", "random", period="weekly")
        await asked.wait_message("gets a digest")
        await sim.wait_message("random", "@Alice")
        assert (await bot.service.channels.get(here(sim, "random"))).schedule.period == "weekly"
    assert all(message.get("_ephemeral_to") for message in sim.messages("general"))


async def test_the_digest_is_posted_silently_and_once(sim: Any) -> None:
    async with running(sim):
        await (await slash_picking(sim, "papers-digest subscribe", "random")).wait_message()
        asked = await slash_picking(sim, "papers-digest send", "random")
        told = shown(await asked.wait_message())
        digest = await sim.wait_message("random", "Tuesday 10 March 2026")
        again = await slash_picking(sim, "papers-digest send", "random")
        await again.wait_message()
    assert "is sent" in told
    assert digest["flags"] & 1 << 12
    assert sum("Tuesday 10 March" in shown(message) for message in sim.messages("random")) == 1


async def test_a_member_who_was_granted_the_command_may_use_it(sim: Any) -> None:
    """Administrators grant it in Server Settings, Integrations; Discord checks, and we do not take it back."""
    async with running(sim):
        with pytest.raises(PermissionError):
            await sim.slash("papers-digest subscribe", user="bob")
        sim.set_command_permission("papers-digest", "bob")
        asked = await sim.slash("papers-digest subscribe", user="bob")
        await asked.wait_message("gets a digest")


@pytest.mark.parametrize(("deny", "lacking"), [(NO_SEND, "Send Messages"), (NO_VIEW, "View Channel")])
@pytest.mark.parametrize("channel", ["general", "random"])
async def test_a_channel_where_the_bot_may_not_post_is_refused_with_the_reason(
    sim: Any, channel: str, deny: int, lacking: str
) -> None:
    sim.overwrite(channel, sim.bot, deny=deny)
    async with running(sim) as bot:
        asked = await slash_picking(sim, "papers-digest subscribe", channel)
        told = shown(await asked.wait_message())
        assert f"cannot post in \\#{channel}" in told
        assert lacking in told
        assert await bot.service.store.channels.subscription(here(sim, channel)) is None


async def test_a_digest_can_be_ended_where_the_bot_may_not_post_any_more(sim: Any) -> None:
    async with running(sim):
        await (await slash_picking(sim, "papers-digest subscribe", "random")).wait_message()
        sim.overwrite("random", sim.bot, deny=NO_SEND)
        asked = await slash_picking(sim, "papers-digest unsubscribe", "random")
        assert "no more digests" in shown(await asked.wait_message())
        await until(lambda: bool(asked.followups))
    assert "could not say so" in shown(asked.followups[0])


def here(sim: Any, channel: str = "general") -> ChannelKey:
    return ChannelKey("discord", sim.default_guild.id, sim.channel(channel).id)


# --- buttons ----------------------------------------------------------------------------------------------------


async def test_a_page_is_turned_in_place(sim: Any) -> None:
    async with running(sim):
        message = await (await sim.slash("papers trending")).wait_message("page 1 of 3")
        turned = await sim.click(message, label="Next ▶")
        assert turned.kind == "deferred_update"
        await until(lambda: "page 2 of 3" in shown(message))
    assert "◀ Previous" in shown(message)
    assert len(sim.messages("general")) == 1


async def test_share_publishes_with_the_name_of_the_one_who_shared(sim: Any) -> None:
    async with running(sim):
        message = await (await sim.slash("papers trending", user="bob")).wait_message("page 1 of 3")
        await sim.click(message, label="Share", user="bob")
        public = await sim.wait_message("general", "Shared by")
    assert public.get("_ephemeral_to") is None
    assert f"<@{sim.bob.id}>" in shown(public)
    assert not public["mentions"]
    assert "Next ▶" not in shown(public)
    assert "page 1 of 3" in shown(message)


async def test_one_who_may_not_write_in_a_channel_shares_nothing_there(sim: Any) -> None:
    sim.overwrite("general", sim.bob, deny=NO_SEND)
    async with running(sim):
        message = await (await sim.slash("papers trending", user="bob")).wait_message("page 1")
        shared = await sim.click(message, label="Share", user="bob")
        await until(lambda: bool(shared.followups))
    assert shared.followups[0]["_ephemeral_to"] == sim.bob.id
    assert "may not write" in shown(shared.followups[0])


async def test_an_answer_button_answers_beside_its_message(sim: Any) -> None:
    async with running(sim):
        message = await (await sim.slash("papers paper", paper="2603.00001")).wait_message()
        why = await sim.click(message, label="Why?")
        assert "Place" in shown(await why.wait_message())
    assert "Study 1 of diffusion" in shown(message)


async def test_buttons_live_through_a_restart(sim: Any) -> None:
    service = await make_service()
    query = "diffusion " * 12
    async with running(sim, service):
        short = await (await sim.slash("papers trending")).wait_message("page 1")
        long = await (await sim.slash("papers search", query=query.strip())).wait_message("page 1")
    async with running(sim, service):
        await sim.click(short, label="Next ▶")
        await until(lambda: "page 2" in shown(short))
        await sim.click(long, label="Next ▶")
        await until(lambda: "page 2" in shown(long))


async def test_nobody_is_left_with_thinking_when_the_process_ends(sim: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "PATIENCE", 0.2)
    monkeypatch.setattr(gateway, "FINISHING", 0.4)
    begun, never = asyncio.Event(), asyncio.Event()

    async def hangs(*_: object) -> None:
        begun.set()
        await never.wait()

    async with running(sim) as bot:
        monkeypatch.setattr(bot.adapter._answering, "command", hangs)
        asked = await sim.slash("papers trending")
        await begun.wait()
    told = await asked.wait_message("being restarted")
    assert "ask again" in shown(told)
    never.set()


async def test_an_answer_that_is_nearly_there_comes_before_the_process_ends(
    sim: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(sim) as bot:
        answering, begun, goes_on = bot.adapter._answering.command, asyncio.Event(), asyncio.Event()

        async def later(*given: Any) -> None:
            begun.set()
            await goes_on.wait()
            await answering(*given)

        monkeypatch.setattr(bot.adapter._answering, "command", later)
        asked = await sim.slash("papers trending")
        await begun.wait()
        goes_on.set()
    assert "being restarted" not in shown(await asked.wait_message("page 1"))


async def test_a_button_whose_text_is_forgotten_says_so(sim: Any) -> None:
    async with running(sim):
        long = await (await sim.slash("papers search", query=("diffusion " * 12).strip())).wait_message("page 1")
    async with running(sim):
        turned = await sim.click(long, label="Next ▶")
        await until(lambda: bool(turned.followups))
    assert "do not know this button" in shown(turned.followups[0])
    assert "page 1" in shown(long)


async def test_a_button_that_configures_asks_for_manage_server(sim: Any) -> None:
    """Discord checks commands, never buttons."""
    async with running(sim) as bot:
        message = await bot.platform.rest.call(
            "POST", "/channels/{channel_id}/messages", {"channel_id": sim.channel().id}, a_message("digest subscribe")
        )
        posted = next(one for one in sim.messages() if one.id == message["id"])
        refused = await sim.click(posted, label="Press", user="bob")
        assert "Only people with Manage Server" in shown(await refused.wait_message())
        allowed = await sim.click(posted, label="Press", user="alice")
        assert "gets a digest" in shown(await allowed.wait_message())


async def test_a_button_of_another_release_says_so(sim: Any) -> None:
    async with running(sim) as bot:
        await bot.platform.rest.call(
            "POST",
            "/channels/{channel_id}/messages",
            {"channel_id": sim.channel().id},
            a_message("trending", "b0:old:trending"),
        )
        pressed = await sim.click(sim.messages()[-1], label="Press", user="bob")
        assert "do not know this button" in shown(await pressed.wait_message())


def a_message(command: str, custom_id: str | None = None) -> dict[str, object]:
    button = {"type": 2, "style": 2, "label": "Press", "custom_id": custom_id or f"b1:answer:{command}"}
    return {"flags": 1 << 15, "components": [{"type": 1, "components": [button]}]}
