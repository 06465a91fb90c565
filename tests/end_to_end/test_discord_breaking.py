"""People and Discord at their worst, with the real discord.py, against a strict stand-in for Discord."""

import asyncio
import copy
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord.platform import DiscordPlatform
from bot.models import ChannelKey, DeliveryState, Outcome, Topics
from tests.adapters.discord.service import make_service
from tests.end_to_end.discord_stage import (
    discord_marks,
    running,
    settings_for,
    shown,
    simulator,
    slash_picking,
    until,
)

pytestmark = discord_marks
POSTING = "POST /channels/{channel_id}/messages"
ANSWERS = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
FURTHER = "POST /webhooks/{webhook_id}/{webhook_token}"
DATE = "Tuesday 10 March 2026"
NO_SEND, MANAGE_THREADS = 1 << 11, 1 << 34
TITLES = (
    "@everyone @here <@&1> <@1> <#1>",
    "[masked](https://example.org/x) **bold** ~~gone~~ ||hidden|| `code` > # -",
    "\u200b\u200d\u2060",
    "\u202eevil\u2066 right to left \u2069",
    "دراسة عن الانتباه المتفرق",
    "注意機構を疎にする" * 60,
    "👩‍👩‍👧‍👦" * 80,
    "word " * 400,
    "x" * 4000,
    "-# small\n# big\n> quote",
)


@pytest.fixture
async def sim() -> AsyncIterator[Any]:
    async with simulator() as discord:
        discord.taint(*TITLES[:2])
        yield discord
        discord.assert_clean()
        assert not [one for one in discord.warnings if one.rule != "forum_starter_components_v2"]


def here(sim: Any, channel: str = "general") -> ChannelKey:
    return ChannelKey("discord", sim.default_guild.id, sim.channel(channel).id)


def digests(sim: Any, channel: str = "random") -> list[Any]:
    return [one for one in sim.messages(channel) if DATE in shown(one) and not one.get("_ephemeral_to")]


async def told(sim: Any, path: str, picked: str = "random", **options: Any) -> Any:
    return await (await slash_picking(sim, path, picked, **options)).wait_message()


async def test_no_title_breaks_a_list_a_page_or_a_digest(sim: Any) -> None:
    """Within all limits, in bytes too; nobody is mentioned, nothing is hidden, and no address is lost."""
    platform = DiscordPlatform.from_settings(settings_for(sim))
    async with running(sim, await make_service({"discord": platform}, *TITLES, abstract="注" * 5000)):
        for path, options in (("papers trending", {"limit": 10}), ("papers search", {"query": "word", "limit": 10})):
            await (await sim.slash(path, **options)).wait_message("2603.000")
        for number in range(1, len(TITLES) + 1):
            await (await sim.slash("papers paper", paper=f"2603.{number:05}")).wait_message(f"2603.{number:05}")
            await (await sim.slash("papers why", paper=f"2603.{number:05}")).wait_message(f"2603.{number:05}")
        await told(sim, "papers-digest subscribe")
        await told(sim, "papers-digest format", papers=10)
        assert "is sent" in shown(await told(sim, "papers-digest send"))
    await platform.close()
    sent = "\n".join(shown(one) for one in sim.messages("random"))
    assert all(f"2603.{number:05}" in sent for number in range(1, len(TITLES) + 1))
    assert not any(one["mentions"] or one["mention_everyone"] for one in sim.messages("random"))


async def test_fifty_topics_are_shown_kept_and_never_cut_by_a_form(sim: Any) -> None:
    terms = tuple(f"{number:02}{'x' * 78}" for number in range(50))
    async with running(sim) as bot:
        await told(sim, "papers-digest subscribe", "general")
        known = await bot.service.channels.get(here(sim))
        await bot.service.channels.retopic(here(sim), known.set_up_by, Topics(include=terms))
        for path in ("status", "topics", "list", "log", "export", "preview"):
            await (await sim.slash(f"papers-digest {path}")).wait_message()
        kept = (await bot.service.channels.get(here(sim))).topics
        first = await sim.slash("papers-digest settings")
        assert "too long for a form" in shown(first.modal)
        second = await sim.submit_modal(first, {"time": "07:30"})
        last = await sim.click(await second.wait_message("filled in"), label="Continue (2 of 2)")
        await (await sim.submit_modal(last, {})).wait_message("settings are saved")
        after = await bot.service.channels.get(here(sim))
    assert after.topics == kept
    assert f"{after.schedule.at:%H:%M}" == "07:30"


