"""A stage for deliveries: a platform that answers as scripted, two clocks that stand until moved, a digest to send."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.delivery import Courier, Pace
from bot.delivery.precedence import Precedence
from bot.models import ChannelKey, Delivery, Outcome, Person, Subscription
from bot.ports import Payload, Platform, SendError, SentMessage
from bot.views import DigestPost, View
from tests.builders import ADA, CHANNEL, NOON, make_change, make_digest, make_paper, make_ranked, make_subscription
from tests.memory_store import MemoryStore

SLOT = NOON.date()
NINE = NOON.replace(hour=8)
"""Nine in Berlin, when the channel's digest is due."""
START = datetime(2030, 1, 1, tzinfo=NOON.tzinfo)
"""Where real time begins."""


class Hands:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


Answer = Exception | None
"""Of the platform to one request: raise this, or take the message."""


class LostAcknowledgementError(SendError):
    """The message arrived; the answer did not."""

    def __init__(self) -> None:
        super().__init__(Outcome.UNKNOWN, "the connection broke")


@dataclass
class FakePlatform:
    """Takes messages, one answer after the other; once the script is over, all of them."""

    name: str = "slack"
    idempotent: bool = False
    messages: int = 1
    answers: list[Answer] = field(default_factory=list)
    requests: list[tuple[ChannelKey, Payload, str]] = field(default_factory=list)
    arrived: list[tuple[ChannelKey, Payload]] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    """Message ids by key, where it is idempotent."""
    before: Callable[[ChannelKey], Awaitable[None]] | None = None
    """What happens to a request on its way."""

    def render(self, view: View) -> list[Payload]:
        if isinstance(view, DigestPost):
            return [{"title": view.title, "part": number} for number in range(self.messages)]
        return [{"text": getattr(view, "text", "")}]

    def fallback(self, view: View) -> Payload:
        return {"plain": getattr(view, "title", "")}

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        self.requests.append((channel, payload, key))
        if self.before is not None:
            await self.before(channel)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, LostAcknowledgementError):
            self.take(channel, payload, key)
        if answer is not None:
            raise answer
        return self.take(channel, payload, key)

    def take(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        if not (self.idempotent and key in self.known):
            self.arrived.append((channel, payload))
            self.known[key] = f"m{len(self.arrived)}"
        return SentMessage(self.known[key], f"https://chat.example/{self.known[key]}")


class Scene:
    """A courier over a store in memory, at the minute when the digest of CHANNEL is due."""

    def __init__(self, *platforms: FakePlatform, pace: Pace | None = None) -> None:
        self.clock, self.real = Hands(NINE), Hands(START)
        self.store = MemoryStore()
        self.platforms: dict[str, Platform] = {one.name: one for one in platforms}
        self.pace = pace or Pace()
        self.precedence = Precedence()
        self.papers = 3
        self.composed: list[Delivery] = []
        self.courier = self.new_courier()

    def new_courier(self) -> Courier:
        """As after a restart: the same ledger, nothing remembered."""
        return Courier(
            self.store,
            self.platforms,
            self.compose,
            clock=self.clock,
            real=self.real,
            pace=self.pace,
            jitter=lambda top: top / 2,
            sleep=self.sleep,
            precedence=self.precedence,
        )

    async def sleep(self, seconds: float) -> None:
        """A wait that the courier itself makes: both clocks go on."""
        self.wait(seconds=seconds)

    async def compose(self, delivery: Delivery) -> DigestPost | None:
        self.composed.append(delivery)
        ranked = [make_ranked(make_paper(f"2603.{n:05}"), rank=n) for n in range(1, self.papers + 1)]
        quiet = None if ranked else "none of 9 new papers matched the topics"
        digest = make_digest(*ranked, channel=delivery.channel, slot=delivery.slot, quiet_because=quiet)
        return DigestPost(digest=digest, title=f"{delivery.channel} {delivery.slot}", date_line="", cards=(), footer=())

    async def subscribe(
        self, channel: ChannelKey = CHANNEL, by: Person = ADA, next_run_at: datetime = NINE
    ) -> Subscription:
        wanted = make_subscription(channel, set_up_by=by, next_run_at=next_run_at)
        return await self.store.channels.create(wanted, make_change(channel=channel))

    async def tick(self, **later: float) -> None:
        """Let both clocks go on, then do what is due."""
        self.wait(**later)
        await self.courier.tick()

    def wait(self, **span: float) -> None:
        self.clock.moment += timedelta(**span)
        self.real.moment += timedelta(**span)

    async def last(self, channel: ChannelKey = CHANNEL) -> Delivery:
        return (await self.store.deliveries.history(channel, 1))[0]


def failing(outcome: Outcome, reason: str = "as scripted", retry_after: float | None = None) -> SendError:
    return SendError(outcome, reason, retry_after=retry_after)


async def planned(slack: FakePlatform) -> tuple[Scene, Subscription]:
    """The scene with the digest of CHANNEL planned and not yet claimed."""
    scene = Scene(slack)
    subscription = await scene.subscribe()
    await scene.courier.plan_due()
    current = await scene.store.channels.subscription(CHANNEL)
    return scene, current or subscription


async def ticked(platform: FakePlatform, channel: ChannelKey = CHANNEL) -> Scene:
    """A scene with one subscription, after its first tick."""
    scene = Scene(platform)
    await scene.subscribe(channel)
    await scene.tick()
    return scene
