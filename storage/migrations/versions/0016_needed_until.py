"""Which programs of older schemas go on working with this one, for them to read; NULL is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadsheet", sa.Column("needed_until", sa.Text()))
