"""Thirty days of bad weather for deliveries: platforms, a database and people, all from one seed."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from benchmarks.crowd import compose as always
from bot.errors import UserError
from bot.models import ChannelKey, Delivery, Outcome, Period, Person
from bot.ports import DeliveryStore, LaneStore, Payload, SendError, SentMessage
from bot.service.channels import Channels
from bot.service.wishes import NewSchedule
from bot.views import DigestPost, View

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "UTC")
ADA = Person(id="U1", name="Ada")
KEYS_LIVE = timedelta(minutes=5)
"""How long the platform with keys remembers one."""
REFUSALS = (
    (0.030, Outcome.NOT_SENT),
    (0.020, Outcome.LIMITED),
    (0.010, Outcome.UNKNOWN),
    (0.004, Outcome.DEAD_CHANNEL),
    (0.001, Outcome.DEAD_LANE),
    (0.004, Outcome.CONTENT_BUG),
)
"""How likely a request ends so instead of with a message."""
LOST_ANSWER, KILLED = 0.01, 0.002
"""How likely a message arrives and nobody is told; and the process ends while its request is on its way."""
DATABASE_FAILS = 0.002
"""How likely a step of the ledger fails, before or after it took effect."""


@dataclass
class Hands:
    """A clock that stands until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass
class Stormy:
    """A platform that takes most messages. `kill` ends the process that is asking."""

    name: str
    real: Hands
    dice: Random
    kill: Callable[[], None]
    idempotent: bool = False
    arrived: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each slot of each channel came."""
    known: dict[str, datetime] = field(default_factory=dict)

    def render(self, view: View) -> list[Payload]:
        if isinstance(view, DigestPost):
            return [{"slot": str(view.digest.slot), "channel": str(view.digest.channel)}]
        return [{"text": "told"}]

    def fallback(self, view: View) -> Payload:
        return self.render(view)[0]

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        draw = self.dice.random()
        for chance, outcome in REFUSALS:
            if (draw := draw - chance) < 0:
                raise SendError(outcome, f"the weather: {outcome}", retry_after=self.dice.uniform(1, 600))
        if self.dice.random() < KILLED:
            if self.dice.random() < 0.5:
                self._take(channel, payload, key)
            self.kill()
            await asyncio.Event().wait()
        self._take(channel, payload, key)
        if self.dice.random() < LOST_ANSWER:
            raise SendError(Outcome.UNKNOWN, "the answer was lost")
        return SentMessage(key)

    def _take(self, channel: ChannelKey, payload: Payload, key: str) -> None:
        now = self.real.now()
        self.known = {one: at for one, at in self.known.items() if now - at <= KEYS_LIVE}
        if "slot" in payload and not (self.idempotent and key in self.known):
            self.arrived[str(channel), str(payload["slot"])] += 1
        self.known.setdefault(key, now)


class Shaky:
    """A ledger, or its lanes, whose calls fail now and then, before or after they took effect."""

    def __init__(self, ledger: DeliveryStore | LaneStore, dice: Random) -> None:
        self._ledger = ledger
        self._dice = dice

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._ledger, name)
        if not callable(method):
            return method

        async def call(*arguments: Any, **named: Any) -> Any:
            draw = self._dice.random()
            if draw < DATABASE_FAILS / 2:
                raise OSError("the database went away")
            result = await method(*arguments, **named)
            if draw < DATABASE_FAILS:
                raise OSError("the database's answer was lost")
            return result

        return call


def composing(dice: Random) -> Callable[[Delivery], Coroutine[Any, Any, DigestPost | None]]:
    """A digest on most days; on some there is nothing, on some it cannot be chosen."""

    async def compose(delivery: Delivery) -> DigestPost | None:
        draw = dice.random()
        if draw < 0.01:
            raise OSError("the papers cannot be read")
        post = await always(delivery)
        if post is None or draw > 0.05:
            return post
        quiet = replace(post.digest, papers=(), quiet_because="none of 9 new papers matched the topics")
        return replace(post, digest=quiet)

    return compose


async def people(channels: Channels, everybody: list[ChannelKey], dice: Random) -> int:
    """A day's changes: some pause, some move, some leave and come back. Returns how many there were."""
    touched = [one for one in everybody if dice.random() < 0.05]
    for channel in touched:
        try:
            await _change(channels, channel, dice)
        except UserError:
            continue  # such as a pause of a digest that was ended
    return len(touched)


async def _change(channels: Channels, channel: ChannelKey, dice: Random) -> None:
    match dice.randrange(5):
        case 0:
            await channels.pause(channel, ADA, None)
        case 1:
            await channels.resume(channel, ADA)
        case 2:
            await channels.reschedule(channel, ADA, NewSchedule(zone=dice.choice(ZONES)))
        case 3:
            await channels.unsubscribe(channel, ADA)
        case _:
            await channels.subscribe(channel, ADA, Period.DAILY, dice.choice(ZONES))
