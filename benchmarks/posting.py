"""Sustained posting to Discord: messages through the adapter's REST client, against a stand-in as a process.

Discord allows a token 50 calls a second (https://docs.discord.com/developers/topics/rate-limits#global-rate-limit), and
the adapter keeps to 45. The stand-in counts them as Discord does and answers 429 above that. It checks each body by
hand-written rules; its second check, against Discord's OpenAPI document, takes it longer than a message may and is off.
"""

import asyncio
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

from adapters.discord.platform import DiscordPlatform
from adapters.discord.rest import Rest
from benchmarks import BenchmarkError, Options
from benchmarks.crowd import DUE, compose
from benchmarks.stand_in import WITHOUT_DOCUMENT, Control, stand_in
from bot.cards import card
from bot.models import ChannelKey, Delivery, DeliveryState, Outcome
from bot.ports import Payload, SendError
from bot.views import DigestPost

MESSAGES, CHANNELS = 2_700, 540
GOAL_A_SECOND = 45.0
"""A minute's worth, and so many to a channel that its own limit of five in five seconds is never met."""
AT_ONCE = 100
"""Calls that wait for their turn or their answer."""
HERE = ChannelKey("discord", "1", "2")


def run(_options: Options) -> dict[str, object]:
    """Messages a second, their share of the pace, and how many calls Discord would have limited."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-")))
        environment = stack.enter_context(stand_in(folder, ("--discord-port", "0"), WITHOUT_DOCUMENT))
        return asyncio.run(_measure(environment))


async def _measure(environment: Mapping[str, str]) -> dict[str, object]:
    async with aiohttp.ClientSession() as session:
        control = Control(session, environment["CHATSIM_CONTROL"])
        server = await control.post("/discord/join_guild", name="Posting")
        made = [
            await control.post("/discord/create_channel", name=f"c{n}", guild=server["id"]) for n in range(CHANNELS)
        ]
        channels = [ChannelKey("discord", server["id"], one["id"]) for one in made]
        platform = DiscordPlatform(Rest(environment["DISCORD_BOT_TOKEN"], environment["DISCORD_API_URL"]))
        try:
            seconds, latencies, limited = await _post_all(platform, channels)
        finally:
            await platform.close()
        violations = await control.get("/discord/violations")
    rate = MESSAGES / seconds
    return {
        "work": f"{MESSAGES:,} digests in {CHANNELS} channels of one token; the stand-in a process of its own, "
        "its check against Discord's OpenAPI document off",
        "messages_per_s": round(rate, 2),
        "pace_per_s": GOAL_A_SECOND,
        "share_of_pace": round(rate / GOAL_A_SECOND, 4),
        "call_p50_ms": round(1000 * latencies[len(latencies) // 2], 1),
        "limited_calls": limited,
        "violations": len(violations),
    }


async def _channel(control: Control, server: str, number: int) -> ChannelKey:
    made = await control.post("/discord/create_channel", name=f"c{number}", guild=server)
    return ChannelKey("discord", server, made["id"])


async def _digest() -> DigestPost:
    slot = DUE.date()
    one = Delivery(id=1, subscription_id=1, channel=HERE, slot=slot, state=DeliveryState.SENDING, due_at=DUE)
    post = await compose(one)
    if post is None:
        raise BenchmarkError("there is no digest")
    return replace(post, cards=tuple(map(card, post.digest.papers)))


async def _post_all(platform: DiscordPlatform, channels: Sequence[ChannelKey]) -> tuple[float, list[float], int]:
    """Seconds in all, and of each message, its turn included, in order; and how many calls were limited.

    Raises:
        BenchmarkError: One did not arrive.
    """
    (payload, *_) = platform.render(await _digest())
    places, posted = asyncio.Semaphore(AT_ONCE), Posted()
    started = time.perf_counter()
    try:
        async with asyncio.TaskGroup() as work:
            for number in range(MESSAGES):
                await places.acquire()
                channel = channels[number % len(channels)]
                task = work.create_task(_post(platform, channel, payload, f"{number:024}", posted))
                task.add_done_callback(lambda _: places.release())
    except ExceptionGroup as failed:
        raise BenchmarkError(f"a message did not arrive: {failed.exceptions[0]}") from None
    return time.perf_counter() - started, sorted(posted.seconds), posted.limited


@dataclass
class Posted:
    """What was seen."""

    seconds: list[float] = field(default_factory=list)
    limited: int = 0


async def _post(platform: DiscordPlatform, channel: ChannelKey, payload: Payload, key: str, posted: Posted) -> None:
    begun = time.perf_counter()
    while True:
        try:
            await platform.send(channel, payload, key)
        except SendError as failure:
            if failure.outcome is not Outcome.LIMITED:
                raise BenchmarkError(failure.reason) from None
            posted.limited += 1
            await asyncio.sleep(1.0 if failure.retry_after is None else failure.retry_after)
        else:
            break
    posted.seconds.append(time.perf_counter() - begun)
