"""Other names of papers, as plain dictionaries: what the contract means."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from bot.identity import other_ids
from bot.models import Batch, Paper

K = TypeVar("K")
V = TypeVar("V")


class Aliases:
    """`moved` is called with an old and a present id for each record that is folded into another."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.moved: list[Callable[[str, str], None]] = []

    def present(self, paper_id: str) -> str:
        return self.names.get(paper_id, paper_id)

    def learn(self, papers: Iterable[Paper]) -> None:
        for paper in papers:
            for other in other_ids(paper):
                self.names.setdefault(other, paper.id)

    def doubles(self, papers: dict[str, Paper]) -> list[Paper]:
        """Records that have another name of a paper, taken out and given its id."""
        found = [papers.pop(old) for old in sorted(papers.keys() & self.names.keys())]
        for paper in found:
            for move in self.moved:
                move(paper.id, self.names[paper.id])
        return [replace(paper, id=self.names[paper.id]) for paper in found]

    def renamed(self, batch: Batch) -> Batch:
        return Batch(
            papers=tuple(replace(one, id=self.present(one.id)) for one in batch.papers),
            observations=tuple(replace(one, paper_id=self.present(one.paper_id)) for one in batch.observations),
            listings=tuple(replace(one, paper_id=self.present(one.paper_id)) for one in batch.listings),
        )


def move(rows: dict[K, V], place: Callable[[K], K], value: Callable[[V], V], wins: Callable[[V, V], bool]) -> None:
    """Put rows at other places; where one is taken, the moved row stays only if it `wins` over the one there."""
    for key in [key for key in rows if place(key) != key]:
        row, there = value(rows.pop(key)), rows.get(place(key))
        if there is None or wins(row, there):
            rows[place(key)] = row
