"""What digests of one moment choose from, once for all channels of a topic set; and lines of logs by age."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "candidates",
        sa.Column("topic_set", Id, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("as_of", UTCDateTime, nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("topic_set", "period", "as_of", name=op.f("pk_candidates")),
    )
    op.create_index(op.f("ix_candidates_as_of"), "candidates", ["as_of"])
    op.create_index(op.f("ix_change_at"), "change", ["at"])
