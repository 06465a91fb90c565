"""Surge alerts: a paper of a channel's topics that takes off between two digests, at most one a day."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cards import ARXIV_THANKS, card, day, one_line, with_buttons
from bot.clock import Clock
from bot.models import (
    Counts,
    Delivery,
    DeliveryKind,
    Digest,
    Filters,
    Observation,
    Paper,
    RankedPaper,
    Subscription,
    Window,
    Workspace,
)
from bot.ports import Store
from bot.ranking.surge import WINDOW, Climb, in_words, takes_off
from bot.schedule import GRACE, skipped
from bot.service.digests import Digests
from bot.service.quiet import NEVER_AGAIN, passed
from bot.service.trends import Trends
from bot.topics import compile_topics
from bot.views import DigestPost

YOUNG = timedelta(days=14)
"""Older papers are found by `trending`; an alert is about new ones."""
BEFORE = timedelta(hours=4)
"""How old the reading before the window may be: unchanged counts are kept every three hours; a gap tells nothing."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Surge:
    """A paper that takes off now."""

    paper: Paper
    climb: Climb
    counts: Counts


class Alerts:
    """Finds surges and puts alerts into the ledger, where the courier finds them; sends nothing itself."""

    def __init__(self, store: Store, trends: Trends, real: Clock, clock: Clock) -> None:
        self._store = store
        self._trends = trends
        self._real = real
        self._clock = clock
        self._looked_at = -1

    async def look(self) -> int:
        """All channels that want alerts, if anything new is known. Returns how many alerts there are to send."""
        generation = await self._store.papers.generation()
        if generation == self._looked_at:
            return 0
        surges = await self.surges()
        wanted = await self._store.channels.with_alerts() if surges else []
        alerts = sum([await self._alert(one, surges) for one in wanted])
        self._looked_at = generation
        return alerts

    async def surges(self) -> list[Surge]:
        """Young papers that take off, the fastest first."""
        now = self._clock.now()
        young = {paper.id: paper for paper in await self._store.papers.seen_since(now - YOUNG, now)}
        counts = await self._store.papers.counts(list(young), now)
        likely = [one for one in young if (counts.get(one, Counts()).upvotes or 0) > 0]
        earlier = await self._store.papers.counts(likely, now - WINDOW)
        found = []
        for paper_id in likely:
            gained = (counts[paper_id].upvotes or 0) - (earlier.get(paper_id, Counts()).upvotes or 0)
            if takes_off(Climb(before=0, hours_before=0.0, now=gained)):
                climb = climb_of(young[paper_id], await self._store.papers.observations(paper_id, now), now)
                if climb is not None and takes_off(climb):
                    found.append(Surge(young[paper_id], climb, counts[paper_id]))
        return sorted(found, key=lambda one: (-one.climb.rate, one.paper.id))

    async def compose(self, delivery: Delivery) -> DigestPost | None:
        """What a claimed alert is to say; None if the channel has no digest any more."""
        subscription = await self._store.channels.subscription(delivery.channel)
        if subscription is None or subscription.id != delivery.subscription_id:
            return None
        found = {one.paper.id: one for one in await self.surges()}
        surge = next((found[paper_id] for paper_id in delivery.selection if paper_id in found), None)
        if surge is None or not subscription.preferences.alerts:
            because = "alerts were switched off" if surge else "it does not climb any more"
            return DigestPost(
                digest=self._digest(subscription, delivery.slot, because), title="", date_line="", cards=(), footer=()
            )
        return await self._post(subscription, delivery.slot, surge)

    async def _alert(self, subscription: Subscription, surges: list[Surge]) -> bool:
        now = self._clock.now()
        today = now.astimezone(ZoneInfo(subscription.schedule.zone)).date()
        if subscription.paused_because is not None or skipped(subscription, today) is not None:
            return False
        seen = await self._store.deliveries.shown_since(subscription.channel, now - NEVER_AGAIN)
        matcher, filters = compile_topics(subscription.topics), subscription.preferences.filters
        for surge in surges:
            fits = surge.paper.id not in seen and (
                subscription.topics.are_everything or matcher.match(surge.paper) is not None
            )
            if fits and await self._passes(filters, surge):
                return await self._store.deliveries.add_alert(
                    subscription, today, surge.paper.id, now=now, real=self._real.now(), grace=GRACE
                )
        return False

    async def _passes(self, filters: Filters, surge: Surge) -> bool:
        ranking = await self._trends.ranking(Window.DAY)
        return passed(filters, surge.paper, surge.counts, ranking.score(surge.paper.id) or 0.0, self._clock.now())

    async def _post(self, subscription: Subscription, slot: date, surge: Surge) -> DigestPost:
        ranking = await self._trends.ranking(Window.DAY)
        paper_id = surge.paper.id
        matched = await self._trends.matching(ranking, subscription.topics)
        described = await self._trends.describe(ranking, [paper_id], matched, 1)
        votes = await self._store.people.tallies(Workspace.of(subscription.channel), paper_ids=[paper_id])
        topics = ", ".join(one_line(topic) for topic in described[0].topics[:3])
        why = f"{in_words(surge.climb)}{f'; topic: {topics}' if topics else ''}"
        return DigestPost(
            digest=self._digest(subscription, slot, None, described),
            title="A paper takes off",
            date_line=day(self._clock.now(), subscription.schedule.zone),
            cards=tuple(with_buttons(card(one), votes.get(paper_id)) for one in described),
            footer=(f"Why now: {why}.", "At most one a day. No more of these: /papers digest alerts off", ARXIV_THANKS),
            details=subscription.preferences.details,
            own_post=subscription.preferences.own_post,
            tags=subscription.preferences.tags,
            publish=subscription.preferences.publish,
        )

    def _digest(
        self,
        subscription: Subscription,
        slot: date,
        quiet_because: str | None,
        papers: tuple[RankedPaper, ...] = (),
    ) -> Digest:
        return Digest(
            channel=subscription.channel,
            slot=slot,
            schedule=subscription.schedule,
            topics=subscription.topics,
            papers=papers,
            considered=1,
            matched=len(papers),
            as_of=self._clock.now(),
            quiet_because=quiet_because,
        )


def composing(digests: Digests, alerts: Alerts) -> Callable[[Delivery], Awaitable[DigestPost | None]]:
    """What writes the post of a delivery: alerts write theirs, digests all others."""

    async def compose(delivery: Delivery) -> DigestPost | None:
        return await (alerts.compose if delivery.kind is DeliveryKind.ALERT else digests.compose)(delivery)

    return compose


def climb_of(paper: Paper, readings: list[Observation], now: datetime) -> Climb | None:
    """How its upvotes went; None where nobody looked just before the window, so that a gap reads as no surge.

    Of one that was first seen within the window only what it gained since then counts, unless it was published there
    too: else all that a paper of last week has would read as gained today, where we began to look today.
    """
    start = now - WINDOW
    known = [(one.observed_at, one.counts.upvotes) for one in readings if one.counts.upvotes is not None]
    before = [(at, upvotes) for at, upvotes in known if at <= start]
    if not known or (before and before[-1][0] < start - BEFORE) or (not before and paper.first_seen_at < start):
        return None
    if before:
        return Climb(before=before[-1][1], hours_before=(start - paper.first_seen_at) / HOUR, now=known[-1][1])
    if paper.published_at is not None and paper.published_at >= start:
        return Climb(before=0, hours_before=0.0, now=known[-1][1])
    first_at, first = known[0]
    hours = (first_at - (paper.published_at or paper.first_seen_at)) / HOUR
    return Climb(before=first, hours_before=max(hours, 0.0), now=known[-1][1])
