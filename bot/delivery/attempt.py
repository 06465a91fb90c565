"""One attempt at one delivery: compose, render, freeze, then send part by part, each marked before its request."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.delivery.keys import direct_message, idempotency_key, lane_of
from bot.delivery.means import Means
from bot.delivery.mishaps import our_fault, refused
from bot.delivery.notices import paused_notice, way_back
from bot.delivery.outcomes import ACCEPTED, ANSWERS, Circumstances, after, in_plain_words, outage, without_the_rest
from bot.delivery.threads import addressed, own_words, remote_ids
from bot.delivery.verdict import CUT_OFF, Situation, interrupted, repeatable, verdict
from bot.metrics import FIGURES
from bot.models import Delivery, DeliveryState, MessagePart, Outcome, PartState, Subscription
from bot.ports import Block, Lease, PartEnd, Record, SendError, SentMessage, Standing

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A claimed delivery, under whose fence, and the settings it is for."""

    delivery: Delivery
    owner: str
    subscription: Subscription | None
    asked: bool = False
    """Somebody waits for the answer, and is told what became of it there."""
    failing: bool = False
    """Its lane was without an answer when the attempt began."""
    resting: bool = False
    """Its lane rested then, by our own choice."""

    @property
    def lane(self) -> str:
        return lane_of(self.delivery.channel)


