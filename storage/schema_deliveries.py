"""The tables of the ledger.

Product time: `due_at`, `sent_at` (and slots, which are local dates). Real time: `next_attempt_at`, `expires_at`,
`marked_at`, `blocked_until`, `asked_until`, `served_at`; see ports.DeliveryStore for why.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from storage.schema import metadata, subscription
from storage.types import BigKey, CleanText, Id, JsonText, UTCDateTime, Words

delivery = Table(
    "delivery",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("subscription_id", ForeignKey(subscription.c.id), nullable=False),
    Column("channel", Id, nullable=False),
    Column("slot", Date, nullable=False),
    Column("lane", Id, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", UTCDateTime, nullable=False),
    Column("next_attempt_at", UTCDateTime),
    Column("expires_at", UTCDateTime),
    Column("owner", Text),
    Column("kind", Text, nullable=False, server_default="digest"),
    Column("generation", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("outcome", Text),
    Column("reason", CleanText),
    Column("selection", Words, nullable=False),
    Column("plain", JsonText),
    Column("sent_at", UTCDateTime),
    Column("url", CleanText),
    Column("fresh", Integer, nullable=False, server_default="1"),
    UniqueConstraint("subscription_id", "slot", "kind"),
    Index(None, "lane", "fresh", "next_attempt_at", "id", postgresql_where=text("next_attempt_at IS NOT NULL")),
    Index(None, "channel", "slot"),
    postgresql_with={"fillfactor": 40},
)
"""One slot of one subscription, for each kind. `next_attempt_at` doubles as the lease, and is NULL once the state is
final, so that an index of what is open needs no condition. `plain` is the message for when the platform refuses the
other. `fresh` is 1 until the first claim, then 0: what was begun goes before what waits for its first turn, since a
message in doubt can be settled by its key for two minutes only, and a lane may be busy for longer with the others."""

part = Table(
    "part",
    metadata,
    Column("delivery_id", ForeignKey(delivery.c.id, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("payload", JsonText, nullable=False),
    Column("state", Text, nullable=False),
    Column("remote_id", CleanText),
    Column("marked_at", UTCDateTime),
    sqlite_with_rowid=False,
    postgresql_with={"fillfactor": 45},
)
"""One message of a delivery. It changes once or twice, a delivery three times: pages have room for that."""

lane = Table(
    "lane",
    metadata,
    Column("name", Id, primary_key=True),
    Column("platform", Id, nullable=False),
    Column("served_at", UTCDateTime, nullable=False),
    Column("next_attempt_at", UTCDateTime),
    Column("blocked_until", UTCDateTime),
    Column("blocked_because", CleanText),
    Column("asked_until", UTCDateTime),
    Column("tat", UTCDateTime),
    Column("interval", BigInteger),
    Column("burst", Integer),
    Column("fail_streak", Integer, nullable=False, server_default="0"),
    Index(None, "next_attempt_at", "served_at", "name"),
)
"""One for each token or host that is limited or refused as a whole.

None of its open deliveries is due, or may go at the lane's pace, before `next_attempt_at`; NULL: it has none. It may
be too early, never too late: whoever makes a delivery due earlier says so here in the same transaction.

`blocked_until` is the end of a wait that the platform asked for, or of a rest of our own, whichever is later;
`asked_until` that of the wait alone, which nothing ends early.

`tat` is the theoretical arrival time of the next message, `interval` (microseconds) and `burst` the rate at which it
was served last; `fail_streak` counts what its platform left without an answer since it gave one: see delivery.pacing.
"""
