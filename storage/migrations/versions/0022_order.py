"""Indexes in the very order in which what is due is taken: a batch then reads its own rows and none of the others.

Many are due at the same moment. An index without the id left their order to a sort, which read all that were due, for
each batch anew. While the indexes are made, writers wait: a second or so for a million rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_subscription_next_run_at_id"), "subscription", ["next_run_at", "id"])
    op.drop_index(op.f("ix_subscription_next_run_at"), "subscription")
    op.create_index(
        op.f("ix_delivery_lane_next_attempt_at_id"),
        "delivery",
        ["lane", "next_attempt_at", "id"],
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_delivery_lane_next_attempt_at"), "delivery")
