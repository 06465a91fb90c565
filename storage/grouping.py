"""Group commit: what many ask for at the same time is done in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")

LARGEST = 500
"""Pieces of work in one transaction: a lock is not held longer than some tens of milliseconds."""


class Grouped(Generic[Asked, Answered]):
    """Whoever comes while a transaction is under way shares the next one; nobody waits for company.

    `work` does a group in one transaction and answers each in its order. An answer comes after the commit. If a group
    fails, its members are done one by one, so that only those fail that would have failed alone.
    """

    def __init__(self, work: Callable[[Sequence[Asked]], Awaitable[Sequence[Answered]]]) -> None:
        self._work = work
        self._waiting: list[tuple[Asked, asyncio.Future[Answered]]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Answered:
        """The answer to one, or what its work raised."""
        answer: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="group commit")
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
            try:
                await self._do(group)
            except BaseException as error:
                for _, answer in [*group, *self._waiting]:
                    _fail(answer, error)
                self._waiting = []
                raise

    async def _do(self, group: list[tuple[Asked, "asyncio.Future[Answered]"]]) -> None:
        try:
            answers = await self._work([asked for asked, _ in group])
        except Exception as error:  # noqa: BLE001 - it is passed on to whom it concerns
            if len(group) == 1:
                _fail(group[0][1], error)
                return
            for one in group:
                await self._do([one])
            return
        for (_, answer), value in zip(group, answers, strict=True):
            if not answer.done():
                answer.set_result(value)


def _fail(answer: "asyncio.Future[Answered]", error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(asyncio.CancelledError() if isinstance(error, asyncio.CancelledError) else error)
