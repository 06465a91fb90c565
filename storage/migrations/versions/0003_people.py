"""What people do with papers: votes, saved papers, suggestions, interests, visits."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _of_workspaces()
    _of_persons()


def _of_workspaces() -> None:
    op.create_table(
        "vote",
        sa.Column("platform", Id, nullable=False),
        sa.Column("workspace", Id, nullable=False),
        sa.Column("paper_id", Id, nullable=False),
        sa.Column("home", Id, nullable=False),
        sa.Column("person", Id, nullable=False),
        sa.Column("channel", Id, nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "paper_id", "home", "person", name=op.f("pk_vote")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_vote_person", "vote", ["platform", "home", "person"])
    op.create_table(
        "suggestion",
        sa.Column("platform", Id, nullable=False),
        sa.Column("workspace", Id, nullable=False),
        sa.Column("paper_id", Id, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("home", Id, nullable=False),
        sa.Column("person", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "paper_id", name=op.f("pk_suggestion")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_suggestion_person", "suggestion", ["platform", "home", "person"])


def _of_persons() -> None:
    op.create_table(
        "saved",
        sa.Column("platform", Id, nullable=False),
        sa.Column("home", Id, nullable=False),
        sa.Column("person", Id, nullable=False),
        sa.Column("paper_id", Id, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "home", "person", "paper_id", name=op.f("pk_saved")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "interest",
        sa.Column("platform", Id, nullable=False),
        sa.Column("home", Id, nullable=False),
        sa.Column("person", Id, nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("folded", Id, nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("until", UTCDateTime),
        sa.PrimaryKeyConstraint("platform", "home", "person", "facet", "folded", name=op.f("pk_interest")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visit",
        sa.Column("platform", Id, nullable=False),
        sa.Column("home", Id, nullable=False),
        sa.Column("person", Id, nullable=False),
        sa.Column("last_at", UTCDateTime, nullable=False),
        sa.Column("before", UTCDateTime),
        sa.PrimaryKeyConstraint("platform", "home", "person", name=op.f("pk_visit")),
        sqlite_with_rowid=False,
    )
