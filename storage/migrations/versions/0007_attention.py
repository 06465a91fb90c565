"""What Hacker News and Semantic Scholar say of papers; NULL is not known, as for all counts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("hacker_news_points", "hacker_news_comments", "citations", "author_h_index"):
        op.add_column("observation", sa.Column(name, sa.BigInteger()))
    op.add_column("paper", sa.Column("discussions", sa.Text()))
