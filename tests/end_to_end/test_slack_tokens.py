"""Tokens that end, exchanges that fail, and keys that are missing, against a strict stand-in for Slack."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet

from adapters.slack.client import open_session
from adapters.slack.platform import SlackPlatform
from adapters.slack.workspaces import Workspaces, utc_now
from bot.models import ChannelKey, Outcome
from bot.ports import SendError
from storage.installations import open_installations
from tests.end_to_end.slack_stage import marks
from tests.end_to_end.slack_workspaces import TWO, Stage, two_workspaces, workspaces_stage

pytestmark = marks

HOURS_12 = 43_200


@pytest.fixture
async def slack() -> AsyncIterator[Any]:
    async with two_workspaces() as sim:
        yield sim


@pytest.fixture
async def stage(slack: Any, sqlite_url: str) -> AsyncIterator[Stage]:
    async with workspaces_stage(slack, sqlite_url) as running:
        await running.install(team=TWO)
        for number in range(4):
            slack.add_channel(f"C0MANY{number}", f"many{number}", team=TWO, members=[])
            slack.channel(f"C0MANY{number}").members.append(slack.install_of(TWO).bot_user_id)
        yield running


class Later:
    """Real time as it was at the beginning, and what a test lets pass."""

    def __init__(self) -> None:
        self._start = utc_now()
        self.more = timedelta()

    def __call__(self) -> datetime:
        return self._start + self.more


@pytest.fixture
def clock() -> Later:
    return Later()


@pytest.fixture
async def worker(stage: Stage, clock: Later) -> AsyncIterator[SlackPlatform]:
    """A process that only posts, with its own view of the same installations."""
    async with open_session() as session:
        yield SlackPlatform(
            stage.settings, session, Workspaces(stage.settings, session, stage.installations, now=clock)
        )


async def outcome(platform: SlackPlatform, number: int) -> SendError | None:
    """What a post ends with; None: it is there."""
    try:
        await platform.send(ChannelKey("slack", TWO, f"C0MANY{number}"), {"text": "hello"}, "key")
    except SendError as failure:
        return failure
    return None


def exchanges(stage: Stage) -> int:
    """How often Slack was asked for one since the installation, whose own code counts once."""
    return len(stage.slack.calls("oauth.v2.access")) - 1


async def test_an_exchange_that_slack_fails_to_make_lets_the_workspace_wait_and_blames_no_token(
    stage: Stage, worker: SlackPlatform, clock: Later
) -> None:
    stage.slack.clock.advance(HOURS_12 + 60)
    stage.slack.faults.add("oauth.v2.access", "http", status=500)
    failures = await asyncio.gather(*(outcome(worker, number) for number in range(4)))
    assert {failure and failure.outcome for failure in failures} == {Outcome.LIMITED}
    assert all(failure and 0 < (failure.retry_after or 0) <= 2 for failure in failures)
    assert "renew" in str(failures[0])
    assert "Install" not in str(failures[0])
    assert exchanges(stage) == 1
    clock.more = timedelta(seconds=3)
    assert [await outcome(worker, number) for number in range(4)] == [None] * 4
    assert exchanges(stage) == 2


async def test_a_refused_exchange_is_not_asked_for_at_each_message_while_the_old_token_works(
    stage: Stage, worker: SlackPlatform, clock: Later
) -> None:
    clock.more = timedelta(seconds=HOURS_12 - 3600)
    stage.slack.faults.add("oauth.v2.access", "error", times=20, error="invalid_refresh_token")
    assert [await outcome(worker, number) for number in range(4)] == [None] * 4
    assert exchanges(stage) == 1


async def test_a_refused_exchange_of_a_token_that_has_ended_asks_to_install_again_and_installing_mends_it(
    stage: Stage, worker: SlackPlatform
) -> None:
    stage.slack.clock.advance(HOURS_12 + 60)
    stage.slack.faults.add("oauth.v2.access", "error", times=1, error="invalid_refresh_token")
    failures = [await outcome(worker, number) for number in range(4)]
    assert {failure and failure.outcome for failure in failures} == {Outcome.DEAD_LANE}
    assert "Install me again" in str(failures[0])
    assert exchanges(stage) == 1
    await stage.install(team=TWO)
    assert await outcome(worker, 0) is None


async def test_a_token_whose_key_is_missing_sends_nothing_and_says_so(stage: Stage, sqlite_url: str) -> None:
    other_key = Fernet.generate_key().decode()
    async with open_session() as session, open_installations(sqlite_url, other_key) as installations:
        platform = SlackPlatform(stage.settings, session, Workspaces(stage.settings, session, installations))
        failure = await outcome(platform, 0)
    assert failure is not None
    assert failure.outcome is Outcome.DEAD_LANE
    assert "the key it was encrypted with" in failure.reason
    assert stage.slack.messages("C0MANY0") == []


async def test_a_database_that_does_not_tell_a_token_leaves_the_message_surely_unsent(
    stage: Stage, worker: SlackPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(worker.workspaces.installations, "find", broken)
    failure = await outcome(worker, 0)
    assert failure is not None
    assert failure.outcome is Outcome.NOT_SENT
    assert stage.slack.messages("C0MANY0") == []
