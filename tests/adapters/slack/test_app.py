"""How Slack reaches us, decided by our settings alone."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.slack.app import SlackAdapter
from adapters.slack.client import open_session
from adapters.slack.command_name import renamed
from adapters.slack.modes import Mode, mode_of
from adapters.slack.platform import SlackPlatform, permalink
from adapters.slack.work import Work
from bot.config import Settings
from bot.ports import Adapter, Platform
from bot.views import CardList, Help, Notice
from tests.adapters.examples import EXAMPLES
from tests.adapters.slack.commands import NO_SERVICE

BOT, APP, SIGNING = (
    {"slack_bot_token": "xoxb-1"},
    {"slack_app_token": "xapp-1"},
    {"slack_signing_secret": "hush"},
)


def settings_of(*parts: dict[str, str], **changes: str) -> Settings:
    values: dict[str, Any] = {name: value for part in parts for name, value in part.items()} | changes
    return Settings(_env_file=None, **values)  # type: ignore[call-arg]  # pydantic-settings' own option


@pytest.mark.parametrize(
    ("parts", "mode"),
    [
        ((), Mode(socket=False, http=False)),
        ((BOT,), Mode(socket=False, http=False)),
        ((APP, SIGNING), Mode(socket=False, http=False)),
        ((BOT, APP), Mode(socket=True, http=False)),
        ((BOT, SIGNING), Mode(socket=False, http=True)),
        ((BOT, APP, SIGNING), Mode(socket=True, http=True)),
    ],
)
def test_the_tokens_that_are_set_decide_the_mode(parts: tuple[dict[str, str], ...], mode: Mode) -> None:
    assert mode_of(settings_of(*parts)) == mode
    assert bool(mode) == (mode.socket or mode.http)


async def test_work_that_fails_is_logged_with_its_reason() -> None:
    async def broken() -> None:
        raise RuntimeError("the database is away")

    work = Work()
    with capture_logs() as logs:
        work.start(broken())
        await work.drain(5)
    (line,) = logs
    assert (line["event"], str(line["exc_info"])) == ("what Slack asked for was not done", "the database is away")


async def test_there_is_a_route_only_where_requests_can_be_verified() -> None:
    async with open_session() as session:
        over_http = SlackAdapter(settings_of(BOT, SIGNING), NO_SERVICE, session)
        over_socket = SlackAdapter(settings_of(BOT, APP), NO_SERVICE, session)
        assert [(route.method, route.path) for route in over_http.routes()] == [("POST", "/slack/events")]
        assert over_socket.routes() == []
        assert not over_http.connected
        with pytest.raises(ValueError, match="tokens"):
            SlackAdapter(settings_of(), NO_SERVICE, session)


async def test_a_process_with_one_role_takes_one_way_only() -> None:
    async with open_session() as session:
        settings = settings_of(BOT, APP, SIGNING)
        gateway = SlackAdapter(settings, NO_SERVICE, session, mode=Mode(socket=True, http=False))
        assert gateway.routes() == []
        page = SlackAdapter(settings, NO_SERVICE, session, mode=Mode(socket=False, http=True))
        assert page.routes()


async def test_they_are_what_the_core_asks_for() -> None:
    async with open_session() as session:
        adapter: Adapter = SlackAdapter(settings_of(BOT, APP), NO_SERVICE, session)
        platform: Platform = SlackPlatform(settings_of(BOT), session)
    assert (adapter.name, platform.name, platform.idempotent) == ("slack", "slack", False)


async def test_another_name_of_the_command_is_the_one_people_are_told() -> None:
    async with open_session() as session:
        platform = SlackPlatform(settings_of(BOT, slack_command="/sheets"), session)
    told = str([platform.render(EXAMPLES["list"]), platform.fallback(EXAMPLES["help"])])
    assert "Again: /sheets trending" in told
    assert "huggingface.co/papers/2603.00001" in told
    assert "/papers trending" not in told


def test_only_our_own_sentences_are_renamed() -> None:
    view = renamed(EXAMPLES["list"], "/sheets")
    assert isinstance(view, CardList)
    assert isinstance(EXAMPLES["list"], CardList)
    assert view.cards == EXAMPLES["list"].cards
    assert view.buttons == EXAMPLES["list"].buttons
    assert renamed(EXAMPLES["list"], "/papers") is EXAMPLES["list"]
    usage = renamed(EXAMPLES["help"], "/sheets")
    assert isinstance(usage, Help)
    assert usage.sections[0][1][0].example == "/sheets trending"
    error = renamed(EXAMPLES["error"], "/sheets")
    assert isinstance(error, Notice)
    assert error.hint == "Example: /sheets trending topic:robotics"


def test_a_permalink_needs_the_workspaces_address() -> None:
    assert permalink("https://example.slack.com/", "C1", "1700000000.000200") == (
        "https://example.slack.com/archives/C1/p1700000000000200"
    )
    assert permalink(None, "C1", "1700000000.000200") is None


async def test_work_under_way_is_finished_before_the_end_and_what_takes_too_long_is_not() -> None:
    work, done, never = Work(), asyncio.Event(), asyncio.Event()

    async def follow_up() -> None:
        done.set()

    async def first() -> None:
        await asyncio.sleep(0)
        work.start(follow_up())

    async def endless() -> None:
        await never.wait()

    work.start(first())
    await work.drain(1)
    assert done.is_set()
    work.start(endless())
    await work.drain(0)
    await work.drain(1)