async def test_an_emptied_field_is_refused_or_means_everything_and_the_rest_stays(sim: Any) -> None:
    async with running(sim) as bot:
        first = await sim.slash("papers-digest settings")
        step = await sim.submit_modal(first, {"topics": "robotics", "time": "07:30"})
        last = await sim.click(await step.wait_message("filled in"), label="Continue (2 of 2)")
        await (await sim.submit_modal(last, {"zone": "Asia/Tokyo"})).wait_message("settings are saved")
        again = await sim.slash("papers-digest settings")
        with pytest.raises(ValueError, match="time is required"):
            await sim.submit_modal(again, {"time": ""})
        step = await sim.submit_modal(again, {"topics": "", "time": "   "})
        back = await sim.click(await step.wait_message("Back to the form"), label="Back to the form")
        step = await sim.submit_modal(back, {"time": "08:15"})
        last = await sim.click(await step.wait_message("filled in"), label="Continue (2 of 2)")
        await (await sim.submit_modal(last, {})).wait_message("settings are saved")
        saved = await bot.service.channels.get(here(sim))
    assert saved.topics.include == ()
    assert (saved.schedule.zone, f"{saved.schedule.at:%H:%M}") == ("Asia/Tokyo", "08:15")


async def test_a_vote_that_is_pressed_twice_counts_once_and_both_presses_are_answered(sim: Any) -> None:
    async with running(sim):
        await told(sim, "papers-digest subscribe")
        await told(sim, "papers-digest send")
        pressed = await asyncio.gather(*(sim.click(digests(sim)[0], label="👍", user="bob") for _ in range(2)))
        assert [one.kind for one in pressed] == ["deferred_update"] * 2
        await until(lambda: "👍 1" in shown(digests(sim)[0]))


async def test_an_interaction_that_comes_twice_runs_once(sim: Any) -> None:
    async with running(sim) as bot:
        sent: list[Any] = []
        dispatch = sim.dispatch

        def twice(name: str, data: Any, *rest: Any, **options: Any) -> Any:
            sent.append(copy.deepcopy(data))
            return max(dispatch(name, data, *rest, **options), dispatch(name, copy.deepcopy(data), *rest, **options))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sim, "dispatch", twice)
            patch.setattr(sim, "violate", lambda *_, **__: None)  # the second is answered too, and refused
            asked = await sim.slash("papers submit", url="2603.00001")
            await asked.wait_message("suggested to your team")
            await until(lambda: bot.adapter.unanswered == {"already_acknowledged": 1})
        assert len(sent) == 1


async def test_a_channel_deleted_in_between_leaves_the_one_who_asks_an_answer(sim: Any) -> None:
    async with running(sim):
        await told(sim, "papers-digest subscribe", "news")
        await sim.wait_message("news", "set up by")
        gone = sim.channel("news").id
        sim.faults.add(POSTING, "error", status=404, code=10003, message="Unknown Channel", where={"channel_id": gone})
        assert "is not sent" in shown(await told(sim, "papers-digest send", "news"))
        status = shown(await told(sim, "papers-digest status", "news"))
        assert "its channel was deleted" in status
        assert "Mend the cause" not in status
        sim.delete_channel("news")
        asked = await sim.slash("papers-digest list")
        listed = await asked.wait_message()
        assert "start a digest in another channel" in shown(listed)
        ended = await sim.click(listed, label=f"End {gone}")
        assert "is ended" in shown(await ended.wait_message("is ended"))


