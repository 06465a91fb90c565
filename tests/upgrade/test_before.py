"""The version before, as git has it, and this one, beside each other on PostgreSQL in the middle of a fan-out.

BEFORE names its commit; else it is the last one with the schema of the last release.
"""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from storage import migrations
from tests.end_to_end.stage import CHECKOUT
from tests.test_upgrade import copied
from tests.upgrade.rolling import check, roll


def git(*words: str) -> bytes:
    program = shutil.which("git")
    if program is None or not (CHECKOUT / ".git").exists():
        pytest.skip("needs git and its history")
    return subprocess.run([program, *words], cwd=CHECKOUT, check=True, capture_output=True).stdout  # noqa: S603  # our own words


def last_with_released_schema() -> str:
    later = [revision for revision in migrations.revisions() if revision > migrations.RELEASED]
    if not later:
        return "HEAD"
    added = git("log", "--diff-filter=A", "--format=%H", "--", f"storage/migrations/versions/{later[0]}_*.py").decode()
    return f"{added.split()[-1]}~1" if added.strip() else "HEAD"


def checked_out(commit: str, folder: Path) -> Path:
    with tarfile.open(fileobj=BytesIO(git("archive", commit))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def test_this_version_takes_over_from_the_one_before_in_the_middle_of_a_fan_out(
    make_postgresql: Callable[..., str], tmp_path: Path
) -> None:
    commit = os.environ.get("BEFORE") or last_with_released_schema()
    old, new = checked_out(commit, tmp_path / "old"), copied(tmp_path / "new")

    check(roll(old, new, make_postgresql(), tmp_path))
