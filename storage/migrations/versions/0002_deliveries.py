"""The ledger: deliveries, their messages, and the lanes they go through."""

import sqlalchemy as sa
from alembic import op

from storage.types import BigKey, Id, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("subscription_id", BigKey, nullable=False),
        sa.Column("channel", Id, nullable=False),
        sa.Column("slot", sa.Date(), nullable=False),
        sa.Column("lane", Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", UTCDateTime, nullable=False),
        sa.Column("next_attempt_at", UTCDateTime),
        sa.Column("expires_at", UTCDateTime),
        sa.Column("owner", sa.Text()),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text()),
        sa.Column("sent_at", UTCDateTime),
        sa.Column("url", sa.Text()),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("fk_delivery_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("subscription_id", "slot", name=op.f("uq_delivery_subscription_id_slot")),
    )
    op.create_index(op.f("ix_delivery_lane_next_attempt_at"), "delivery", ["lane", "next_attempt_at"])
    op.create_index(op.f("ix_delivery_channel_slot"), "delivery", ["channel", "slot"])
    op.create_table(
        "part",
        sa.Column("delivery_id", BigKey, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text()),
        sa.Column("marked_at", UTCDateTime),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_part_delivery_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_part")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lane",
        sa.Column("name", Id, nullable=False),
        sa.Column("platform", Id, nullable=False),
        sa.Column("served_at", UTCDateTime, nullable=False),
        sa.Column("blocked_until", UTCDateTime),
        sa.Column("blocked_because", sa.Text()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lane")),
    )
