"""Texts, numbers and instants come back from the databases as they were given."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url

from bot.models import Counts
from storage.store import SqlStore
from storage.types import UTCDateTime, clean
from tests.builders import (
    NOON,
    days,
    make_batch,
    make_observation,
    make_paper,
)


async def test_text_that_no_database_keeps_is_kept_without_what_is_wrong_in_it(sql_store: SqlStore) -> None:
    paper_with_rubbish = make_paper(title="A\x00B \ud800C", authors=("Ada\x00", "\udfff"), keywords=("日本語", "🦉"))

    await sql_store.papers.add(make_batch(paper_with_rubbish))

    kept = await sql_store.papers.get("2603.00001")
    assert kept is not None
    assert (kept.title, kept.authors, kept.keywords) == ("AB ?C", ("Ada", "?"), ("日本語", "🦉"))


async def test_counts_beyond_32_bits_are_kept(sql_store: SqlStore) -> None:
    await sql_store.papers.add(make_batch(make_paper(), make_observation(upvotes=2**40)))

    assert await sql_store.papers.counts(["2603.00001"], NOON) == {"2603.00001": Counts(upvotes=2**40)}


async def test_ids_sort_by_code_points_on_both_databases(sql_store: SqlStore) -> None:
    ids = ["2603.00001", "Cs/0001001", "cs/0001001", "doi:10.1/a", "doi:10.1/B", "url:0123456789abcdef"]
    await sql_store.papers.add(make_batch(*(make_paper(one) for one in ids)))

    assert [one.id for one in await sql_store.papers.seen_since(NOON - days(9), NOON)] == sorted(ids)


async def test_an_instant_comes_back_in_utc_to_the_microsecond(sql_store: SqlStore) -> None:
    tokyo = timezone(timedelta(hours=9))
    moment = datetime(2026, 3, 10, 21, 0, 0, 123457, tzinfo=tokyo)

    await sql_store.papers.add(make_batch(make_paper(first_seen_at=moment)))

    kept = await sql_store.papers.get("2603.00001")
    assert kept is not None
    assert (kept.first_seen_at, kept.first_seen_at.tzinfo) == (moment, UTC)


@settings(max_examples=50, deadline=None)
@given(moment=st.datetimes(timezones=st.timezones()))
def test_sqlite_keeps_any_instant_exactly(moment: datetime) -> None:
    kind, dialect = UTCDateTime(), make_url("sqlite://").get_dialect()()

    assert kind.process_result_value(kind.process_bind_param(moment, dialect), dialect) == moment.astimezone(UTC)


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://"])
def test_a_time_without_a_zone_is_refused(url: str) -> None:
    dialect = make_url(url).get_dialect()()

    with pytest.raises(ValueError, match="no time zone"):
        UTCDateTime().process_bind_param(datetime(2026, 3, 10), dialect)  # noqa: DTZ001 - what is to be refused


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec=None)))
def test_cleaned_text_is_utf8_without_nul_and_cleaning_again_changes_nothing(rubbish: str) -> None:
    cleaned = clean(rubbish)

    assert "\x00" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == clean(cleaned) == cleaned
