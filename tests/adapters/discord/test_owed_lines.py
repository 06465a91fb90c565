"""A change's line on Discord is said once: by whoever answers, or by another where that one did not live to."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from adapters.discord.answering import Answering
from adapters.discord.rest import CallError, NoAnswerError, NotReachedError
from bot.delivery.keys import announcement_key
from bot.models import ChannelKey, Outcome
from bot.ports import Payload, SendError
from bot.service import Service
from tests.adapters.discord.limits import all_text
from tests.adapters.discord.service import make_service
from tests.adapters.discord.stage import FakePlatform, FakeReply, asked
from tests.memory_store import MemoryStore

ELSEWHERE = ChannelKey("discord", "900", "902")


@dataclass
class Failing(FakeReply):
    """Cannot post for everybody."""

    failure: CallError = field(default_factory=lambda: NoAnswerError("no answer"))

    async def post(self, payload: Payload, *, private: bool) -> None:
        if not private:
            raise self.failure
        await super().post(payload, private=private)


async def taken(service: Service) -> list[tuple[str, str]]:
    """What nobody has told, and where, taken over by another process that came much later."""
    later = datetime.now(UTC) + timedelta(minutes=30)
    lines = cast("MemoryStore", service.store).announcements
    owed = await lines.claim("another", ["discord"], later, later, later - timedelta(hours=1))
    return [(change.channel.channel, change.what) for change in owed]


async def subscribe(service: Service, platform: FakePlatform, reply: FakeReply, **given: str) -> None:
    await Answering(service, platform).command(asked(), reply, "papers-digest", "subscribe", given)


async def test_a_line_that_was_said_is_owed_no_more() -> None:
    service, platform, reply = await make_service(), FakePlatform(), FakeReply()
    await subscribe(service, platform, reply)
    assert reply.how == ["edit", "public"]
    assert await taken(service) == []


async def test_a_line_for_another_channel_has_the_key_that_whoever_tells_it_late_would_use() -> None:
    service, platform = await make_service(), FakePlatform()
    await subscribe(service, platform, FakeReply(), channel=str(ELSEWHERE))
    ((channel, payload, key),) = platform.sent
    assert (channel, key) == (ELSEWHERE, announcement_key(asked().id, ELSEWHERE))
    assert "set up by" in all_text([payload])
    assert await taken(service) == []


async def test_a_channel_that_refuses_the_line_is_not_owed_it_for_ever() -> None:
    service, reply = await make_service(), FakeReply()
    refused = FakePlatform(error=SendError(Outcome.DEAD_CHANNEL, "I may not write in the channel."))
    await subscribe(service, refused, reply, channel=str(ELSEWHERE))
    assert "could not say so" in reply.text(1)
    assert await taken(service) == []


@pytest.mark.parametrize(
    ("failure", "left"),
    [(NoAnswerError("no answer"), []), (NotReachedError("not reached"), [("901", "set up a daily digest")])],
)
async def test_only_a_line_that_surely_did_not_arrive_is_left_to_another(failure: CallError, left: Any) -> None:
    service = await make_service()
    with pytest.raises(type(failure)):
        await subscribe(service, FakePlatform(), Failing(failure=failure))
    assert await taken(service) == left


async def test_a_line_that_another_has_said_is_not_said_again() -> None:
    service = await make_service()

    class Slow(FakeReply):
        async def edit(self, payload: Payload) -> None:
            await taken(service)
            await super().edit(payload)

    reply = Slow()
    await subscribe(service, FakePlatform(), reply)
    assert reply.how == ["edit"]
