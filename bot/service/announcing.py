"""Telling channels who changed their digest: at once, by whoever answers, or late, if that process did not live to.

A change is written together with what its channel is owed (a transactional outbox, whose messages are the lines of the
log), so that nothing is lost between the two.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from bot.clock import Clock, SystemClock
from bot.delivery.keys import announcement_key
from bot.holder import new_holder
from bot.models import Change, ChannelKey, Outcome, Subscription
from bot.ports import Platform, SendError, Store, Telling
from bot.views import PublicLine, Tone

log = structlog.get_logger(__name__)

HELD = timedelta(seconds=15)
"""What a teller holds that was killed is anybody's after this time."""
RENEWED_EVERY = 5.0
"""Seconds of real time."""
KEPT = timedelta(hours=1)
"""Older changes are no news to anybody."""
KEY_COUNTS = timedelta(minutes=2)
"""From a change on: as long as a platform that knows keys surely remembers that of its line."""
LATE = "I could not say this at once."


class Announcing:
    """Whose turn it is to tell a channel, and the lines that nobody told."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Platform],
        real: Clock | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._real = real or SystemClock()
        self._pause = pause
        self._at_work = asyncio.Lock()
        self._ending = False

    @asynccontextmanager
    async def telling(self, asking: str, channel: ChannelKey) -> AsyncIterator[bool]:
        """Whether the line is the caller's to post; while the block lasts nobody else does.

        After the block the channel counts as told, however the post went: whoever gave the command hears of that. A
        block that is left by an error, or in which the process dies, leaves the line to `tell_late`.
        """
        if not asking:
            yield True
            return
        telling = Telling(asking, channel, asking)
        async with self._held(telling) as ours:
            yield ours
        if ours:
            await self._settle(telling)

    async def tell_late(self) -> int:
        """Post what is owed and nobody posts, what one command did in one message. Returns how many were posted."""
        async with self._at_work:
            groups = await self._claimed()
            return sum([await self._tell(telling, changes) for telling, changes in groups.items() if not self._ending])

    async def drain(self, seconds: float) -> bool:
        """Take up nothing more, and wait for the line that is on its way. False if it was not there in time."""
        self._ending = True
        try:
            async with asyncio.timeout(seconds), self._at_work:
                return True
        except TimeoutError:
            return False

    async def forget(self) -> int:
        """Forget what is too old to be told, and what was told before. Returns how many lines were never told."""
        never = await self._store.announcements.forget(self._real.now() - KEPT)
        if never:
            log.warning("changes of digests were not told in their channels, and are too old now", changes=never)
        return never

    async def _claimed(self) -> dict[Telling, list[Change]]:
        """What this process is to tell now, in the order it came about."""
        groups: dict[Telling, list[Change]] = {}
        if self._ending:
            return groups
        now, teller, ways_out = self._real.now(), new_holder(), self._platforms.keys()
        for change in await self._store.announcements.claim(teller, ways_out, now, now + HELD, now - KEPT):
            asking = change.owed.asking if change.owed else ""
            groups.setdefault(Telling(asking, change.channel, teller), []).append(change)
        return groups

    async def _tell(self, telling: Telling, changes: Sequence[Change]) -> bool:
        """Whether this process posted it; another may have taken it over meanwhile."""
        async with self._held(telling) as ours:
            if not ours:
                return False
            line = late_line(changes, await self._store.channels.subscription(telling.channel))
            failure = await self._post(telling, line)
        if failure is not None and self._try_again(failure, line, changes[0]):
            wait = min(timedelta(seconds=failure.retry_after or 0.0), KEPT)
            await self._store.announcements.hold(telling, self._real.now() + max(wait, HELD))
            return False
        await self._settle(telling)
        return failure is None

    async def _post(self, telling: Telling, line: PublicLine) -> SendError | None:
        """What went wrong."""
        platform, key = self._platforms[telling.channel.platform], announcement_key(telling.asking, telling.channel)
        try:
            for payload in platform.render(line):
                await platform.send(telling.channel, payload, key)
        except SendError as failure:
            log.info(
                "a change could not be told in its channel",
                channel=str(telling.channel),
                outcome=failure.outcome.value,
                reason=failure.reason,
            )
            return failure
        except Exception:
            log.exception("a change could not be told in its channel", channel=str(telling.channel))
            return SendError(Outcome.CONTENT_BUG, "the fault is ours")
        log.info("a change was told late in its channel", channel=str(telling.channel))
        return None

    def _try_again(self, failure: SendError, line: PublicLine, change: Change) -> bool:
        """Whether a second post is harmless: the first surely did not arrive, or its key still counts."""
        if failure.outcome in {Outcome.NOT_SENT, Outcome.LIMITED}:
            return True
        if failure.outcome is not Outcome.UNKNOWN or change.owed is None or line.own_post:
            return False
        platform = self._platforms[change.channel.platform]
        return platform.idempotent and self._real.now() + HELD - change.owed.since < KEY_COUNTS

    @asynccontextmanager
    async def _held(self, telling: Telling) -> AsyncIterator[bool]:
        """Whether it is the teller's; if so, it stays theirs for as long as the block lasts."""
        if not await self._hold(telling):
            yield False
            return
        keeping = asyncio.create_task(self._keep(telling))
        try:
            yield True
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _keep(self, telling: Telling) -> None:
        while True:
            await self._pause(RENEWED_EVERY)
            await self._hold(telling)

    async def _hold(self, telling: Telling) -> bool:
        """False too where the database does not say: the line then stays owed, and comes once it does."""
        try:
            return await self._store.announcements.hold(telling, self._real.now() + HELD)
        except Exception as error:  # noqa: BLE001  # whatever a database's driver raises
            log.warning("a change is told later", channel=str(telling.channel), error=str(error) or repr(error))
            return False

    async def _settle(self, telling: Telling) -> None:
        try:
            await self._store.announcements.settle(telling)
        except Exception as error:  # noqa: BLE001  # the same
            log.warning("a change may be told twice", channel=str(telling.channel), error=str(error) or repr(error))


def public_line(text: str, known: Subscription | None, hint: str = "") -> PublicLine:
    """For a channel with that digest, or with none."""
    wishes = known.preferences if known else None
    return PublicLine(
        tone=Tone.INFO,
        text=text,
        hint=hint,
        own_post=wishes is not None and wishes.own_post,
        tags=wishes.tags if wishes else (),
    )


def late_line(changes: Sequence[Change], known: Subscription | None) -> PublicLine:
    """What one command changed, in the words of the log."""
    return public_line(" ".join(f"@{change.by.name} {change.what}." for change in changes), known, LATE)
