"""Who made a paper, where, in which category and with code narrow a search before its best are taken."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.models import Paper
from bot.ports import Facets
from storage.search_index import Index
from storage.store import SqlStore, open_store
from tests.builders import NOON, make_batch, make_paper
from tests.conftest import close_without_leak


def robot(number: int, **changes: object) -> Paper:
    return make_paper(f"2603.{number:05}", **{"title": "Robot", "abstract": "", **changes})


async def found(store: SqlStore, limit: int = 200, **facets: Any) -> list[str]:
    narrow = Facets(**facets)
    hits = (await store.search.find("robot", since=None, as_of=NOON, facets=narrow, limit=limit)).hits
    return sorted(hit.paper_id[-1] for hit in hits)


@pytest.fixture
async def store(sql_store: SqlStore) -> SqlStore:
    """Three hundred robots, and five that somebody looks for."""
    crowd = [robot(number, authors=("Ann Crowd",), categories=("cs.LG",)) for number in range(100, 400)]
    await sql_store.papers.add(
        make_batch(
            *crowd,
            robot(1, authors=("Zoë Sample", "Ben Other"), organization="Example Lab", categories=("cs.RO",)),
            robot(2, authors=("Z. Sample",), organization="The Institute of Samples", categories=("math.CO", "cs.RO")),
            robot(3, authors=("Zadie Other", "Ben Sample"), github_repo="example/robot", categories=("cond-mat.soft",)),
            robot(4, authors=("Zoë Samplova",), categories=("stat.ML",)),
            robot(5, authors=("大山 花",), organization="大学 Lab", categories=("cs.ROX",)),
        )
    )
    await sql_store.search.update()
    return sql_store


@pytest.mark.parametrize(
    ("facets", "expected"),
    [
        ({"author": "zoe sample"}, ["1", "2"]),
        ({"author": "Z Sample"}, ["1", "2"]),
        ({"author": "B Sampl", "nearly": True}, ["3"]),
        ({"author": "大山"}, ["5"]),
        ({"author": "Zimmermann"}, []),
        ({"organization": "example lab"}, ["1"]),
        ({"organization": "lab"}, ["1", "5"]),
        ({"organization": "institute samples"}, []),
        ({"category": "cs.RO"}, ["1", "2"]),
        ({"category": "math.*"}, ["2"]),
        ({"category": "cond-mat"}, ["3"]),
        ({"has_code": True}, ["3"]),
        ({"author": "Sample", "category": "cs.RO", "has_code": False}, ["1", "2"]),
        ({"author": "Zoe Sampel", "nearly": True}, ["1", "4"]),
        ({"organization": "Exampel Lab", "nearly": True}, ["1"]),
        ({"author": '%" OR 1=1 --'}, []),
    ],
)
async def test_what_fits_is_found_however_many_others_there_are(
    store: SqlStore, facets: dict[str, Any], expected: list[str]
) -> None:
    assert await found(store, **facets) == expected


async def test_a_search_may_look_deeper_than_an_answer(store: SqlStore) -> None:
    assert len(await found(store)) == 200
    assert len(await found(store, limit=1000)) == 305


async def test_scripts_without_spaces_are_narrowed_too(store: SqlStore) -> None:
    await store.papers.add(make_batch(robot(6, title="机器人", organization="Example Lab"), robot(7, title="机器人")))
    await store.search.update()
    lab = Facets(organization="Example Lab")
    hits = (await store.search.find("机器", since=None, as_of=NOON, facets=lab)).hits
    assert [hit.paper_id for hit in hits] == ["2603.00006"]


async def test_a_paper_that_changes_hands_is_found_by_its_new_ones(store: SqlStore) -> None:
    await store.papers.add(
        make_batch(robot(1, authors=("Zoë Sample", "Ben Other", "Eve New"), organization="New Lab", updated_at=NOON))
    )
    assert await store.search.update() == 1
    assert await found(store, author="Eve New") == ["1"]
    assert await found(store, organization="Example Lab") == []


async def test_an_index_of_before_learns_facets_and_keeps_what_it_has(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    await store.papers.add(make_batch(robot(1, authors=("Zoë Sample",)), robot(2)))
    await store.search.update()
    path = store.search._path
    await close_without_leak(store)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DROP TABLE facet")
        file.execute("INSERT INTO vec VALUES (1, 1, 'some', x'00')")
    again = open_store(sqlite_url)
    await again.search.update()
    assert await found(again, author="Zoë Sample") == ["1"]
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM vec").fetchone() == (1,), "nothing is encoded again"
    assert await again.search.update() == 0, "once"
    await close_without_leak(again)


def test_a_paper_that_is_in_no_store_any_more_does_not_have_all_of_it_read_at_each_start(tmp_path: Path) -> None:
    path = tmp_path / "search.db"
    Index(path).close()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("INSERT INTO doc VALUES (1, '2603.00001', 0, 0)")
        file.execute("INSERT INTO followed VALUES ('store', 7, 7)")
    Index(path).close()
    with closing(sqlite3.connect(path)) as file, file:
        assert file.execute("SELECT revision FROM followed").fetchone() == (-1,)
        file.execute("UPDATE followed SET revision = 7")
    Index(path).close()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT revision FROM followed").fetchone() == (7,)
