"""Searching finds what the store holds, best first, as of any moment, and never more than it should."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import UserError
from bot.ports import MOST
from storage import search_index
from storage.search_index import Index
from storage.search_query import build_query
from storage.search_values import Asked, Document, Marker
from storage.store import SqlStore, open_store
from tests.builders import NOON, days, hours, make_batch, make_observation
from tests.conftest import close_without_leak
from tests.storage.searching import found, keep, titled


@pytest.fixture
def store(sql_store: SqlStore) -> SqlStore:
    """On both databases: the index is a file of the same kind, what it follows is not."""
    return sql_store


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[SqlStore]:
    store = open_store(sqlite_url)
    yield store
    await close_without_leak(store)


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
    await store.papers.add(make_batch(titled(1, "Comets", thumbnail="https://example.org/1.png", updated_at=NOON)))

    assert await store.search.update() == 0


async def test_follows_more_papers_than_one_transaction_takes(
    sqlite_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.search._CHUNK", 7)
    for start in (0, 20):
        await sqlite_store.papers.add(make_batch(*(titled(start + number, "Comets") for number in range(20))))

    assert await sqlite_store.search.update() == 40
    assert len(await found(sqlite_store, "comets")) == 40


def test_a_search_that_takes_too_long_looks_at_the_newest_papers_or_is_ended_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(tmp_path / "index.db")
    documents = [Document(f"2603.{number:05}", "Comets", "comets " * 50, 0, 0) for number in range(3000)]
    index.put(documents, Marker(), Marker("store", 1, 1))
    monkeypatch.setattr(search_index, "PATIENCE", 0.0)

    newest = index.find(Asked(build_query("comets"), -1, 1))
    assert newest
    assert {match.key for match in newest} <= set(range(2701, 3001))

    monkeypatch.setattr(search_index, "STEPS", 10)
    with pytest.raises(UserError) as refused:
        index.find(Asked(build_query("comets"), -1, 1))

    assert refused.value.code == "search_slow"
    monkeypatch.undo()
    assert len(index.find(Asked(build_query("comets"), -1, 1))) == MOST
    index.close()


def test_an_index_whose_marker_somebody_moved_is_not_written(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db")
    index.put([], Marker(), Marker("store", 5, 1))

    assert index.put([Document("2603.00001", "Comets", "", 0, 0)], Marker(), Marker("store", 6, 1)) is None

    assert index.marker() == Marker("store", 5, 1)
    assert not index.holds("2603.00001", -1, 1)
    index.close()
