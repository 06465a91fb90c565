"""Keys of an installation's own, in SQL, encrypted."""

import base64
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cached_property, partial

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import async_engine, reading
from storage.schema_keys import signing_key
from storage.secrets import Secrets, open_secrets
from storage.upsert import insert_into

MAIL = "mail"
_KEY = signing_key.c


@asynccontextmanager
async def open_mail_key(url: str, keys: str | None) -> AsyncIterator["SqlKey"]:
    """The key of a database that has this version's schema; `keys` as ENCRYPTION_KEYS has them."""
    engine = async_engine(url)
    try:
        yield SqlKey(engine, partial(open_secrets, keys, url))
    finally:
        await engine.dispose()


class SqlKey:
    """A KeyStore on either database: one key, made by whoever needs it first."""

    def __init__(self, engine: AsyncEngine, secrets_of: Callable[[], Secrets], name: str = MAIL) -> None:
        """`secrets_of` is asked once the key is needed."""
        self._engine = engine
        self._open_secrets = secrets_of
        self._name = name
        self._known: bytes | None = None

    @cached_property
    def _secrets(self) -> Secrets:
        return self._open_secrets()

    async def key(self) -> bytes:
        if self._known is None:
            self._known = base64.b64decode(self._secrets.decrypt(await self._read() or await self._make()))
        return self._known

    async def rekey(self) -> bool:
        """Encrypt it with the newest key. False if there is none yet."""
        async with self._engine.begin() as connection:
            kept = await connection.scalar(select(_KEY.value).where(_KEY.name == self._name).with_for_update())
            if kept is None:
                return False
            renewed = self._secrets.encrypt(self._secrets.decrypt(kept))
            await connection.execute(update(signing_key).where(_KEY.name == self._name).values(value=renewed))
        return True

    async def _read(self) -> str | None:
        async with reading(self._engine).connect() as connection:
            return await connection.scalar(select(_KEY.value).where(_KEY.name == self._name))

    async def _make(self) -> str:
        """Of several processes that need the first one at once, one makes it."""
        async with self._engine.begin() as connection:
            fresh = self._secrets.encrypt(base64.b64encode(secrets.token_bytes(32)).decode())
            made = insert_into(connection, signing_key).values(name=self._name, value=fresh)
            await connection.execute(made.on_conflict_do_nothing())
        return await self._read() or fresh
