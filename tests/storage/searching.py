"""Papers that differ in their titles, and what a search finds of them."""

from datetime import datetime

from bot.models import Paper
from bot.ports import MOST
from storage.store import SqlStore
from tests.builders import NOON, make_batch, make_paper


def titled(number: int, title: str, **changes: object) -> Paper:
    return make_paper(f"2603.{number:05}", **{"title": title, "abstract": "", **changes})


async def keep(store: SqlStore, *papers: Paper) -> None:
    await store.papers.add(make_batch(*papers))
    await store.search.update()


async def found(store: SqlStore, query: str, since: datetime | None = None, as_of: datetime = NOON) -> list[str]:
    hits = (await store.search.find(query, since=since, as_of=as_of)).hits
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.paper_id for hit in hits}) == len(hits) <= MOST
    return [hit.paper_id[-1] for hit in hits]
