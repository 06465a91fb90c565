"""What channels prefer beside schedule and topics; NULL is what they had until now."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscription", sa.Column("preferences", sa.Text()))
