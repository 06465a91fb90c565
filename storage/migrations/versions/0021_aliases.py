"""Other names of papers: a DOI of what is on arXiv too."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("id", Id, nullable=False),
        sa.Column("paper_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
    )
    op.create_index(op.f("ix_alias_paper_id"), "alias", ["paper_id"])
