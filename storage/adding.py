"""Keeping a batch: what is known is read in bulk, merged in Python, written in bulk."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Insert, bindparam, case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.identity import merge
from bot.models import SIGNALS, Added, Batch, Listing, Observation, Paper
from storage.aliases import fold, under_one_name
from storage.rows import COLUMNS, FIELDS, chunks, paper_from, paper_values
from storage.schema import broadsheet, listing, observation, paper
from storage.upsert import insert_into

_LOCK = select(broadsheet.c.generation).with_for_update()
_UPDATE = (
    update(paper)
    .where(paper.c.key == bindparam("at_key"))
    .values({name: bindparam(name) for name in (*FIELDS, "revision") if name != "id"})
)


async def add(connection: AsyncConnection, batch: Batch) -> Added:
    """Within the caller's transaction. Additions happen one after the other: whoever holds the generation's row writes.

    What is said of a paper that neither the store nor the batch holds is not kept.
    """
    generation = (await connection.execute(_LOCK)).scalar_one() + 1
    batch, doubles = await under_one_name(connection, batch)
    known = await _known(connection, [one.id for one in batch.papers])
    merged = _merge_all(batch.papers, {paper_id: one for paper_id, (_, one) in known.items()})
    keys = await _keys(connection, [one.paper_id for one in batch.observations])
    keys |= await _keys(connection, [one.paper_id for one in batch.listings])
    keys |= {paper_id: key for paper_id, (key, _) in known.items()}
    created = [one for one in merged.values() if one.id not in known]
    changed = [one for one in merged.values() if one.id in known and one != known[one.id][1]]
    keys |= await _insert(connection, created, generation)
    await _rewrite(connection, changed, keys, generation)
    await fold(connection, doubles, keys)
    observed = await _append(connection, batch.observations, keys)
    listed = await _list(connection, batch.listings, keys)
    if created or changed or observed or listed or doubles:
        await connection.execute(update(broadsheet).values(generation=generation))
    return Added(max(0, len(created) - len(doubles)), observed)


def _merge_all(papers: Iterable[Paper], known: dict[str, Paper]) -> dict[str, Paper]:
    """What each paper of a batch comes to, with what was known of it before."""
    merged: dict[str, Paper] = {}
    for one in papers:
        before = merged.get(one.id) or known.get(one.id)
        merged[one.id] = merge(before, one) if before else one
    return merged


async def _known(connection: AsyncConnection, ids: list[str]) -> dict[str, tuple[int, Paper]]:
    found = {}
    for chunk in chunks(ids):
        rows = await connection.execute(select(*COLUMNS, paper.c.key).where(paper.c.id.in_(chunk)))
        found.update({row.id: (row.key, paper_from(row)) for row in rows})
    return found


async def _keys(connection: AsyncConnection, ids: list[str]) -> dict[str, int]:
    found = {}
    for chunk in chunks(ids):
        rows = await connection.execute(select(paper.c.id, paper.c.key).where(paper.c.id.in_(chunk)))
        found.update({row.id: row.key for row in rows})
    return found


async def _insert(connection: AsyncConnection, papers: list[Paper], revision: int) -> dict[str, int]:
    if not papers:
        return {}
    await connection.execute(insert(paper), [{**paper_values(one), "revision": revision} for one in papers])
    return await _keys(connection, [one.id for one in papers])


async def _rewrite(connection: AsyncConnection, papers: list[Paper], keys: dict[str, int], revision: int) -> None:
    if papers:
        rows = [{**paper_values(one), "revision": revision, "at_key": keys[one.id]} for one in papers]
        await connection.execute(_UPDATE, rows)


async def _append(connection: AsyncConnection, observations: Iterable[Observation], keys: dict[str, int]) -> int:
    """How many are new: the same paper, source and instant count once."""
    rows: list[dict[str, Any]] = [
        {
            "paper_key": keys[one.paper_id],
            "observed_at": one.observed_at,
            "source": one.source,
            **{name: getattr(one.counts, name) for name in SIGNALS},
        }
        for one in observations
        if one.paper_id in keys
    ]
    statement = insert_into(connection, observation).on_conflict_do_nothing()
    return await _count(connection, statement, rows)


async def _list(connection: AsyncConnection, listings: Iterable[Listing], keys: dict[str, int]) -> int:
    """How many are new or different: the earliest sight of a paper in a list stays, and its latest place."""
    rows: list[dict[str, Any]] = [
        {"paper_key": keys[one.paper_id], "date": one.date, "position": one.position, "listed_at": one.listed_at}
        for one in listings
        if one.paper_id in keys
    ]
    statement = insert_into(connection, listing)
    said = statement.excluded
    is_earlier = said.listed_at < listing.c.listed_at
    statement = statement.on_conflict_do_update(
        index_elements=[listing.c.date, listing.c.paper_key],
        set_={"position": said.position, "listed_at": case((is_earlier, said.listed_at), else_=listing.c.listed_at)},
        where=is_earlier | (said.position != listing.c.position),
    )
    return await _count(connection, statement, rows)


async def _count(connection: AsyncConnection, statement: Insert, rows: list[dict[str, Any]]) -> int:
    """Rows that the statement really wrote; both drivers add them up over the list."""
    if not rows:
        return 0
    result = await connection.execute(statement, rows, execution_options={"preserve_rowcount": True})
    return result.rowcount
