"""What channels are still to be told of changes, so that a line is not lost with the process that was to say it."""

import sqlalchemy as sa
from alembic import op

from storage.types import BigKey, Id, UTCDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("change_id", BigKey, nullable=False),
        sa.Column("platform", Id, nullable=False),
        sa.Column("workspace", Id, nullable=False),
        sa.Column("channel", Id, nullable=False),
        sa.Column("asking", Id, nullable=False),
        sa.Column("teller", Id, nullable=False),
        sa.Column("since", UTCDateTime, nullable=False),
        sa.Column("due_at", UTCDateTime),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change.id"], name=op.f("fk_announcement_change_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_announcement")),
    )
    for column in ("asking", "due_at"):
        op.create_index(op.f(f"ix_announcement_{column}"), "announcement", [column])
