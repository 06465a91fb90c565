"""A process that delivers until it is killed.

Its clocks are the machine's; its platform is one small HTTP server; only the numbers of its pace are a test's.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import structlog

from bot.clock import SystemClock
from bot.delivery import Courier, Pace
from bot.jobs import Job
from bot.models import ChannelKey, Delivery, Outcome, Subscription
from bot.ports import Payload, SendError, SentMessage, SlotPlan
from bot.roles import Role
from bot.views import DigestPost, View
from storage.engine import async_engine
from storage.store import SqlStore
from tests.builders import NOON, make_digest, make_paper, make_ranked

PACE = Pace(
    lease=timedelta(seconds=1.5),
    answer_within=timedelta(seconds=1),
    park=timedelta(seconds=1),
    rates={},
    parallel_lanes=16,
)


class Loopback:
    """A platform behind HTTP: POST /CHANNEL with the key."""

    name = "slack"

    def __init__(self, session: aiohttp.ClientSession, url: str, *, idempotent: bool) -> None:
        self._session = session
        self._url = url
        self.idempotent = idempotent

    def render(self, view: View) -> list[Payload]:
        return [{"title": view.title}] if isinstance(view, DigestPost) else []

    def fallback(self, view: View) -> Payload:
        return {"plain": getattr(view, "title", "")}

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        try:
            async with self._session.post(f"{self._url}/{channel}", json=payload, params={"key": key}) as response:
                return SentMessage(await response.text())
        except aiohttp.ClientConnectorError as error:
            raise SendError(Outcome.NOT_SENT, "the platform cannot be reached") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SendError(Outcome.UNKNOWN, "the connection broke") from error


def one_slot(_subscription: Subscription, now: datetime) -> SlotPlan:
    return SlotPlan(slot=NOON.date(), due_at=now, skip_because=None, next_run_at=None)


async def compose(delivery: Delivery) -> DigestPost | None:
    digest = make_digest(make_ranked(make_paper()), channel=delivery.channel, slot=delivery.slot)
    return DigestPost(digest=digest, title=str(delivery.channel), date_line="", cards=(), footer=())


async def deliver_for_ever(database_url: str, platform_url: str, folder: Path, *, idempotent: bool) -> None:
    async with aiohttp.ClientSession() as session:
        store = SqlStore(async_engine(database_url), folder / "search.db")
        platform = Loopback(session, platform_url, idempotent=idempotent)
        courier = Courier(store, {"slack": platform}, compose, clock=SystemClock(), decide=one_slot, pace=PACE)
        job = Job("deliver", frozenset({Role.WORKER}), 0.05, courier.tick)
        while True:
            await job.strike()
            await asyncio.sleep(job.seconds)


def run(database_url: str, platform_url: str, folder: Path, idempotent: bool) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(deliver_for_ever(database_url, platform_url, folder, idempotent=idempotent))
