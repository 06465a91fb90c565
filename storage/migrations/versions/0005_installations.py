"""Who installed the app where."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("platform", Id, nullable=False),
        sa.Column("organization", Id, nullable=False),
        sa.Column("workspace", Id, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("refresh_token", sa.Text()),
        sa.Column("expires_at", UTCDateTime),
        sa.Column("rotating_until", UTCDateTime),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.Text(), nullable=False),
        sa.Column("installed_at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "organization", name=op.f("pk_installation")),
    )
    op.create_table(
        "workspace",
        sa.Column("platform", Id, nullable=False),
        sa.Column("workspace", Id, nullable=False),
        sa.Column("organization", Id, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", name=op.f("pk_workspace")),
    )
    op.create_index(op.f("ix_workspace_platform_organization"), "workspace", ["platform", "organization"])
    op.create_table(
        "install_state",
        sa.Column("hash", Id, nullable=False),
        sa.Column("until", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_install_state")),
    )
