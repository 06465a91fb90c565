"""Room on the pages of the ledger: a row's next versions lie beside it, and need no new entry in an index.

See https://www.postgresql.org/docs/current/storage-hot.html . It is so for pages that are written from now on, and
takes no lock that anybody waits for. SQLite writes a row in its place.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE delivery SET (fillfactor = 40)")
        op.execute("ALTER TABLE part SET (fillfactor = 45)")
