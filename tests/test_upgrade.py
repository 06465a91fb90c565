"""This version and one that comes after it, beside each other on PostgreSQL in the middle of a fan-out."""

import shutil
from collections.abc import Callable
from pathlib import Path

from storage import migrations
from tests.end_to_end.stage import CHECKOUT
from tests.upgrade.rolling import check, roll

NEXT = '''"""What a next version may add."""

import sqlalchemy as sa
from alembic import op

revision = "{number:04}"
down_revision = "{last}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("broadsheet", "paper", "subscription", "delivery", "part", "lane", "observation"):
        op.add_column(table, sa.Column("mood", sa.Text(), nullable=False, server_default="calm"))
        op.add_column(table, sa.Column("noted", sa.Text()))
    op.create_table("weather", sa.Column("day", sa.Text(), primary_key=True), sa.Column("rain", sa.Integer()))
    op.create_index("ix_delivery_mood", "delivery", ["mood"])
'''


def copied(folder: Path) -> Path:
    for name in ("bot", "adapters", "storage", "tests"):
        shutil.copytree(CHECKOUT / name, folder / name)
    return folder


def with_next_migration(checkout: Path) -> Path:
    last = migrations.revisions()[-1]
    file = checkout / "storage/migrations/versions" / f"{int(last) + 1:04}_weather.py"
    file.write_text(NEXT.format(number=int(last) + 1, last=last), encoding="utf-8")
    return checkout


def test_a_next_version_takes_over_in_the_middle_of_a_fan_out(
    make_postgresql: Callable[..., str], tmp_path: Path
) -> None:
    old, new = copied(tmp_path / "old"), with_next_migration(copied(tmp_path / "next"))

    check(roll(old, new, make_postgresql(), tmp_path))
