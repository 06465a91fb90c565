"""What an InstallationStore keeps, on both databases, and that no token lies there to be read."""

import asyncio
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import SettingsError
from bot.models import ChannelKey
from bot.ports import Block, Installation
from storage.delivery_plans import add_lanes
from storage.engine import async_engine
from storage.installations import SqlInstallations
from storage.lanes import SqlLanes
from storage.secrets import Secrets, forget_old_keys, open_secrets, renew_key_file
from tests.builders import NOON

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
LEASE = timedelta(seconds=30)
ONE = Installation(
    platform="slack",
    workspace="T1",
    token="xoxe.xoxb-1-first",
    refresh_token="xoxe-1-first",
    expires_at=NOON + timedelta(hours=12),
    bot="U9",
    scopes=("chat:write", "commands"),
    installed_by="U1",
    installed_at=NOON,
)
WHOLE = replace(ONE, workspace="", organization="E1", token="xoxb-whole", refresh_token=None, expires_at=None)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = async_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
def kept(engine: AsyncEngine) -> SqlInstallations:
    return SqlInstallations(engine, lambda: Secrets([OLD]))


async def test_an_installation_comes_back_whole_and_a_second_takes_its_place(kept: SqlInstallations) -> None:
    await kept.save(ONE)
    assert await kept.find("slack", "T1") == ONE
    again = replace(ONE, token="xoxb-again", refresh_token=None, expires_at=None)
    await kept.save(again)
    assert await kept.find("slack", "T1") == again
    assert await kept.find("slack", "T2") is None


async def test_no_token_is_readable_in_the_database(kept: SqlInstallations, engine: AsyncEngine) -> None:
    await kept.save(ONE)
    async with engine.connect() as connection:
        rows = (await connection.execute(text("SELECT * FROM installation"))).all()
    assert "first" not in str(rows)
    assert "first" not in repr(ONE)


async def test_an_organizations_token_serves_the_workspaces_that_are_its(kept: SqlInstallations) -> None:
    await kept.save(WHOLE)
    assert await kept.find("slack", "T1") is None
    await kept.belongs("slack", "T1", "E1")
    await kept.belongs("slack", "T1", "E1")
    assert await kept.find("slack", "T1") == WHOLE
    assert await kept.workspaces_of("slack", "E1") == ["T1"]
    await kept.save(ONE)
    assert await kept.find("slack", "T1") == ONE


async def test_each_installation_is_found_by_what_it_was_made_for(kept: SqlInstallations) -> None:
    await kept.save(replace(ONE, organization="E1"))
    await kept.save(WHOLE)
    assert await kept.made_for("slack", workspace="T1", organization="E1") == await kept.find("slack", "T1")
    assert await kept.made_for("slack", organization="E1") == WHOLE
    assert await kept.made_for("slack", workspace="T2") is None


async def test_what_is_removed_is_gone_and_may_be_removed_twice(kept: SqlInstallations) -> None:
    await kept.save(ONE)
    await kept.save(WHOLE)
    assert [await kept.remove("slack", workspace="T1") for _ in range(2)] == [True, False]
    assert [await kept.remove("slack", organization="E1") for _ in range(2)] == [True, False]
    assert await kept.find("slack", "T1") is None


async def test_a_late_word_removes_no_newer_installation(kept: SqlInstallations) -> None:
    newer = replace(ONE, token="xoxb-newer", installed_at=ONE.installed_at + LEASE)
    await kept.save(newer)
    assert not await kept.remove("slack", workspace="T1", until=ONE.installed_at)
    assert await kept.find("slack", "T1") == newer
    assert await kept.remove("slack", workspace="T1", until=newer.installed_at)


async def test_one_at_a_time_exchanges_a_refresh_token(kept: SqlInstallations) -> None:
    await kept.save(ONE)
    begun = await asyncio.gather(*(kept.begin_rotation(ONE, NOON, LEASE) for _ in range(5)))
    assert sorted(begun) == [False] * 4 + [True]
    fresh = replace(ONE, token="xoxe.xoxb-1-second", refresh_token="xoxe-1-second")
    await kept.finish_rotation(ONE, fresh, NOON)
    assert await kept.find("slack", "T1") == fresh
    assert not await kept.begin_rotation(ONE, NOON + LEASE * 2, LEASE)


async def test_a_rotation_that_broke_off_can_be_tried_again(kept: SqlInstallations) -> None:
    await kept.save(ONE)
    assert await kept.begin_rotation(ONE, NOON, LEASE)
    assert await kept.begin_rotation(ONE, NOON + LEASE * 2, LEASE)
    await kept.finish_rotation(ONE, None, NOON)
    assert await kept.begin_rotation(ONE, NOON + LEASE * 2, LEASE)


async def test_a_rotation_never_brings_back_what_was_uninstalled(kept: SqlInstallations) -> None:
    await kept.save(ONE)
    await kept.begin_rotation(ONE, NOON, LEASE)
    await kept.remove("slack", workspace="T1")
    await kept.finish_rotation(ONE, replace(ONE, token="xoxb-late"), NOON)
    assert await kept.find("slack", "T1") is None


