"""What was begun goes before what waits for its first turn: an index that has it first, and what it needs to know.

Until now a delivery that was tried again, or that a killed process had left, stood behind all of its lane that were
planned before that. A message in doubt was then often out of its key's time when its turn came. While the index is made
writers wait: a second or so for a million rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("fresh", sa.Integer(), nullable=False, server_default="1"))
    op.execute(
        "UPDATE delivery SET fresh = 0 WHERE next_attempt_at IS NOT NULL AND (state = 'sending' OR attempts > 0)"
    )
    op.create_index(
        op.f("ix_delivery_lane_fresh_next_attempt_at_id"),
        "delivery",
        ["lane", "fresh", "next_attempt_at", "id"],
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_delivery_lane_next_attempt_at_id"), "delivery")
