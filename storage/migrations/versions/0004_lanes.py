"""When a lane has something due, so that a claim reads no other lane."""

import sqlalchemy as sa
from alembic import op

from storage.types import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lane", sa.Column("next_attempt_at", UTCDateTime))
    op.execute(
        "UPDATE lane SET next_attempt_at ="
        " (SELECT min(delivery.next_attempt_at) FROM delivery WHERE delivery.lane = lane.name)"
    )
    op.create_index(op.f("ix_lane_next_attempt_at_served_at_name"), "lane", ["next_attempt_at", "served_at", "name"])
