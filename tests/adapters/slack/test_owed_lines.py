"""A change's line on Slack is said once: by whoever answers, or by another where that one did not live to."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.commands import grammar
from tests.adapters.slack.session import FakeSession
from tests.adapters.slack.test_conversation import FakeClient, conversation, question
from tests.service import Desk, make_desk

OK = (200, "ok")


class MeanwhileSession(FakeSession):
    """Something happens just before the answer to each post."""

    def __init__(self, *answers: tuple[int, str] | Exception, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__(*answers)
        self._meanwhile = meanwhile

    @asynccontextmanager
    async def post(self, address: str, *, json: dict[str, Any]) -> Any:
        await self._meanwhile()
        async with super().post(address, json=json) as response:
            yield response


async def taken(desk: Desk) -> list[str]:
    """What nobody has told, taken over by another process that came much later."""
    later = datetime.now(UTC) + timedelta(minutes=30)
    lines = await desk.store.announcements.claim("another", ["slack"], later, later, later - timedelta(hours=1))
    return [change.what for change in lines]


async def ask(
    desk: Desk, session: FakeSession, text: str = "digest subscribe", client: FakeClient | None = None
) -> None:
    await conversation(session, client, grammar.parse, desk.service).answer(question(text))


async def test_a_line_that_was_said_is_owed_no_more() -> None:
    desk, session = make_desk(), FakeSession(OK, OK)
    await ask(desk, session)
    assert [said["response_type"] for said in session.posted] == ["ephemeral", "in_channel"]
    assert await taken(desk) == []


@pytest.mark.parametrize("answer", [(500, ""), (404, '{"ok": false, "error": "no_service"}'), TimeoutError()])
async def test_a_line_in_doubt_is_told_to_its_author_and_not_said_again(answer: Any) -> None:
    desk, session = make_desk(), FakeSession(OK, answer, OK)
    await ask(desk, session)
    assert "not sure that the channel was told" in session.posted[-1]["text"]
    assert await taken(desk) == []


async def test_a_line_that_another_channel_refuses_is_not_owed_to_it_for_ever() -> None:
    desk, session, client = make_desk(), FakeSession(OK, OK), FakeClient()
    await ask(desk, session, "digest subscribe channel:C000002", client)
    assert client.posted == ["C000002"]
    assert await taken(desk) == []


async def test_who_answers_so_late_that_another_has_said_it_says_nothing_and_doubts_nothing() -> None:
    desk = make_desk()
    session = MeanwhileSession(OK, meanwhile=lambda: taken(desk))
    await ask(desk, session)
    (said,) = session.posted
    assert said["response_type"] == "ephemeral"


@pytest.mark.parametrize("posts", [1, 2], ids=["before the line", "amid the line"])
async def test_a_process_that_ends_amid_an_answer_leaves_the_line_to_another(posts: int) -> None:
    desk, reached = make_desk(), asyncio.Semaphore(0)

    async def hang_at_last() -> None:
        reached.release()
        if len(session.posted) == posts - 1:
            await asyncio.Event().wait()

    session = MeanwhileSession(OK, meanwhile=hang_at_last)
    answering = asyncio.create_task(ask(desk, session))
    for _ in range(posts):
        await reached.acquire()
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    assert await taken(desk) == ["set up a daily digest"]
