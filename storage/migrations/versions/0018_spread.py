"""How long after the minute a channel's digest is due, so that the database can tell alike subscriptions apart."""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ROWS = 10_000


def upgrade() -> None:
    op.add_column("subscription", sa.Column("spread", sa.Integer(), nullable=False, server_default="0"))
    names = ("id", "platform", "workspace", "channel", "spread")
    subscription = sa.table("subscription", *(sa.column(name) for name in names))
    wanted = sa.select(*subscription.c).order_by(subscription.c.id).limit(_ROWS)
    of_one = sa.update(subscription).where(subscription.c.id == sa.bindparam("of_id"))
    connection, last = op.get_bind(), 0
    while rows := connection.execute(wanted.where(subscription.c.id > last)).all():
        moments = [{"of_id": row.id, "spread": _spread(row.platform, row.workspace, row.channel)} for row in rows]
        connection.execute(of_one.values(spread=sa.bindparam("spread")), moments)
        last = rows[-1].id


def _spread(*parts: str) -> int:
    """Seconds, as bot.schedule.spread gave them when this was written."""
    name = ":".join(part for part in parts if part)
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") % 60