async def test_a_permission_that_is_taken_amid_a_digest_costs_no_message_twice(sim: Any) -> None:
    async with running(sim) as bot:
        await told(sim, "papers-digest subscribe")
        await told(sim, "papers-digest format", papers=10)
        await sim.wait_message("random", "format to")
        add = sim._add

        def taken_away(channel: Any, message: Any, *rest: Any, **options: Any) -> Any:
            if "Save" in shown(message):
                sim.overwrite("random", sim.bot, deny=NO_SEND)
            return add(channel, message, *rest, **options)

        sim._add = taken_away
        assert "is not sent" in shown(await told(sim, "papers-digest send"))
        failed = (await bot.service.store.deliveries.history(here(sim, "random"), 1))[0]
        assert (failed.state, failed.outcome) == (DeliveryState.FAILED, Outcome.DEAD_CHANNEL)
        assert len([one for one in sim.messages("random") if "Save" in shown(one)]) == 1
        sim._add = add
        sim.overwrite("random", sim.bot)
        retry = await sim.click(await told(sim, "papers-digest status"), label="Retry")
        assert "is sent" in shown(await retry.wait_message(timeout=20)), "after the channel's own rate limit"
    texts = [shown(one) for one in sim.messages("random") if "Save" in shown(one)]
    assert len(texts) == len(set(texts)) > 1
    assert sum(text.count("👍") for text in texts) == 10


async def test_a_thread_that_is_archived_wakes_up_and_a_locked_one_names_what_is_missing(sim: Any) -> None:
    async with running(sim) as bot:
        made = {"name": "reading", "type": 11}
        await bot.platform.rest.call("POST", "/channels/{channel_id}/threads", {"channel_id": sim.channel().id}, made)
        thread = sim.channel("reading")
        await told(sim, "papers-digest subscribe", "reading")
        thread.thread_metadata["archived"] = True
        assert "is sent" in shown(await told(sim, "papers-digest send", "reading"))
        assert not thread.thread_metadata["archived"]
        thread.thread_metadata["locked"] = True
        sim.dispatch("THREAD_UPDATE", sim._wire(thread), thread, intent=1)
        known: Any = bot.adapter._gateways[0].get_guild(int(sim.default_guild.id))
        await until(lambda: known.get_thread(int(thread.id)).locked)
        refused = shown(await told(sim, "papers-digest send", "reading", again="yes"))
        assert "I lack Manage Threads there" in refused
        sim.overwrite("general", sim.bot, allow=MANAGE_THREADS)
        sim.dispatch("CHANNEL_UPDATE", sim._wire(sim.channel()), sim.channel(), intent=1)
        await until(lambda: known.get_thread(int(thread.id)).permissions_for(known.me).manage_threads)
        assert "is sent" in shown(await told(sim, "papers-digest send", "reading", again="yes"))


async def test_where_the_bot_is_a_guest_no_answer_takes_more_than_five_messages_more(sim: Any) -> None:
    service = await make_service({}, *(f"Study {number}" for number in range(8)), abstract="注意 " * 4000)
    sim.install_user("bob")
    far = sim.external_guild("Far")
    async with running(sim, service):
        links = " ".join(f"2603.{number:05}" for number in range(1, 9))
        asked = await sim.context_menu("Find papers in this message", sim.say(links, user="bob", guild=far), user="bob")
        await until(lambda: len(asked.followups) == 5)
        assert "add me to the server" in shown(asked.followups[-1])
        await (await sim.slash("papers help", user="bob", guild=far)).wait_message("/papers")
        assert len(asked.followups) == 5


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (413, 40005), (503, 130000)])
async def test_nobody_who_shares_is_left_without_a_word(sim: Any, status: int, code: int) -> None:
    async with running(sim):
        listed = await (await sim.slash("papers trending")).wait_message("2603.000")
        sim.faults.add(FURTHER, "error", status=status, code=code)
        pressed = await sim.click(listed, label="Share")
        await until(lambda: bool(pressed.followups))
        told = shown(pressed.followups[0])
        refused = code == 50013
        assert ("Discord did not take my whole answer" in told) is refused
        assert ("Shared by" in told) is not refused


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_limit_delays_an_answer_and_loses_none(sim: Any, scope: str) -> None:
    async with running(sim):
        sim.faults.add(ANSWERS, "ratelimited", 2, retry_after=0.3, scope=scope)
        assert "2603.000" in shown(await (await sim.slash("papers trending")).wait_message("2603.000"))
        assert "Trending" in shown(await (await sim.slash("papers trending", user="bob")).wait_message("2603.000"))
