"""The tables of who installed the app where."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text

from storage.schema import metadata
from storage.types import CleanText, Id, UTCDateTime, Words

installation = Table(
    "installation",
    metadata,
    Column("platform", Id, nullable=False),
    Column("organization", Id, nullable=False),
    Column("workspace", Id, nullable=False),
    Column("token", Text, nullable=False),
    Column("refresh_token", Text),
    Column("expires_at", UTCDateTime),
    Column("rotating_until", UTCDateTime),
    Column("bot", CleanText, nullable=False),
    Column("scopes", Words, nullable=False),
    Column("installed_by", CleanText, nullable=False),
    Column("installed_at", UTCDateTime, nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "organization"),
)
"""Of a workspace (whose `organization` is empty) or of a whole organization (whose `workspace` is). Both tokens are
encrypted; `rotating_until` is the lease of the one that exchanges the refresh token."""

workspace = Table(
    "workspace",
    metadata,
    Column("platform", Id, nullable=False),
    Column("workspace", Id, nullable=False),
    Column("organization", Id, nullable=False),
    PrimaryKeyConstraint("platform", "workspace"),
    Index(None, "platform", "organization"),
)
"""Which organization a workspace is of, where the app is installed in the whole of it."""

install_state = Table(
    "install_state",
    metadata,
    Column("hash", Id, primary_key=True),
    Column("until", UTCDateTime, nullable=False),
)
"""Ways through somebody's browser that have begun."""
