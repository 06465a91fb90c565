"""The first tables: papers, channels, and the row that marks the database as ours."""

import uuid

import sqlalchemy as sa
from alembic import op

from storage.types import BigKey, Id, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _mark()
    _papers()
    _channels()


def _mark() -> None:
    op.create_table(
        "broadsheet",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_broadsheet_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadsheet")),
    )
    table = sa.table("broadsheet", sa.column("id"), sa.column("store_id"), sa.column("generation"))
    op.execute(table.insert().values(id=1, store_id=uuid.uuid4().hex, generation=0))


def _papers() -> None:
    op.create_table(
        "paper",
        sa.Column("key", BigKey, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text()),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("organization", sa.Text()),
        sa.Column("submitter", sa.Text()),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("doi", sa.Text()),
        sa.Column("comment", sa.Text()),
        sa.Column("published_at", UTCDateTime),
        sa.Column("announced_at", UTCDateTime),
        sa.Column("github_repo", sa.Text()),
        sa.Column("project_page", sa.Text()),
        sa.Column("thumbnail", sa.Text()),
        sa.Column("link", sa.Text()),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("first_seen_at", UTCDateTime, nullable=False),
        sa.Column("updated_at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_paper")),
        sa.UniqueConstraint("id", name=op.f("uq_paper_id")),
    )
    op.create_index(op.f("ix_paper_first_seen_at"), "paper", ["first_seen_at", "published_at", "id", "key"])
    op.create_index(op.f("ix_paper_revision"), "paper", ["revision"])
    op.create_table(
        "source_status",
        sa.Column("source", Id, nullable=False),
        sa.Column("last_success_at", UTCDateTime),
        sa.Column("failing_since", UTCDateTime),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_status")),
    )
    op.create_table(
        "listing",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("paper_key", BigKey, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("listed_at", UTCDateTime, nullable=False),
        sa.ForeignKeyConstraint(["paper_key"], ["paper.key"], name=op.f("fk_listing_paper_key"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("date", "paper_key", name=op.f("pk_listing")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_listing_paper_key"), "listing", ["paper_key"])
    op.create_table(
        "observation",
        sa.Column("paper_key", BigKey, nullable=False),
        sa.Column("observed_at", UTCDateTime, nullable=False),
        sa.Column("source", Id, nullable=False),
        sa.Column("upvotes", sa.BigInteger()),
        sa.Column("comments", sa.BigInteger()),
        sa.Column("github_stars", sa.BigInteger()),
        sa.Column("github_forks", sa.BigInteger()),
        sa.Column("linked_models", sa.BigInteger()),
        sa.Column("linked_datasets", sa.BigInteger()),
        sa.Column("linked_spaces", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["paper_key"], ["paper.key"], name=op.f("fk_observation_paper_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("paper_key", "observed_at", "source", name=op.f("pk_observation")),
        sqlite_with_rowid=False,
    )


def _channels() -> None:
    op.create_table(
        "change",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("platform", Id, nullable=False),
        sa.Column("workspace", Id, nullable=False),
        sa.Column("channel", Id, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index(
        op.f("ix_change_platform_workspace_channel_id"), "change", ["platform", "workspace", "channel", "id"]
    )
    op.create_table(
        "remembered_command",
        sa.Column("key", Id, nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_remembered_command")),
    )
    op.create_table(
        "subscription",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("platform", Id, nullable=False),
        sa.Column("workspace", Id, nullable=False),
        sa.Column("channel", Id, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("set_up_by_id", sa.Text(), nullable=False),
        sa.Column("set_up_by_name", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_run_at", UTCDateTime),
        sa.Column("paused_because", sa.Text()),
        sa.Column("removed_at", UTCDateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index(op.f("ix_subscription_next_run_at"), "subscription", ["next_run_at"])
    op.create_index(
        "uq_subscription_channel",
        "subscription",
        ["platform", "workspace", "channel"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
