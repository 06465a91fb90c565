"""The pace and the failures of a lane, shared by all processes."""

import sqlalchemy as sa
from alembic import op

from storage.types import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lane", sa.Column("tat", UTCDateTime))
    op.add_column("lane", sa.Column("interval", sa.BigInteger))
    op.add_column("lane", sa.Column("burst", sa.Integer))
    op.add_column("lane", sa.Column("fail_streak", sa.Integer, nullable=False, server_default="0"))
