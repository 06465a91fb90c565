"""How long work tells how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Somebody who watches: a bar on a terminal, a log, or nobody."""

    def report(self, task: str, done: int, total: int | None) -> None:
        """`done` of `total` steps of a task, named for people; None: nobody knows how many there will be."""
        ...


class Silent:
    """Nobody watches."""

    def report(self, task: str, done: int, total: int | None) -> None:
        """Nothing happens."""
