"""The feeds that channels read of their own, and what they gave."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("key", Id, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("checked_at", UTCDateTime),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_feed")),
    )
    op.create_index(op.f("ix_feed_checked_at"), "feed", ["checked_at"])
    op.create_table(
        "channel_feed",
        sa.Column("platform", Id, nullable=False),
        sa.Column("workspace", Id, nullable=False),
        sa.Column("channel", Id, nullable=False),
        sa.Column("feed", Id, nullable=False),
        sa.Column("added_at", UTCDateTime, nullable=False),
        sa.ForeignKeyConstraint(["feed"], ["feed.key"], name=op.f("fk_channel_feed_feed_feed")),
        sa.PrimaryKeyConstraint("platform", "workspace", "channel", "feed", name=op.f("pk_channel_feed")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_channel_feed_feed"), "channel_feed", ["feed"])
    op.create_table(
        "feed_entry",
        sa.Column("feed", Id, nullable=False),
        sa.Column("paper_id", Id, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.ForeignKeyConstraint(["feed"], ["feed.key"], name=op.f("fk_feed_entry_feed_feed"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed", "paper_id", name=op.f("pk_feed_entry")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_feed_entry_paper_id"), "feed_entry", ["paper_id"])
