"""`broadsheet db check` tells the damage it finds; `db rekey` leaves nothing that an old key opens."""

import asyncio
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.errors import SettingsError
from bot.ports import Installation
from storage.installations import open_installations
from storage.migrations import upgrade
from tests.builders import NOON
from tests.test_command_line import broadsheet

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
ONE = Installation(
    platform="slack", workspace="T1", token="xoxb-invented", bot="U9", scopes=("chat:write",), installed_at=NOON
)


def database_in(folder: Path) -> tuple[Path, str]:
    path = folder / "broadsheet.db"
    upgrade(f"sqlite:///{path}")
    return path, f"sqlite:///{path}"


def save(url: str, keys: str | None) -> None:
    async def saved() -> None:
        async with open_installations(url, keys) as installations:
            await installations.save(ONE)

    asyncio.run(saved())


def found(url: str, keys: str | None) -> Installation | None:
    async def looked_up() -> Installation | None:
        async with open_installations(url, keys) as installations:
            return await installations.find("slack", "T1")

    return asyncio.run(looked_up())


def test_a_damaged_database_is_no_whole_one(tmp_path: Path) -> None:
    path, _ = database_in(tmp_path)
    sound = broadsheet(tmp_path, "db", "check")
    assert sound.returncode == 0
    page = 4096
    with path.open("r+b") as file:
        file.seek(page * 4)
        file.write(b"\xff" * page * 3)
    damaged = broadsheet(tmp_path, "db", "check", "--json")
    assert damaged.returncode == 1
    assert "damaged" in damaged.stdout


def test_rekeying_with_given_keys_lets_the_old_one_be_taken_out(tmp_path: Path) -> None:
    _, url = database_in(tmp_path)
    save(url, OLD)
    done = broadsheet(tmp_path, "db", "rekey", ENCRYPTION_KEYS=f"{NEW},{OLD}", DATABASE_URL=url)
    assert (done.returncode, "1 installation" in done.stdout + done.stderr) == (0, True)
    assert found(url, NEW) == ONE
    with pytest.raises(SettingsError):
        found(url, OLD)
    assert not any(key in done.stdout + done.stderr for key in (OLD, NEW, ONE.token))


def test_rekeying_without_given_keys_makes_a_new_one_in_the_file_and_forgets_the_old_one(tmp_path: Path) -> None:
    path, url = database_in(tmp_path)
    save(url, None)
    keys = path.with_suffix(".keys")
    before = keys.read_text(encoding="ascii").strip()
    assert broadsheet(tmp_path, "db", "rekey", DATABASE_URL=url).returncode == 0
    after = keys.read_text(encoding="ascii").strip()
    assert "," not in after
    assert after != before
    assert found(url, None) == ONE
    with pytest.raises(SettingsError):
        found(url, before)


def test_rekeying_with_a_key_that_never_encrypted_anything_here_changes_nothing(tmp_path: Path) -> None:
    _, url = database_in(tmp_path)
    save(url, OLD)
    refused = broadsheet(tmp_path, "db", "rekey", ENCRYPTION_KEYS=NEW, DATABASE_URL=url)
    assert refused.returncode == 3
    assert "ENCRYPTION_KEYS" in refused.stdout + refused.stderr
    assert found(url, OLD) == ONE


def test_a_backup_says_loudly_where_the_keys_are(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'broadsheet.db'}")
    assert "no keys" in broadsheet(tmp_path, "db", "backup", "one.db").stderr
    (tmp_path / "broadsheet.keys").write_text("hush", encoding="utf-8")
    told = broadsheet(tmp_path, "db", "backup", "two.db").stderr
    assert "THE KEYS ARE NOT IN IT" in told
    assert "broadsheet.keys" in told
    assert "hush" not in told
    given = broadsheet(tmp_path, "db", "backup", "three.db", ENCRYPTION_KEYS=Fernet.generate_key().decode())
    assert "ENCRYPTION_KEYS" in given.stderr