class Attempts:
    """Makes attempts; which lane rests, and what is final, the pure modules say."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._ledger, self._lanes = means.store.deliveries, means.store.lanes
        self._started = means.clock.now()
        self._alerted: set[str] = set()
        """Lanes whose operator was told already that their token is refused."""

    async def make(self, delivery: Delivery, owner: str, *, asked: bool = False) -> str | None:
        """One attempt. A reason means that its lane has to wait now; the next delivery of it must not be tried."""
        standing = await self._ledger.standing(delivery)
        work = Work(
            delivery=delivery,
            owner=owner,
            subscription=standing.subscription,
            asked=asked,
            failing=standing.failures > 0,
            resting=standing.block is not None and standing.block.rests(self._means.real.now()),
        )
        ending = verdict(self._situation(delivery, standing, asked=asked))
        if ending is not None:
            await self._record(work, ending)
            return None
        if standing.parts:
            return await self._send(work, standing.parts)
        try:
            parts = await self._freeze(work)
        except SendError as failure:
            return await self._failed(failure, work, None)
        return await self._send(work, parts, begun=0)

    def _situation(self, delivery: Delivery, standing: Standing, *, asked: bool) -> Situation:
        platform = self._means.platforms.get(delivery.channel.platform)
        return Situation(
            delivery=delivery,
            standing=standing,
            connected=platform is not None,
            idempotent=platform is not None and platform.idempotent,
            asked=asked,
            real=self._means.real.now(),
            started=self._started,
            pace=self._means.pace,
        )

    async def _freeze(self, work: Work) -> list[MessagePart]:
        """The messages, kept before the first is sent, which is marked already.

        None if there is nothing to send, which is then recorded, or if the lease is lost.

        Raises:
            SendError: They could not be made.
        """
        async with self._means.precedence.turn(asked=work.asked):
            drawn = await self._means.drawing.drawn(work.delivery)
        if isinstance(drawn, str):
            await self._record(work, Record(state=DeliveryState.SKIPPED, reason=drawn))
            return []
        selection, payloads, fallback = drawn
        if await self._ledger.freeze(work.delivery, self._lease(work), selection, payloads, fallback):
            return [MessagePart(number=number, payload=payload) for number, payload in enumerate(payloads)]
        return []

    async def _send(
        self, work: Work, parts: Sequence[MessagePart], begun: int | None = None, note: str | None = None
    ) -> str | None:
        """The parts that are not out yet, in order; `begun` is marked already, `note` is what to say of them then."""
        out = remote_ids(parts)
        for part in parts:
            if part.state is PartState.SENT:
                continue
            if part.number != begun:
                await self._give_way(work)
            if out and part.state is PartState.READY and await self._interrupted(work):
                return None
            if part.number != begun and not await self._begin(work, part):
                return None
            try:
                self._refuse_stale(work, part)
                message, plainly = await self._post_part(work, part, out)
            except SendError as failure:
                return await self._failed(failure, work, part)
            out[part.number], note = message.remote_id, plainly or note
            if not await self._sent(work, part, message, note, last=part is parts[-1]):
                return None
        return None

    async def _give_way(self, work: Work) -> None:
        """A message more can wait for those who wait for an answer, unless somebody asked for it."""
        if not work.asked:
            await self._means.precedence.give_way()

    async def _interrupted(self, work: Work) -> bool:
        """Whether people stopped the digest between two of its messages, which is recorded then."""
        standing = await self._ledger.standing(work.delivery)
        ending = interrupted(self._situation(work.delivery, standing, asked=work.asked))
        if ending is not None:
            await self._record(work, ending)
        return ending is not None

    async def _post_part(self, work: Work, part: MessagePart, out: Mapping[int, str]) -> tuple[SentMessage, str | None]:
        """One message; in its own plain words, with a note about them, if its form is refused."""
        try:
            return await self._post(work.delivery, replace(part, payload=addressed(part.payload, out))), None
        except SendError as failure:
            plainly = own_words(part.payload)
            doubtful = self._circumstances(work.delivery, part).doubtful
            if failure.outcome is not Outcome.CONTENT_BUG or plainly is None or doubtful:
                raise
            refused(work.delivery.channel, part.number, failure)
            note = in_plain_words(failure)
        return await self._post(work.delivery, replace(part, payload=addressed(plainly, out))), note

    async def _begin(self, work: Work, part: MessagePart) -> bool:
        return await self._ledger.begin_part(work.delivery, self._lease(work), part.number)

    def _refuse_stale(self, work: Work, part: MessagePart) -> None:
        """A machine may have slept since the verdict, and its platform have forgotten the key."""
        case = self._circumstances(work.delivery, part)
        if case.doubtful and not repeatable(part, case.idempotent, case.real, case.pace):
            raise SendError(Outcome.UNKNOWN, CUT_OFF)

    async def _post(self, delivery: Delivery, part: MessagePart) -> SentMessage:
        platform = self._means.platforms[delivery.channel.platform]
        within = self._means.pace.answer_within.total_seconds()
        try:
            async with asyncio.timeout(within):
                return await platform.send(delivery.channel, part.payload, idempotency_key(delivery, part.number))
        except SendError:
            raise
        except TimeoutError:
            raise SendError(Outcome.UNKNOWN, f"no answer within {within:.0f} s") from None
        except Exception as error:
            raise our_fault(error, Outcome.UNKNOWN, "something went wrong on our side", delivery) from error

    async def _sent(self, work: Work, part: MessagePart, message: SentMessage, note: str | None, *, last: bool) -> bool:
        self._alerted.discard(work.lane)
        end = PartEnd(number=part.number, state=PartState.SENT, remote_id=message.remote_id, url=message.url)
        if not last:
            return await self._ledger.finish_part(work.delivery, self._lease(work), end)
        sent_at = self._means.clock.now()
        record = Record(
            state=DeliveryState.SENT,
            outcome=Outcome.SENT,
            reason=note,
            sent_at=sent_at,
            part=end,
            lane_works=work.failing,
        )
        return await self._record(work, record)

    async def _failed(self, failure: SendError, work: Work, part: MessagePart | None) -> str | None:
        case = self._circumstances(work.delivery, part)
        if failure.outcome is Outcome.CONTENT_BUG and part is not None:
            refused(work.delivery.channel, part.number, failure)
            if own_words(part.payload) is not None and not case.doubtful:
                await self._record(work, without_the_rest(part, self._means.clock.now(), failure))
                return None
            if not case.doubtful and await self._ledger.use_plain(work.delivery, self._lease(work), part.number):
                note = in_plain_words(failure)
                return await self._send(work, await self._ledger.parts(work.delivery.id), note=note)
        then = after(failure, case)
        block = then.block or await self._outage(failure, work, case)
        if block is not None:
            await self._lanes.block(work.lane, block)
            self._alert(failure, work.lane)
        record = replace(then.record, lane_works=work.failing and failure.outcome in ANSWERS)
        if await self._record(work, record) and record.pause_because is not None:
            await self._tell(work, record.pause_because, gone=failure.gone)
        return block.because if block else None

    async def _outage(self, failure: SendError, work: Work, case: Circumstances) -> Block | None:
        """The lane's rest, once its platform has left too many requests in a row without an answer."""
        if case.part is None or failure.outcome in ANSWERS:
            return None
        failures = await self._lanes.count_failure(work.lane)
        return outage(failure, failures, case)

    def _circumstances(self, delivery: Delivery, part: MessagePart | None) -> Circumstances:
        return Circumstances(
            delivery=delivery,
            part=part,
            idempotent=self._means.platforms[delivery.channel.platform].idempotent,
            real=self._means.real.now(),
            pace=self._means.pace,
            jitter=self._means.jitter,
        )

    def _alert(self, failure: SendError, lane: str) -> None:
        if failure.outcome is Outcome.DEAD_LANE and lane not in self._alerted:
            self._alerted.add(lane)
            log.error("a platform refuses our token", lane=lane, reason=failure.reason, hint=way_back(lane))

    async def _tell(self, work: Work, because: str, *, gone: bool) -> None:
        """A direct message to the one who set the digest up, once; whether it arrives changes nothing."""
        channel = work.delivery.channel
        inbox = direct_message(channel, work.subscription.set_up_by) if work.subscription else None
        if inbox is None or work.asked:
            return
        told = paused_notice(channel, because, gone=gone)
        log.info("telling the one who set it up", channel=str(channel), reference=told.reference)
        try:
            for number, payload in enumerate(self._means.platforms[channel.platform].render(told)):
                await self._post(
                    replace(work.delivery, channel=inbox), MessagePart(number=-1 - number, payload=payload)
                )
        except SendError as failure:
            log.info("the one who set it up could not be told", channel=str(channel), reason=failure.reason)

    async def _record(self, work: Work, record: Record) -> bool:
        kept = await self._ledger.record(work.delivery, work.owner, record)
        if kept:
            FIGURES.note(work.delivery, record)
        if work.resting and record.outcome in ACCEPTED:
            await self._lanes.open(work.lane, self._means.real.now())
        worrying = not kept or record.state in {DeliveryState.UNKNOWN, DeliveryState.FAILED}
        (log.warning if worrying else log.info)(
            "delivery" if kept else "delivery taken over by another worker",
            channel=str(work.delivery.channel),
            slot=str(work.delivery.slot),
            state=record.state.value,
            outcome=record.outcome.value if record.outcome else None,
            reason=record.reason,
        )
        return kept

    def _lease(self, work: Work) -> Lease:
        return Lease(work.owner, self._means.real.now(), self._means.pace.lease)
