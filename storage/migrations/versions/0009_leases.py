"""Who does what only one process may do."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", Id, nullable=False),
        sa.Column("owner", Id, nullable=False),
        sa.Column("until", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
