"""Letters on their way: nobody waits for them, and one that a server does not take yet is tried again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from secrets import token_hex

import structlog

from bot.metrics import MAIL_FIGURES
from bot.models import Outcome
from bot.ports import Letter, Post, SendError

log = structlog.get_logger(__name__)

Write = Callable[[], Awaitable[Letter | None]]
"""Makes a letter; None: there is nothing to say."""
Sleep = Callable[[float], Awaitable[None]]
WAITS = (20.0, 120.0, 600.0)
"""Real seconds before the second attempt and those after it: a greylisting server takes mail after some minutes.

https://www.rfc-editor.org/rfc/rfc6647
"""
AGAIN = frozenset({Outcome.NOT_SENT, Outcome.LIMITED})
AT_ONCE = 4


class Letters:
    """Sends in the background. They are not in the ledger: an address is kept nowhere before it is confirmed."""

    def __init__(self, post: Post, *, sleep: Sleep = asyncio.sleep, waits: Sequence[float] = WAITS) -> None:
        self._post = post
        self._sleep = sleep
        self._waits = waits
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(AT_ONCE)

    def send(self, write: Write) -> None:
        """Begin, and return at once."""
        task = asyncio.create_task(self._send(write), name="letter")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(self._waiting.discard)

    async def drain(self, seconds: float) -> bool:
        """Wait for those on their way. False if one had to be given up, as one that waits for its next attempt is."""
        tasks, waiting = set(self._tasks), set(self._waiting)
        for task in waiting:
            task.cancel()
        _, pending = await asyncio.wait(tasks, timeout=seconds) if tasks else (set(), set())
        for task in pending:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return not pending and not waiting

    async def _send(self, write: Write) -> None:
        try:
            letter = await write()
            if letter is not None:
                await self._deliver(letter)
        except Exception:
            log.exception("a letter could not be written")

    async def _deliver(self, letter: Letter) -> None:
        key = token_hex(12)
        for wait in (*self._waits, None):
            outcome = await self._attempt(letter, key)
            if wait is None or outcome not in AGAIN:
                return
            await self._rest(wait)

    async def _rest(self, seconds: float) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # `send` made it
        self._waiting.add(task)
        await self._sleep(seconds)
        self._waiting.discard(task)

    async def _attempt(self, letter: Letter, key: str) -> Outcome:
        outcome, reason = Outcome.SENT, ""
        async with self._free:
            try:
                await self._post.post(letter, key)
            except SendError as failure:
                outcome, reason = failure.outcome, failure.reason
        MAIL_FIGURES.letter(letter.kind.value, outcome.value)
        (log.info if outcome in {Outcome.SENT, *AGAIN} else log.warning)(
            "letter", kind=letter.kind.value, outcome=outcome.value, reason=reason or None
        )
        return outcome
