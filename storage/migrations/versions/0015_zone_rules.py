"""Which edition of the time zone database the next runs are of; NULL is one before this was noted."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadsheet", sa.Column("zone_rules", sa.Text()))
