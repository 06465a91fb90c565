"""How the databases are reached."""

import pytest

from storage.engine import async_engine


@pytest.mark.parametrize(("said", "expected"), [("", "10"), ("connect_timeout=3", "3")])
async def test_a_server_that_goes_away_without_a_word_is_given_up_unless_the_address_says_when(
    postgresql_url: str, said: str, expected: str
) -> None:
    engine = async_engine(f"{postgresql_url}{'&' if '?' in postgresql_url else '?'}{said}")
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        told = driver.info.get_parameters()
    await engine.dispose()
    assert told["connect_timeout"] == expected
    assert told["tcp_user_timeout"] == "30000"
    assert int(told["keepalives_idle"]) + int(told["keepalives_interval"]) * int(told["keepalives_count"]) <= 60
