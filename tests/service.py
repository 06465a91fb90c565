"""The real service over a store in memory, with a clock that stands still."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.clock import VirtualClock
from bot.commands import Answer, Call
from bot.commands.dispatch import answer_text
from bot.models import ChannelKey, Outcome
from bot.ports import Payload, Platform, SendError, SentMessage
from bot.service import Service
from bot.views import Notice, View
from tests.builders import ADA, CHANNEL, NOON, days, hours, make_batch, make_observation, make_paper
from tests.memory_store import MemoryStore


class Postbox:
    """A platform that keeps what it is sent, or fails as it is told."""

    name = "slack"
    idempotent = False

    def __init__(self) -> None:
        self.sent: list[tuple[ChannelKey, Payload]] = []
        self.failures: list[SendError] = []

    def render(self, view: View) -> list[Payload]:
        return [{"text": type(view).__name__}]

    def fallback(self, view: View) -> Payload:
        return {"text": f"plain {type(view).__name__}"}

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((channel, payload))
        return SentMessage(key, f"https://chat.example.org/{len(self.sent)}")

    def fail(self, outcome: Outcome, reason: str = "as the test says") -> None:
        self.failures.append(SendError(outcome, reason))


@dataclass(frozen=True)
class Desk:
    """Somebody who types."""

    service: Service
    store: MemoryStore
    postbox: Postbox

    async def answer(self, text: str, call: Call | None = None) -> Answer:
        return await answer_text(self.service, text, call or Call(ADA, CHANNEL, zone="Europe/Berlin"))

    async def ask(self, text: str, call: Call | None = None) -> View:
        return (await self.answer(text, call)).view


def make_desk(*, store: MemoryStore | None = None, platforms: Mapping[str, Platform] | None = None) -> Desk:
    """A service at NOON over an empty store, with Slack as its one way out."""
    store, clock, postbox = store or MemoryStore(), VirtualClock(NOON, 0), Postbox()
    ways_out = {"slack": postbox} if platforms is None else platforms
    service = Service.over(store, store.search, ways_out, clock)
    return Desk(service, store, postbox)


async def make_desk_of_robots() -> Desk:
    """Eight new papers, four of them about robots, and one that is too old for a digest."""
    desk = make_desk()
    papers = [
        make_paper(
            f"2603.{n:05}", title=f"Study {n} of {'robots' if n % 2 else 'language'}", first_seen_at=NOON - hours(n)
        )
        for n in range(1, 9)
    ]
    old = make_paper("2601.00001", title="Old robots", first_seen_at=NOON - days(40), published_at=NOON - days(41))
    seen = [make_observation(p.id, NOON - hours(0.5), upvotes=50 - n) for n, p in enumerate([old, *papers])]
    await desk.store.papers.add(make_batch(old, *papers, *seen))
    return desk


def told(view: View) -> dict[str, str]:
    """What a notice says, by label."""
    assert isinstance(view, Notice), view
    return {field.label: field.text for field in view.fields}
