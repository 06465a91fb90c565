"""When a remembered text was last kept, so that it is forgotten some day; those that are there begin now."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from storage.types import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("remembered_command", sa.Column("used_at", UTCDateTime))
    known = sa.table("remembered_command", sa.column("used_at", UTCDateTime))
    op.execute(known.update().values(used_at=datetime.now(UTC)))
    op.create_index(op.f("ix_remembered_command_used_at"), "remembered_command", ["used_at"])
