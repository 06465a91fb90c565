"""Workspaces that are one team, accounts that are one person, and in which workspace a paper was saved."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("saved", sa.Column("team", Id))
    op.create_index(op.f("ix_saved_platform_team_at"), "saved", ["platform", "team", "at"])
    op.create_table(
        "link",
        *_who(),
        sa.Column("one", Id, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("kind", "platform", "home", "person", name=op.f("pk_link")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_link_one"), "link", ["one"])
    op.create_table(
        "link_code",
        sa.Column("code", Id, nullable=False),
        *_who(),
        sa.Column("until", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_link_code")),
    )


def _who() -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, Id, nullable=False) for name in ("kind", "platform", "home", "person"))
