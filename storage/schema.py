"""The tables. Migrations make them; a test compares the two."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

from storage.types import BigKey, CleanText, Id, JsonDocument, UTCDateTime, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

broadsheet = Table(
    "broadsheet",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    Column("store_id", Text, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("zone_rules", Text),
    Column("needed_until", Text),
)
"""One row. Its presence marks a database as ours; `store_id` tells copies apart; `generation` counts additions of
papers, observations and listings, and locking it makes those additions one after the other. `zone_rules` is the edition
of the time zone database that the subscriptions' next runs are of. `needed_until` is the newest schema whose programs
need something that this one has no more: those of a later one go on working with it, though they do not know it."""

paper = Table(
    "paper",
    metadata,
    Column("key", BigKey, primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("revision", BigInteger, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("abstract", CleanText, nullable=False),
    Column("summary", CleanText),
    Column("authors", Words, nullable=False),
    Column("organization", CleanText),
    Column("submitter", CleanText),
    Column("categories", Words, nullable=False),
    Column("keywords", Words, nullable=False),
    Column("version", Integer),
    Column("doi", CleanText),
    Column("comment", CleanText),
    Column("published_at", UTCDateTime),
    Column("announced_at", UTCDateTime),
    Column("github_repo", CleanText),
    Column("project_page", CleanText),
    Column("thumbnail", CleanText),
    Column("link", CleanText),
    Column("sources", Words, nullable=False),
    Column("first_seen_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    Column("discussions", Words),
    Index("ix_paper_first_seen_at", "first_seen_at", "published_at", "id", "key"),
    Index(None, "revision"),
)
"""The index by `first_seen_at` holds all that the ranker's columns need: the rows with their abstracts are not read.

`revision` is the generation that wrote the row last: what follows the store asks for what came after its own."""

observation = Table(
    "observation",
    metadata,
    Column("paper_key", ForeignKey(paper.c.key, ondelete="CASCADE"), primary_key=True),
    Column("observed_at", UTCDateTime, primary_key=True),
    Column("source", Id, primary_key=True),
    Column("upvotes", BigInteger),
    Column("comments", BigInteger),
    Column("github_stars", BigInteger),
    Column("github_forks", BigInteger),
    Column("linked_models", BigInteger),
    Column("linked_datasets", BigInteger),
    Column("linked_spaces", BigInteger),
    Column("hacker_news_points", BigInteger),
    Column("hacker_news_comments", BigInteger),
    Column("citations", BigInteger),
    Column("author_h_index", BigInteger),
    sqlite_with_rowid=False,
)
"""Append-only. On SQLite the table lies in the order of its key: a paper's observations are one short scan."""

listing = Table(
    "listing",
    metadata,
    Column("date", Date, primary_key=True),
    Column("paper_key", ForeignKey(paper.c.key, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("listed_at", UTCDateTime, nullable=False),
    Index(None, "paper_key"),
    sqlite_with_rowid=False,
)

source_status = Table(
    "source_status",
    metadata,
    Column("source", Id, primary_key=True),
    Column("last_success_at", UTCDateTime),
    Column("failing_since", UTCDateTime),
    Column("reason", CleanText),
)

subscription = Table(
    "subscription",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("platform", Id, nullable=False),
    Column("workspace", Id, nullable=False),
    Column("channel", Id, nullable=False),
    Column("zone", Text, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("days", Integer, nullable=False),
    Column("period", Text, nullable=False),
    Column("topics", JsonDocument, nullable=False),
    Column("limit", Integer, nullable=False),
    Column("set_up_by_id", CleanText, nullable=False),
    Column("set_up_by_name", CleanText, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("next_run_at", UTCDateTime),
    Column("spread", Integer, nullable=False, server_default="0"),
    Column("paused_because", CleanText),
    Column("preferences", JsonDocument),
    Column("removed_at", UTCDateTime),
    Index(None, "next_run_at", "id"),
    Index(
        "uq_subscription_channel",
        "platform",
        "workspace",
        "channel",
        unique=True,
        sqlite_where=text("removed_at IS NULL"),
        postgresql_where=text("removed_at IS NULL"),
    ),
)
"""A channel has one that is not removed; removed ones stay for their history, with `next_run_at` NULL.

`minute` is minutes after midnight, `days` a Weekdays mask. Only `next_run_at` says what is due;
`spread` is the channel's own moment within the minute, in seconds. `preferences` holds
what differs from the defaults; NULL is nothing."""

change = Table(
    "change",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("platform", Id, nullable=False),
    Column("workspace", Id, nullable=False),
    Column("channel", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("by_id", CleanText, nullable=False),
    Column("by_name", CleanText, nullable=False),
    Column("what", CleanText, nullable=False),
    Index(None, "platform", "workspace", "channel", "id"),
)
"""The log of each channel."""

remembered_command = Table(
    "remembered_command",
    metadata,
    Column("key", Id, primary_key=True),
    Column("command", CleanText, nullable=False),
    Column("used_at", UTCDateTime, index=True),
)
