"""The key that signs links in mail: one for all processes, encrypted, and the same after its encryption is renewed."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import SettingsError
from storage.engine import async_engine
from storage.keys import SqlKey
from storage.secrets import Secrets

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = async_engine(database_url)
    yield engine
    await engine.dispose()


def opened(engine: AsyncEngine, *keys: str) -> SqlKey:
    return SqlKey(engine, lambda: Secrets(keys))


async def test_several_that_need_it_first_get_the_same(engine: AsyncEngine) -> None:
    first, *others = await asyncio.gather(*(opened(engine, OLD).key() for _ in range(4)))
    assert len(first) == 32
    assert set(others) == {first}


async def test_it_is_not_readable_in_the_database(engine: AsyncEngine) -> None:
    key = await opened(engine, OLD).key()
    async with engine.connect() as connection:
        kept = (await connection.execute(text("SELECT value FROM signing_key"))).scalar_one()
    assert Secrets([OLD]).decrypt(kept) != kept
    assert key.hex() not in kept


async def test_it_stays_the_same_when_it_is_encrypted_anew(engine: AsyncEngine) -> None:
    assert not await opened(engine, OLD).rekey()
    key = await opened(engine, OLD).key()
    assert await opened(engine, NEW, OLD).rekey()
    assert await opened(engine, NEW).key() == key
    with pytest.raises(SettingsError):
        await opened(engine, OLD).key()
