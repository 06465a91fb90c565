"""`broadsheet db check` tells the damage it finds."""

from pathlib import Path

from storage.migrations import upgrade
from tests.test_command_line import broadsheet


def test_a_damaged_database_is_no_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "broadsheet.db"
    upgrade(f"sqlite:///{path}")
    sound = broadsheet(tmp_path, "db", "check")
    assert sound.returncode == 0
    page = 4096
    with path.open("r+b") as file:
        file.seek(page * 4)
        file.write(b"\xff" * page * 3)
    damaged = broadsheet(tmp_path, "db", "check", "--json")
    assert damaged.returncode == 1
    assert "damaged" in damaged.stdout
