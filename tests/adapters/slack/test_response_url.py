"""Answers through a response_url: five uses, plain text once, and nothing public said twice."""

import json

import aiohttp
import pytest

from adapters.slack.response_url import Next, after
from bot.ports import Payload
from tests.adapters.slack.session import FakeSession

BLOCKS: Payload = {"text": "drawn", "blocks": [{"type": "divider"}]}
PLAIN: Payload = {"text": "plain"}


def refusal(error: str) -> str:
    return json.dumps({"ok": False, "error": error})


@pytest.mark.parametrize(
    ("status", "error", "private", "public"),
    [
        (200, "", Next.NOTHING, Next.NOTHING),
        (429, "", Next.AGAIN, Next.AGAIN),
        (500, "", Next.AGAIN, Next.GIVE_UP),
        (503, "", Next.AGAIN, Next.GIVE_UP),
        (400, "invalid_payload", Next.PLAINLY, Next.PLAINLY),
        (404, "invalid_blocks", Next.PLAINLY, Next.PLAINLY),
        (404, "used_url", Next.GIVE_UP, Next.GIVE_UP),
        (410, "channel_is_archived", Next.GIVE_UP, Next.GIVE_UP),
    ],
)
def test_each_answer_of_slack_has_one_consequence(status: int, error: str, private: Next, public: Next) -> None:
    assert after(status, error, public=False) is private
    assert after(status, error, public=True) is public


async def test_a_message_states_who_sees_it() -> None:
    session = FakeSession((200, "ok"), (200, "ok"))
    assert await session.url().say(BLOCKS, lambda: PLAIN, public=True)
    assert await session.url().say(BLOCKS, lambda: PLAIN, public=False, replace=True)
    assert [(body["response_type"], body["replace_original"]) for body in session.posted] == [
        ("in_channel", False),
        ("ephemeral", True),
    ]


async def test_refused_blocks_are_said_in_plain_text_once() -> None:
    session = FakeSession((400, refusal("invalid_blocks")), (400, refusal("no_text")))
    assert not await session.url().say(BLOCKS, lambda: PLAIN, public=True)
    assert [body["text"] for body in session.posted] == ["drawn", "plain"]


async def test_a_limit_is_waited_out_as_long_as_slack_asks() -> None:
    session = FakeSession((429, ""), (200, "ok"))
    assert await session.url().say(BLOCKS, lambda: PLAIN, public=True)
    assert session.paused == [3.0]


async def test_a_connection_that_was_never_made_is_tried_again() -> None:
    refused = aiohttp.ConnectionTimeoutError()
    session = FakeSession(refused, (200, "ok"))
    assert await session.url().say(BLOCKS, lambda: PLAIN, public=True)


@pytest.mark.parametrize("broken", [aiohttp.ServerDisconnectedError(), TimeoutError(), aiohttp.ClientOSError()])
async def test_a_connection_that_broke_half_way_is_left_alone(broken: Exception) -> None:
    session = FakeSession(broken)
    assert not await session.url().say(BLOCKS, lambda: PLAIN, public=False)
    assert len(session.posted) == 1


async def test_an_address_is_used_five_times_at_most() -> None:
    session = FakeSession(*[(200, "ok")] * 6)
    url = session.url()
    assert [await url.say(BLOCKS, lambda: PLAIN, public=False) for _ in range(6)] == [True] * 5 + [False]
    assert len(session.posted) == 5


async def test_the_address_is_in_no_log(capsys: pytest.CaptureFixture[str]) -> None:
    session = FakeSession((404, "used_url"), aiohttp.InvalidURL("https://hooks.slack.com/secret"), (200, ""))
    url = session.url()
    await url.say(BLOCKS, lambda: PLAIN, public=False)
    await url.say(BLOCKS, lambda: PLAIN, public=False)
    assert "hooks.slack.com" not in "".join(capsys.readouterr())
