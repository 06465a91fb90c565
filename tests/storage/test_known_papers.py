"""Papers that were read a moment ago."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import migrations
from storage.store import SqlStore, open_store
from tests.builders import NOON, hours, make_batch, make_observation, make_paper


@pytest.fixture
async def two_processes(tmp_path: Path) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """Two stores over one database, as two processes have them."""
    url = f"sqlite:///{tmp_path / 'known.db'}"
    migrations.upgrade(url)
    one, other = open_store(url), open_store(url)
    yield one, other
    await one.close()
    await other.close()


async def test_what_another_process_wrote_is_read(two_processes: tuple[SqlStore, SqlStore]) -> None:
    one, other = two_processes
    await one.papers.add(make_batch(make_paper(id="2603.00001", title="Before")))
    assert (await one.papers.many(["2603.00001"]))["2603.00001"].title == "Before"
    await other.papers.add(make_batch(make_paper(id="2603.00001", title="After", version=7)))
    assert (await one.papers.many(["2603.00001"]))["2603.00001"].title == "After"


async def test_what_has_not_changed_is_the_same_object(two_processes: tuple[SqlStore, SqlStore]) -> None:
    one, _ = two_processes
    await one.papers.add(make_batch(make_paper(id="2603.00001")))
    first = (await one.papers.many(["2603.00001"]))["2603.00001"]
    await one.papers.add(make_batch(make_paper(id="2603.00002")))
    assert (await one.papers.many(["2603.00001"]))["2603.00001"] is first


async def test_papers_of_a_channels_own_feed_are_looked_for_each_time(
    two_processes: tuple[SqlStore, SqlStore],
) -> None:
    one, _ = two_processes
    await one.papers.add(make_batch(make_paper(id="2603.00001", sources=("feed",))))
    first = (await one.papers.many(["2603.00001"]))["2603.00001"]
    assert (await one.papers.many(["2603.00001"]))["2603.00001"] is not first


async def test_whoever_has_written_sees_the_new_generation(two_processes: tuple[SqlStore, SqlStore]) -> None:
    one, _ = two_processes
    seen = [await one.papers.generation()]
    for number in range(3):
        await one.papers.add(make_batch(make_paper(id=f"2603.0000{number}")))
        seen.append(await one.papers.generation())
        assert (await one.papers.many([f"2603.0000{number}"])).keys() == {f"2603.0000{number}"}
    assert seen == sorted(set(seen))


async def test_counts_that_another_process_wrote_are_read(two_processes: tuple[SqlStore, SqlStore]) -> None:
    one, other = two_processes
    await one.papers.add(make_batch(make_paper(), make_observation(upvotes=1)))
    assert (await one.papers.counts(["2603.00001"], NOON + hours(2)))["2603.00001"].upvotes == 1
    await other.papers.add(make_batch(make_observation(at=NOON + hours(1), upvotes=2)))
    assert (await one.papers.counts(["2603.00001"], NOON + hours(2)))["2603.00001"].upvotes == 2
