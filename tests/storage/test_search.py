"""Searching finds what the store holds, best first, as of any moment, and never more than it should."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import UserError
from bot.models import Paper
from storage import search_index
from storage.search import FullText
from storage.search_index import Document, Index, Marker
from storage.search_query import build_query
from storage.store import SqlStore, open_store
from tests.builders import NOON, days, hours, make_batch, make_observation, make_paper
from tests.conftest import close_without_leak


@pytest.fixture
def store(sql_store: SqlStore) -> SqlStore:
    """On both databases: the index is a file of the same kind, what it follows is not."""
    return sql_store


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[SqlStore]:
    store = open_store(sqlite_url)
    yield store
    await close_without_leak(store)


def titled(number: int, title: str, **changes: object) -> Paper:
    return make_paper(f"2603.{number:05}", **{"title": title, "abstract": "", **changes})


async def keep(store: SqlStore, *papers: Paper) -> None:
    await store.papers.add(make_batch(*papers))
    await store.search.update()


async def found(store: SqlStore, query: str, since: datetime | None = None, as_of: datetime = NOON) -> list[str]:
    hits = (await store.search.find(query, since=since, as_of=as_of)).hits
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.paper_id for hit in hits}) == len(hits) <= search_index.FOUND
    return [hit.paper_id[-1] for hit in hits]


async def test_finds_words_in_other_forms_in_title_and_abstract_titles_first(store: SqlStore) -> None:
    await keep(
        store,
        titled(1, "Cooking for two", abstract="With a note on diffusing smells in a kitchen."),
        titled(2, "Diffusion in kitchens", abstract="We cook, and watch smells."),
        titled(3, "Gardening", abstract="Plants."),
    )

    assert await found(store, "diffusions") == ["2", "1"]
    assert await found(store, "KITCHEN") == ["2", "1"]
    assert await found(store, "astronomy") == []


async def test_papers_with_all_words_come_before_those_with_some(store: SqlStore) -> None:
    await keep(
        store,
        titled(1, "Graph graph graph"),
        titled(2, "A graph, seen from a long way off, by a transformer that had little to say of anything else"),
        titled(3, "Transformer"),
        titled(4, "Neither"),
    )

    assert (await found(store, "graph transformer"))[0] == "2"
    assert sorted(await found(store, "graph transformer")) == ["1", "2", "3"]


async def test_a_phrase_is_found_as_such(store: SqlStore) -> None:
    await keep(store, titled(1, "State space models"), titled(2, "The space of a state"))

    assert await found(store, '"state space"') == ["1"]


async def test_equal_papers_come_newest_first_then_by_id(store: SqlStore) -> None:
    await keep(
        store,
        titled(3, "Comets", published_at=NOON - days(3)),
        titled(2, "Comets", published_at=NOON - days(2)),
        titled(1, "Comets", published_at=NOON - days(3)),
    )

    assert await found(store, "comets") == ["2", "1", "3"]


async def test_papers_seen_later_are_hidden_and_older_ones_can_be(store: SqlStore) -> None:
    await keep(
        store,
        titled(1, "Comets", first_seen_at=NOON - days(9), published_at=NOON - days(10)),
        titled(2, "Comets", first_seen_at=NOON - hours(1), published_at=None),
        titled(3, "Comets", first_seen_at=NOON + hours(1), published_at=NOON - days(1)),
    )

    assert await found(store, "comets") == ["2", "1"]
    assert await found(store, "comets", as_of=NOON + hours(1)) == ["2", "3", "1"]
    assert await found(store, "comets", since=NOON - days(5)) == ["2"]
    assert await found(store, "comets", as_of=NOON - days(1)) == ["1"]


@pytest.mark.parametrize("query", ["2603.00002", "arXiv:2603.00002v3", "https://huggingface.co/papers/2603.00002"])
async def test_a_paper_named_by_id_or_address_comes_first(store: SqlStore, query: str) -> None:
    await keep(store, titled(1, "On 2603.00002"), titled(2, "Comets"))

    assert (await found(store, query))[0] == "2"
    assert await found(store, query, since=NOON) == []


async def test_scripts_without_spaces_are_found_within_a_sentence(store: SqlStore) -> None:
    await keep(
        store,
        titled(1, "大语言模型的综述"),
        titled(2, "A survey", abstract="关于语言的研究"),
        titled(3, "图像"),
    )

    assert await found(store, "语言") == ["1", "2"]
    assert await found(store, "语言 survey") == ["2"]


@pytest.mark.parametrize("query", ["", "   ", "🦉", "!!!", '"', "\x00", "*"])
async def test_a_query_without_a_searchable_word_finds_nothing(store: SqlStore, query: str) -> None:
    await keep(store, titled(1, "Comets"))

    assert await found(store, query) == []


@pytest.mark.parametrize(
    "query", ["x" * 10_000, "comets " * 2_000, "NEAR(comets", "comets*", "title:comets -x ^y", "a'; DROP"]
)
async def test_hostile_queries_are_plain_text(store: SqlStore, query: str) -> None:
    await keep(store, titled(1, "Comets"))

    await found(store, query)

    assert await found(store, "comets") == ["1"]


async def test_an_answer_has_at_most_two_hundred_papers(sqlite_store: SqlStore) -> None:
    await keep(sqlite_store, *(titled(number, "Comets") for number in range(1, 250)))

    assert len(await found(sqlite_store, "comets")) == 200


async def test_follows_what_is_added_and_changed_and_says_how_much_that_was(store: SqlStore) -> None:
    await keep(store, titled(1, "Comets"), titled(2, "Planets"))
    assert await store.search.update() == 0

    await store.papers.add(make_batch(titled(2, "Moons", updated_at=NOON), titled(3, "Stars")))
    await store.papers.add(make_batch(make_observation("2603.00001")))

    assert await store.search.update() == 2
    assert await found(store, "planets") == []
    assert await found(store, "moons") == ["2"]
    assert await found(store, "stars") == ["3"]


async def test_a_change_that_is_not_searched_costs_nothing(store: SqlStore) -> None:
    await keep(store, titled(1, "Comets"))
    await store.papers.add(make_batch(titled(1, "Comets", organization="Example Lab", updated_at=NOON)))

    assert await store.search.update() == 0


async def test_follows_more_papers_than_one_transaction_takes(
    sqlite_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.search._CHUNK", 7)
    for start in (0, 20):
        await sqlite_store.papers.add(make_batch(*(titled(start + number, "Comets") for number in range(20))))

    assert await sqlite_store.search.update() == 40
    assert len(await found(sqlite_store, "comets")) == 40


async def test_two_processes_that_share_an_index_follow_one_store(sqlite_store: SqlStore, sqlite_url: str) -> None:
    other = open_store(sqlite_url)
    await keep(sqlite_store, titled(1, "Comets"))
    assert await other.search.update() == 0
    await keep(other, titled(2, "Comets"))

    assert await sqlite_store.search.update() == 0
    assert await found(sqlite_store, "comets") == ["1", "2"]
    await close_without_leak(other)


async def test_an_index_of_another_store_is_made_anew(sqlite_store: SqlStore, tmp_path: Path) -> None:
    await keep(sqlite_store, titled(1, "Comets"))
    index = tmp_path / "broadsheet.search.db"
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}", search_file=index)

    assert await other.search.update() == 0

    assert await found(other, "comets") == []
    await close_without_leak(other)


async def test_a_store_that_went_back_in_time_is_followed_anew(sqlite_store: SqlStore) -> None:
    """As when somebody copied an older file over it by hand."""
    await keep(sqlite_store, titled(1, "Comets"))
    await keep(sqlite_store, titled(2, "Planets"))
    async with sqlite_store.engine.begin() as connection:
        await connection.execute(text("DELETE FROM paper WHERE id = '2603.00002'"))
        await connection.execute(text("UPDATE broadsheet SET generation = 1"))

    await sqlite_store.search.update()

    assert await found(sqlite_store, "planets") == []
    assert await found(sqlite_store, "comets") == ["1"]


async def test_rebuilding_gives_the_same_answers(store: SqlStore) -> None:
    await keep(store, titled(1, "Comets"), titled(2, "Planets"))

    assert await store.search.rebuild() == 2

    assert await found(store, "comets") == ["1"]


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to look like one" * 20, b""])
async def test_a_file_that_is_no_index_is_replaced(sqlite_url: str, tmp_path: Path, content: bytes) -> None:
    index = tmp_path / "broadsheet.search.db"
    index.write_bytes(content)
    store = open_store(sqlite_url)

    await keep(store, titled(1, "Comets"))

    assert await found(store, "comets") == ["1"]
    await close_without_leak(store)


async def test_an_index_of_another_version_is_replaced(sqlite_url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "broadsheet.search.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("CREATE TABLE doc(id)")
        connection.commit()
    store = open_store(sqlite_url)

    await keep(store, titled(1, "Comets"))

    assert await found(store, "comets") == ["1"]
    await close_without_leak(store)


async def test_damage_is_repaired_while_searching(sqlite_store: SqlStore, tmp_path: Path) -> None:
    await keep(sqlite_store, *(titled(number, "Comets") for number in range(1, 10)))
    await sqlite_store.search.close()
    index = tmp_path / "broadsheet.search.db"
    with closing(sqlite3.connect(index, isolation_level=None)) as connection:
        connection.execute("UPDATE body_data SET block = x'ffffffffffffffff' WHERE id > 9")
    sqlite_store.search = FullText(sqlite_store.engine, index)

    assert len(await found(sqlite_store, "comets")) == 9


async def test_where_no_index_can_be_kept_it_is_made_in_a_temporary_place(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url, search_file=tmp_path / "nowhere" / "search.db")

    await keep(store, titled(1, "Comets"))

    assert await found(store, "comets") == ["1"]
    await close_without_leak(store)
    assert not (tmp_path / "nowhere").exists()


def test_a_search_that_takes_too_long_looks_at_the_newest_papers_or_is_ended_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(tmp_path / "index.db")
    documents = [Document(f"2603.{number:05}", "Comets", "comets " * 50, 0, 0) for number in range(3000)]
    index.put(documents, Marker(), Marker("store", 1, 1))
    monkeypatch.setattr(search_index, "PATIENCE", 0.0)

    newest = index.find(build_query("comets"), -1, 1)
    assert newest
    assert {match.key for match in newest} <= set(range(2701, 3001))

    monkeypatch.setattr(search_index, "STEPS", 10)
    with pytest.raises(UserError) as refused:
        index.find(build_query("comets"), -1, 1)

    assert refused.value.code == "search_slow"
    monkeypatch.undo()
    assert len(index.find(build_query("comets"), -1, 1)) == search_index.FOUND
    index.close()


def test_an_index_whose_marker_somebody_moved_is_not_written(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    index.put([], Marker(), Marker("store", 5, 1))

    assert index.put([Document("2603.00001", "Comets", "", 0, 0)], Marker(), Marker("store", 6, 1)) is None

    assert index.marker() == Marker("store", 5, 1)
    assert not index.holds("2603.00001", -1, 1)
    index.close()