async def rest(engine: AsyncEngine, *teams: str) -> SqlLanes:
    """Lanes of these workspaces, which rest since their token was refused."""
    lanes = SqlLanes(engine)
    async with engine.begin() as connection:
        await add_lanes(connection, {ChannelKey("slack", team, "C1") for team in teams}, NOON)
    for team in teams:
        await lanes.block(f"slack:{team}", Block(NOON + LEASE, "token refused"))
    return lanes


async def resting(lanes: SqlLanes, *teams: str) -> list[str]:
    blocks = {team: await lanes.last_block(f"slack:{team}") for team in teams}
    return [team for team, block in blocks.items() if block is not None and block.rests(NOON)]


async def test_a_new_token_opens_the_lane_of_its_workspace(kept: SqlInstallations, engine: AsyncEngine) -> None:
    lanes = await rest(engine, "T1", "T2")
    await kept.save(ONE)
    assert await resting(lanes, "T1", "T2") == ["T2"]


async def test_a_new_token_of_an_organization_opens_the_lanes_of_its_workspaces(
    kept: SqlInstallations, engine: AsyncEngine
) -> None:
    lanes = await rest(engine, "T1", "T2", "T3")
    for team in ("T1", "T2"):
        await kept.belongs("slack", team, "E1")
    await kept.save(WHOLE)
    assert await resting(lanes, "T1", "T2", "T3") == ["T3"]


async def test_an_exchanged_token_opens_the_lane_and_one_that_was_not_exchanged_leaves_it(
    kept: SqlInstallations, engine: AsyncEngine
) -> None:
    await kept.save(ONE)
    lanes = await rest(engine, "T1")
    await kept.begin_rotation(ONE, NOON, LEASE)
    await kept.finish_rotation(ONE, None, NOON)
    assert await resting(lanes, "T1") == ["T1"]
    await kept.finish_rotation(ONE, replace(ONE, token="xoxe.xoxb-1-second"), NOON)
    assert await resting(lanes, "T1") == []


async def test_a_state_is_taken_once_and_in_time(kept: SqlInstallations) -> None:
    await kept.issue_state("a", NOON, NOON + LEASE)
    await kept.issue_state("b", NOON, NOON + LEASE)
    taken = await asyncio.gather(*(kept.take_state("a", NOON) for _ in range(4)))
    assert sorted(taken) == [False, False, False, True]
    assert not await kept.take_state("b", NOON + LEASE * 2)
    assert not await kept.take_state("never issued", NOON)


async def test_tokens_are_encrypted_anew_with_the_newest_key(kept: SqlInstallations, engine: AsyncEngine) -> None:
    await kept.save(ONE)
    await kept.save(WHOLE)
    assert await SqlInstallations(engine, lambda: Secrets([NEW, OLD])).rekey() == 2
    only_new = SqlInstallations(engine, lambda: Secrets([NEW]))
    assert await only_new.find("slack", "T1") == ONE
    with pytest.raises(SettingsError, match="not among ENCRYPTION_KEYS"):
        await kept.find("slack", "T1")


def key_of(secret: str) -> str:
    return secret.partition(":")[0]


def test_without_keys_a_file_beside_the_sqlite_database_holds_one_that_only_its_owner_reads(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'b.db'}"
    secret = open_secrets(None, url).encrypt("hush")
    path = tmp_path / "b.keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_secrets(None, url).decrypt(secret) == "hush"
    renew_key_file(path)
    assert open_secrets(None, url).decrypt(secret) == "hush"
    assert key_of(open_secrets(None, url).encrypt("hush")) != key_of(secret)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    forget_old_keys(path)
    with pytest.raises(SettingsError):
        open_secrets(None, url).decrypt(secret)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["b.keys"]


def test_a_running_process_goes_over_to_the_keys_that_a_rekeying_put_into_the_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'b.db'}"
    running, path = open_secrets(None, url), tmp_path / "b.keys"
    before = running.encrypt("hush")
    renew_key_file(path)
    rekeyed, meanwhile = open_secrets(None, url).encrypt("hush"), running.encrypt("installed meanwhile")
    assert running.decrypt(before) == "hush"
    forget_old_keys(path)
    assert running.decrypt(rekeyed) == "hush"
    assert open_secrets(None, url).decrypt(meanwhile) == "installed meanwhile"
    path.unlink()
    assert running.decrypt(running.encrypt("its file was deleted")) == "its file was deleted"
    assert not path.exists()


@pytest.mark.parametrize("keys", ["", "short", f"{NEW},short"])
def test_a_malformed_key_is_named_without_being_shown(keys: str) -> None:
    with pytest.raises(SettingsError, match="ENCRYPTION_KEYS") as refused:
        open_secrets(keys, "sqlite:///b.db")
    assert NEW not in f"{refused.value.message}{refused.value.hint}"


def test_postgresql_needs_keys_of_its_operator() -> None:
    with pytest.raises(SettingsError, match="ENCRYPTION_KEYS is not set"):
        open_secrets(None, "postgresql+psycopg://localhost/b")
    assert open_secrets(f"{NEW}, {OLD}", "postgresql+psycopg://localhost/b").encrypt("a") != "a"
