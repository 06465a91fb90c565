"""Many workspaces: installing, tokens that end, uninstalling; against a strict stand-in for Slack."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.fernet import Fernet

from adapters.slack.client import open_session
from adapters.slack.platform import SlackPlatform
from adapters.slack.workspaces import Workspaces, utc_now
from bot.delivery.keys import lane_of
from bot.errors import SettingsError
from bot.models import ChannelKey, Outcome
from bot.ports import Block, SendError
from storage.installations import open_installations
from tests.builders import make_change, make_subscription
from tests.end_to_end.slack_stage import marks
from tests.end_to_end.slack_workspaces import TWO, Stage, two_workspaces, until, workspaces_stage

pytestmark = marks


@pytest.fixture
async def slack() -> AsyncIterator[Any]:
    async with two_workspaces() as sim:
        yield sim


@pytest.fixture
async def stage(slack: Any, sqlite_url: str) -> AsyncIterator[Stage]:
    async with workspaces_stage(slack, sqlite_url) as running:
        yield running


async def test_a_second_workspace_installs_it_and_has_its_own_token(stage: Stage, sqlite_url: str) -> None:
    done = await stage.install(team=TWO)
    assert done.status == 200
    page = await done.text()
    assert "/papers" in page
    assert f'href="{stage.slack.url}/app_redirect?app={stage.slack.app_id}&amp;team={TWO}"' in page
    assert (await stage.slack.slash("/papers", "help", team=TWO, user="alice", channel="C0GENERAL2")).ok
    stage.slack.channel("C0GENERAL2").members.append(stage.slack.install_of(TWO).bot_user_id)
    await stage.post(TWO, "C0GENERAL2")
    assert stage.slack.messages("C0GENERAL2")[-1]["bot_id"] == stage.slack.install_of(TWO).bot_id
    kept = await asyncio.to_thread(Path(sqlite_url.removeprefix("sqlite:///")).read_bytes)
    assert stage.slack.install_of(TWO).token.encode() not in kept


async def test_the_token_of_the_settings_serves_its_own_workspace_alone(stage: Stage) -> None:
    await stage.post("T0SIM0001", "C0GENERAL")
    with pytest.raises(SendError) as refused:
        await stage.post(TWO, "C0GENERAL2")
    assert refused.value.outcome is Outcome.DEAD_LANE
    assert "Install me again" in refused.value.reason


async def test_a_state_works_once_and_only_in_the_browser_that_began(stage: Stage) -> None:
    begun = await stage.browser.get(f"{stage.base}/slack/install", allow_redirects=False)
    consented = await stage.browser.get(begun.headers["Location"], allow_redirects=False)
    back = consented.headers["Location"]
    async with aiohttp.ClientSession() as stranger:
        assert (await stranger.get(back)).status == 400
    cookie = {"Cookie": begun.headers["Set-Cookie"].split(";")[0]}
    async with aiohttp.ClientSession(headers=cookie) as browser:
        answers = await asyncio.gather(*(browser.get(back) for _ in range(4)))
        assert sorted(answer.status for answer in answers) == [200, 400, 400, 400]
        assert (await browser.get(f"{stage.base}/slack/oauth_redirect?code=x&state=y")).status == 400


async def test_a_refusal_and_a_failure_of_slack_are_told_in_the_browser(stage: Stage) -> None:
    begun = await stage.browser.get(f"{stage.base}/slack/install", allow_redirects=False)
    state = begun.headers["Location"].split("state=")[1].split("&")[0]
    refused = await stage.browser.get(f"{stage.base}/slack/oauth_redirect?error=access_denied&state={state}")
    assert (refused.status, "not allowed" in await refused.text()) == (400, True)
    stage.slack.faults.add("oauth.v2.access", "http", status=500)
    failed = await stage.install()
    assert (failed.status, "Try again" in await failed.text()) == (502, True)


async def test_a_token_that_ended_is_exchanged_once_however_many_post(stage: Stage) -> None:
    await stage.install(team=TWO)
    for number in range(5):
        stage.slack.add_channel(f"C0MANY{number}", f"many{number}", team=TWO, members=[])
        stage.slack.channel(f"C0MANY{number}").members.append(stage.slack.install_of(TWO).bot_user_id)
    stage.slack.clock.advance(43_300)
    await asyncio.gather(*(stage.post(TWO, f"C0MANY{number}") for number in range(5)))
    assert len(stage.slack.log.find("token_refreshed")) == 1
    assert [len(stage.slack.messages(f"C0MANY{number}")) for number in range(5)] == [1] * 5


async def test_two_processes_exchange_a_token_once_between_them(stage: Stage) -> None:
    await stage.install(team=TWO)
    stage.slack.channel("C0GENERAL2").members.append(stage.slack.install_of(TWO).bot_user_id)
    stage.slack.channel("C0RANDOM2").members.append(stage.slack.install_of(TWO).bot_user_id)
    stage.slack.clock.advance(43_300)
    async with open_session() as session:
        other = SlackPlatform(stage.settings, session, Workspaces(stage.settings, session, stage.installations))
        there = other.send(ChannelKey("slack", TWO, "C0RANDOM2"), {"text": "hello"}, "key")
        await asyncio.gather(stage.post(TWO, "C0GENERAL2"), there)
    assert len(stage.slack.log.find("token_refreshed")) == 1


async def test_uninstalling_deletes_the_token_and_stops_the_digests_whichever_word_comes_first(stage: Stage) -> None:
    await stage.install(team=TWO)
    assert (await stage.slack.slash("/papers", "digest subscribe", team=TWO, user="alice", channel="C0GENERAL2")).ok
    here = ChannelKey("slack", TWO, "C0GENERAL2")
    await until(lambda: stage.desk.store.channels.subscription(here))
    await stage.slack.uninstall(TWO, order=("app_uninstalled", "tokens_revoked"), duplicates=1)
    await until(lambda: stage.gone(TWO))
    await until(lambda: stage.stopped(here))
    stopped = await stage.desk.store.channels.subscription(here)
    assert stopped is not None
    assert stopped.next_run_at is None
    assert "removed from this workspace" in (stopped.paused_because or "")
    await stage.install(team=TWO)
    assert await stage.installations.find("slack", TWO) is not None
    again = await stage.desk.store.channels.subscription(here)
    assert again is not None
    assert again.paused_because is None
    assert again.next_run_at is not None


async def test_uninstalling_deletes_a_token_that_nobody_can_read(stage: Stage, sqlite_url: str) -> None:
    await stage.install(team=TWO)
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    await asyncio.to_thread(database.with_suffix(".keys").write_text, Fernet.generate_key().decode(), "ascii")
    async with open_installations(sqlite_url, None) as reader:
        with pytest.raises(SettingsError):
            await reader.find("slack", TWO)
    stage.installations.__dict__.pop("_secrets", None)
    await stage.slack.uninstall(TWO)

    async def gone() -> bool:
        with contextlib.suppress(SettingsError):
            return await stage.gone(TWO)
        return False

    await until(gone)


async def test_an_organization_installs_it_once_for_all_its_workspaces(stage: Stage) -> None:
    stage.slack.rate_limits = False  # the stand-in's cannot count for a token without a team
    stage.slack.add_enterprise()
    assert (await stage.install(enterprise="E0SIM0001")).status == 200
    team = stage.slack.enterprises["E0SIM0001"].team_ids[1]
    channel = f"C0{team[2:]}GENE"
    stage.slack.channel(channel).members.append(stage.slack.install_of(team).bot_user_id)
    await stage.post(team, channel)
    assert len(stage.slack.messages(channel)) == 1
    assert (await stage.slack.slash("/papers", "help", team=team, channel=channel)).ok
    await stage.slack.uninstall(enterprise="E0SIM0001")
    await until(lambda: stage.gone(team))


async def test_a_workspace_that_its_organization_takes_away_rests_until_it_is_given_back(stage: Stage) -> None:
    stage.slack.rate_limits = False  # the stand-in's cannot count for a token without a team
    stage.slack.add_enterprise()
    await stage.install(enterprise="E0SIM0001")
    team = stage.slack.enterprises["E0SIM0001"].team_ids[1]
    here = ChannelKey("slack", team, f"C0{team[2:]}GENE")
    await stage.desk.store.channels.create(make_subscription(here), make_change(channel=here))
    await stage.slack.grant_team(team, granted=False)
    await until(lambda: stage.stopped(here))
    with pytest.raises(SendError) as refused:
        await stage.post(team, here.channel)
    assert refused.value.outcome is Outcome.DEAD_LANE
    assert "has not added me" in refused.value.reason
    lanes, later = stage.desk.store.lanes, utc_now() + timedelta(minutes=15)
    lanes.meet(lane_of(here), utc_now())
    await lanes.block(lane_of(here), Block(later, refused.value.reason))
    await stage.slack.grant_team(team, granted=True)
    await until(lambda: stage.runs(here))
    await until(lambda: stage.open(here))


async def test_an_organizations_end_deletes_its_token_and_leaves_a_workspaces_own(
    stage: Stage,
) -> None:
    stage.slack.rate_limits = False  # the stand-in's cannot count for a token without a team
    stage.slack.add_enterprise()
    await stage.install(enterprise="E0SIM0001")
    one, two = stage.slack.enterprises["E0SIM0001"].team_ids
    await stage.install(team=one)
    own, shared = (ChannelKey("slack", team, f"C0{team[2:]}GENE") for team in (one, two))
    for here in (own, shared):
        await stage.desk.store.channels.create(make_subscription(here), make_change(channel=here))
    await stage.slack.uninstall(enterprise="E0SIM0001")
    await until(lambda: stage.gone(two))
    await until(lambda: stage.stopped(shared))
    assert await stage.installations.made_for("slack", organization="E0SIM0001") is None
    assert await stage.installations.find("slack", one) is not None
    assert await stage.runs(own)


async def test_an_organizations_end_deletes_its_token_though_no_workspace_was_ever_met(stage: Stage) -> None:
    stage.slack.add_enterprise()
    stage.slack.faults.add("auth.teams.list", "error", error="internal_error")
    await stage.install(enterprise="E0SIM0001")
    assert await stage.installations.workspaces_of("slack", "E0SIM0001") == []
    assert await stage.installations.made_for("slack", organization="E0SIM0001") is not None
    await stage.slack.uninstall(enterprise="E0SIM0001")
    await until(lambda: stage.no_token_of("E0SIM0001"))
