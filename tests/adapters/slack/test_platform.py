"""Posting, over the real client and a few of Slack's answers on loopback."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from adapters.slack.client import open_session
from adapters.slack.platform import SlackPlatform, in_thread
from adapters.slack.render import render
from bot.config import Settings
from bot.models import ChannelKey, Outcome
from bot.ports import PLAIN, REPLY_TO, SendError
from tests.adapters.slack.golden import VIEWS
from tests.adapters.slack.wire import FakeApi, fake_api
from tests.builders import make_paper

HERE = ChannelKey("slack", "T1", "C1")
POSTED: dict[str, object] = {"ok": True, "channel": "C1", "ts": "1700000000.000200"}
WHERE: dict[str, object] = {"ok": True, "url": "https://example.slack.com/"}


@asynccontextmanager
async def platform(api: FakeApi) -> AsyncIterator[SlackPlatform]:
    async with open_session() as session:
        yield SlackPlatform(settings_of(api), session, pause=at_once)


def settings_of(api: FakeApi) -> Settings:
    return Settings(_env_file=None, slack_api_url=f"{api.address}/api", slack_bot_token=SecretStr("xoxb-1"))  # type: ignore[call-arg]  # pydantic-settings' own option


async def at_once(_: float) -> None:
    """Nobody waits in a test."""


async def test_a_message_is_posted_once_and_has_an_address() -> None:
    async with fake_api(auth_test=WHERE, chat_postMessage=POSTED) as api, platform(api) as out:
        first = await out.send(HERE, {"text": "a"}, "key")
        second = await out.send(HERE, {"text": "b"}, "key")
    assert first.remote_id == "C1:1700000000.000200"
    assert first.url == second.url == "https://example.slack.com/archives/C1/p1700000000000200"
    assert [name for name, _ in api.asked] == ["auth.test", "chat.postMessage", "chat.postMessage"]


@pytest.mark.parametrize("answer", [(500, "no"), {"ok": False, "error": "ratelimited"}, {"ok": True, "url": "nowhere"}])
async def test_a_workspace_that_does_not_tell_its_address_leaves_the_message_without_one(
    answer: dict[str, object] | tuple[int, str],
) -> None:
    async with fake_api(auth_test=answer, chat_postMessage=POSTED) as api, platform(api) as out:
        sent = await out.send(HERE, {"text": "a"}, "key")
    assert sent.url is None


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((500, "<html>"), Outcome.UNKNOWN),
        ((502, ""), Outcome.UNKNOWN),
        ((200, "<html>"), Outcome.UNKNOWN),
        ((429, ""), Outcome.LIMITED),
        ({"ok": False, "error": "not_in_channel"}, Outcome.DEAD_CHANNEL),
        ({"ok": False, "error": "invalid_auth"}, Outcome.DEAD_LANE),
        ({"ok": False, "error": "invalid_blocks"}, Outcome.CONTENT_BUG),
        ({"ok": True}, Outcome.UNKNOWN),
    ],
)
async def test_a_failure_has_one_outcome_and_is_not_tried_again(
    answer: dict[str, object] | tuple[int, str], outcome: Outcome
) -> None:
    async with fake_api(auth_test=WHERE, chat_postMessage=answer) as api, platform(api) as out:
        with pytest.raises(SendError) as failed:
            await out.send(HERE, {"text": "a"}, "key")
    assert failed.value.outcome is outcome
    assert failed.value.retry_after == (7.0 if outcome is Outcome.LIMITED else None)
    assert "xoxb-1" not in failed.value.reason
    assert [name for name, _ in api.asked].count("chat.postMessage") == 1


async def test_where_anybody_may_install_it_a_dead_token_names_the_page_to_do_so() -> None:
    refused: dict[str, object] = {"ok": False, "error": "token_revoked"}
    async with fake_api(auth_test=refused, chat_postMessage=refused) as api, open_session() as session:
        many = {"slack_client_id": "1.2", "slack_client_secret": SecretStr("s"), "public_url": "https://papers.example"}
        out = SlackPlatform(settings_of(api).model_copy(update=many), session, pause=at_once)
        with pytest.raises(SendError) as failed:
            await out.send(HERE, {"text": "a"}, "key")
    assert failed.value.outcome is Outcome.DEAD_LANE
    assert failed.value.reason.endswith(" Here: https://papers.example/slack/install")


async def test_a_digests_abstracts_belong_under_its_first_message() -> None:
    async with fake_api() as api, platform(api) as out:
        drawn = out.render(VIEWS["digest"])
        assert out.render(VIEWS["preview"]) == render(VIEWS["preview"])
    assert [payload.get(REPLY_TO) for payload in drawn] == [None, 0]
    assert make_paper().abstract in str(drawn[1]["blocks"])


async def test_a_reply_names_its_parent_and_waits_for_its_second() -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    async with fake_api(auth_test=WHERE, chat_postMessage=POSTED) as api, open_session() as session:
        out = SlackPlatform(settings_of(api), session, pause=pause)
        parent = await out.send(HERE, {"text": "a"}, "key")
        await out.send(HERE, {"text": "b", REPLY_TO: parent.remote_id}, "key")
        await out.send(ChannelKey("slack", "T1", "C2"), {"text": "c"}, "key")
    assert [0.9 < seconds <= 1.05 for seconds in waited] == [True]
    assert in_thread({"text": "b", REPLY_TO: "C1:1.2"}) == {"text": "b", "thread_ts": "1.2"}
    assert in_thread({"text": "b"}) == {"text": "b"}


async def test_every_message_after_a_digests_first_has_plain_words_with_all_that_it_says() -> None:
    async with fake_api() as api, platform(api) as out:
        first, *rest = out.render(VIEWS["digest"])
    assert PLAIN not in first
    for payload in rest:
        plainly = payload[PLAIN]
        assert isinstance(plainly, dict)
        assert "blocks" not in plainly
        assert make_paper().abstract in plainly["text"]
