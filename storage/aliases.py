"""One paper under two ids: the other name is kept, and what was said under it goes to the paper.

An id that a source learns late, such as the arXiv id of what a journal's feed showed first, takes the DOI's place. All
of it is rare, so rows are read and written one by one; it happens within the transaction that adds.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Table, and_, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.identity import other_ids
from bot.models import Batch, Paper
from storage.rows import COLUMNS, AnySelect, chunks, paper_from
from storage.schema import listing, observation, paper
from storage.schema_aliases import alias
from storage.schema_feeds import feed_entry
from storage.schema_people import saved, suggestion, vote
from storage.upsert import insert_into

Doubles = Mapping[str, tuple[int, str]]
"""By an id that is another name: the key of the record that still has it, and the paper's id."""


async def under_one_name(connection: AsyncConnection, batch: Batch) -> tuple[Batch, Doubles]:
    """The batch with each paper under its present id, and the records of the store that are to be folded into others.

    Those records are papers of the batch, first, so that they are merged with what it says.
    """
    claimed = {other: one.id for one in batch.papers for other in other_ids(one)}
    ids = {*claimed, *(one.id for one in batch.papers), *(one.paper_id for one in batch.listings)}
    ids |= {one.paper_id for one in batch.observations}
    names = claimed | await present_ids(connection, ids)
    await _keep(connection, {other: paper_id for other, paper_id in claimed.items() if names[other] == paper_id})
    doubles: dict[str, tuple[int, str]] = {}
    before: list[Paper] = []
    for chunk in chunks(names):
        for row in await connection.execute(select(*COLUMNS, paper.c.key).where(paper.c.id.in_(chunk))):
            doubles[row.id] = (row.key, names[row.id])
            before.append(replace(paper_from(row), id=names[row.id]))
    return _renamed(batch, names, before), doubles


def _renamed(batch: Batch, names: Mapping[str, str], before: Iterable[Paper]) -> Batch:
    if not names:
        return batch
    return Batch(
        papers=(*before, *(replace(one, id=names.get(one.id, one.id)) for one in batch.papers)),
        observations=tuple(replace(one, paper_id=names.get(one.paper_id, one.paper_id)) for one in batch.observations),
        listings=tuple(replace(one, paper_id=names.get(one.paper_id, one.paper_id)) for one in batch.listings),
    )


async def present_ids(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """Of those ids that are another name of a paper: its id. An id of arXiv is none, so most cost nothing."""
    return await _names(connection, _BY_OTHER, [one for one in ids if ":" in one])


async def other_names(connection: AsyncConnection, paper_ids: Collection[str]) -> dict[str, str]:
    """Every other name of those papers, and whose it is."""
    return await _names(connection, _BY_PAPER, paper_ids)


_BY_OTHER, _BY_PAPER = (
    select(alias.c.id, alias.c.paper_id).where(column.in_(bindparam("among", expanding=True)))
    for column in (alias.c.id, alias.c.paper_id)
)
"""Made once: every digest asks."""


async def _names(connection: AsyncConnection, asking: AnySelect, among: Collection[str]) -> dict[str, str]:
    """By other name the paper's id."""
    found = {}
    for chunk in chunks(among):
        rows = await connection.execute(asking, {"among": chunk})
        found.update({row.id: row.paper_id for row in rows})
    return found


async def _keep(connection: AsyncConnection, names: Mapping[str, str]) -> None:
    if names:
        rows = [{"id": other, "paper_id": paper_id} for other, paper_id in sorted(names.items())]
        await connection.execute(insert_into(connection, alias).on_conflict_do_nothing(), rows)


async def fold(connection: AsyncConnection, doubles: Doubles, keys: Mapping[str, int]) -> None:
    """Give what was said under the other names to their papers, and drop the records that had them."""
    for other, (old_key, paper_id) in sorted(doubles.items()):
        for table in (observation, listing):
            await _move(connection, table, "paper_key", old_key, keys[paper_id])
        for table in (vote, saved, suggestion, feed_entry):
            await _move(connection, table, "paper_id", other, paper_id)
        await connection.execute(delete(paper).where(paper.c.key == old_key))


async def _move(connection: AsyncConnection, table: Table, name: str, old: object, new: object) -> None:
    """Rows of one paper become another's; where both have one, `_wins` says which stays."""
    rows = [dict(row._mapping) for row in await connection.execute(select(table).where(table.c[name] == old))]  # noqa: SLF001  # SQLAlchemy's own name of a row as a mapping
    if not rows:
        return
    statement = insert_into(connection, table)
    key = [column.name for column in table.primary_key]
    better = _wins(table, statement.excluded)
    if better is None:
        statement = statement.on_conflict_do_nothing()
    else:
        others = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
        statement = statement.on_conflict_do_update(index_elements=key, set_=others, where=better)
    await connection.execute(statement, [row | {name: new} for row in rows])
    await connection.execute(delete(table).where(table.c[name] == old))


def _wins(table: Table, said: Any) -> Any:
    """When a row takes the place of what the paper has already; None: never."""
    if table is vote:  # what somebody said last
        return said.at > vote.c.at
    if table is suggestion or table is feed_entry:  # who came first
        return said.at < table.c.at
    if table is listing:
        return said.listed_at < listing.c.listed_at
    if table is saved:  # words of one's own are not lost
        return and_(saved.c.note == "", said.note != "")
    return None
