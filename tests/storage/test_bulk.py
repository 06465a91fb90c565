"""Rows that a statement is given come to the database as they are, whatever is in them."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Integer, Text, select

from storage.bulk import Rows
from storage.store import SqlStore
from storage.types import BigKey, CleanText, JsonText, UTCDateTime, Words

ROWS = Rows(
    {
        "number": BigKey,
        "few": Integer(),
        "name": Text(),
        "said": CleanText(),
        "words": Words(),
        "payload": JsonText(),
        "at": UTCDateTime(),
    }
)
Row = tuple[Any, ...]

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001 - hypothesis adds the zone
    lambda moment: moment.replace(tzinfo=timezone(timedelta(hours=5)))
)
rows = st.tuples(
    st.integers(-(2**63), 2**63 - 1),
    st.none() | st.integers(-(2**31), 2**31 - 1),
    texts,
    st.none() | texts,
    st.lists(texts).map(tuple),
    st.none() | st.dictionaries(texts, texts | st.integers(-(2**31), 2**31)),
    st.none() | moments,
)


async def given_back(store: SqlStore, some: list[Row]) -> list[Row]:
    dialect = store.engine.dialect
    async with store.engine.connect() as connection:
        found = await connection.execute(select(ROWS.of(dialect.name)), ROWS.parameters(dialect, some))
        return [tuple(row) for row in found]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(rows, max_size=5))
async def test_rows_come_as_they_are_and_in_their_order(sql_store: SqlStore, some: list[Row]) -> None:
    assert await given_back(sql_store, some) == some


async def test_quotes_braces_and_what_looks_like_null_are_texts(sql_store: SqlStore) -> None:
    said = ["", "NULL", "null", '{"a", b}', "\\", "'", "a\nb", "\u2028", "五"]
    some = [(number, None, one, one, (one, one), {one: one}, None) for number, one in enumerate(said)]

    assert await given_back(sql_store, some) == some


async def test_what_no_database_keeps_is_cleaned_before(sql_store: SqlStore) -> None:
    (row,) = await given_back(sql_store, [(1, None, "", "a\x00b\ud800", ("\x00",), {}, None)])

    assert row[3:5] == ("ab?", ("",))


async def test_times_are_read_in_utc(sql_store: SqlStore) -> None:
    (row,) = await given_back(sql_store, [(1, None, "", None, (), None, datetime(2026, 3, 10, 9, tzinfo=UTC))])

    assert row[-1].tzinfo is UTC
