"""Alembic's entry: runs migrations on the connection it is handed, or, for its own command line, on DATABASE_URL."""

from alembic import context
from sqlalchemy import Connection

from bot.config import load_settings
from storage.engine import sync_engine
from storage.schema import metadata
from storage.schema_aliases import alias as _alias  # noqa: F401 - as the next
from storage.schema_allowances import allowance as _allowance  # noqa: F401 - as the next
from storage.schema_deliveries import delivery as _delivery  # noqa: F401 - its tables belong to the metadata
from storage.schema_feeds import feed as _feed  # noqa: F401 - the same
from storage.schema_installations import installation as _installation  # noqa: F401 - the same
from storage.schema_keys import signing_key as _signing_key  # noqa: F401 - the same
from storage.schema_leases import lease as _lease  # noqa: F401 - the same
from storage.schema_people import vote as _vote  # noqa: F401 - the same


def migrate(connection: Connection) -> None:
    """In the caller's transaction: on both databases a migration happens wholly or not at all."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed: Connection | None = context.config.attributes.get("connection")
if handed is not None:
    migrate(handed)
else:
    with sync_engine(load_settings().database_url).begin() as own:
        migrate(own)
