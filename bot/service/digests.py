"""Choosing a channel's papers for one local date, and telling what became of them."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cards import compact, details_button, digest_post
from bot.clock import Clock
from bot.delivery.keys import button_key
from bot.errors import UserError
from bot.models import (
    ChannelKey,
    Counts,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    Filters,
    Period,
    Person,
    Preferences,
    RankedPaper,
    Schedule,
    SourceStatus,
    Subscription,
    Topics,
    Window,
    Workspace,
)
from bot.ports import Store
from bot.schedule import run_at
from bot.service.choosing import Choosing, Learned, described
from bot.service.earlier import earlier_links, with_earlier
from bot.service.made_once import MadeOnce
from bot.service.moments import as_planned
from bot.service.needs import feed_day
from bot.service.offered import Bar, Candidates, Offered, candidates_from
from bot.service.own import with_own
from bot.service.quiet import NEVER_AGAIN, Looked, below_the_bar, missed, quiet_reason
from bot.service.recent import Recent
from bot.service.trends import Trends
from bot.service.votes import REMEMBERED, Say, reordered, say_of, spread_of, vote_part, with_votes
from bot.views import DigestPost

SHORT_COMMAND = 60
"""Characters of a command that fit any platform's ids for buttons."""
WEEK = timedelta(days=7)
CAME = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN})
REACH: dict[Period, timedelta] = {
    Period.DAILY: timedelta(days=14),
    Period.WEEKLY: timedelta(days=14),
    Period.MONTHLY: timedelta(days=45),
}
"""How old a paper may be when a digest first shows it; 14 days is what `fresh` means."""
WINDOWS: dict[Period, Window] = {
    Period.DAILY: Window.DAY,
    Period.WEEKLY: Window.WEEK,
    Period.MONTHLY: Window.MONTH,
}


AT_ONCE = 2
"""Digests composed side by side: more only make each later, and answers to people with them."""
KEPT_OFFERS = 64
"""Topic sets whose candidates are at hand."""


class Digests:
    """Composes digests and sends nothing: the same channel and date give the same papers until something is learned."""

    def __init__(
        self, store: Store, trends: Trends, choosing: Choosing, clock: Clock, command: str = "/papers"
    ) -> None:
        self._store = store
        self._choosing = choosing
        self._trends = trends
        self._clock = clock
        self._command = command
        self._composing = asyncio.Semaphore(AT_ONCE)
        self._made_once = MadeOnce(store.candidates, trends)
        self._offers: Recent[Candidates] = Recent(KEPT_OFFERS)

    async def compose(self, delivery: Delivery) -> DigestPost | None:
        """What a claimed delivery is to say; None if the channel has no digest any more."""
        subscription = await self._store.channels.subscription(delivery.channel)
        if subscription is None or subscription.id != delivery.subscription_id:
            return None
        as_of = as_planned(subscription, delivery, self._clock.now())
        async with self._composing:
            digest = await self.choose(subscription, delivery.slot, as_of, again=delivery.selection, shared=True)
            post = await self._post(digest, subscription.preferences)
        await self._remember(post)
        return post

    async def preview(self, channel: ChannelKey, subscription: Subscription | None, day: date | None) -> DigestPost:
        """What would come now, or would have come on `day` at the channel's hour; counts as nothing."""
        now = self._clock.now()
        shown = subscription or unsaved(channel, now)
        today = now.astimezone(ZoneInfo(shown.schedule.zone)).date()
        slot = day or today
        if slot > today:
            hint = "Leave the date out to see what would come now."
            raise UserError("future_date", f"{slot} has not come yet; today is {today}.", hint, option="date")
        moment = min(now, run_at(shown.schedule, slot)) if day else None
        delivered = await self._store.deliveries.delivery(shown.id, slot)
        digest = await self.choose(shown, slot, moment, again=delivered.selection if delivered else ())
        return replace(await self._post(digest, shown.preferences), preview=True)

    async def choose(
        self,
        subscription: Subscription,
        slot: date,
        as_of: datetime | None,
        *,
        again: tuple[str, ...] = (),
        shared: bool = False,
    ) -> Digest:
        """The channel's papers of that date, as of then, else of now; empty with the reason where none come.

        As of a moment it is the same choice whenever it is made, unless something about the past was learned since.
        `again` are papers that this very slot showed before and may show once more. `shared`: it is one of many that go
        out now, in several processes, and what they choose from is made once.
        """
        offered = await self.offered(subscription, slot, as_of, again=again, shared=shared)
        enough = offered.enough
        learned = None if enough else await self.learned(subscription, as_of or self._clock.now())
        papers = () if enough else await self._chosen(subscription, slot, offered, learned)
        stale = tuple(status for status in await self._store.papers.sources() if status.failing_since is not None)
        return Digest(
            channel=subscription.channel,
            slot=slot,
            schedule=subscription.schedule,
            topics=subscription.topics,
            papers=papers,
            considered=sum(paper_id not in offered.seen for paper_id in offered.candidates.young),
            matched=len(offered.bar.scores),
            as_of=offered.ranking.as_of,
            stale=stale,
            set_up_by=subscription.set_up_by if subscription.set_up_by.name else None,
            quiet_because=None if papers else enough or _quiet(subscription, offered, stale),
            even_empty=not enough and not subscription.preferences.skip_when_empty,
            taste=str(learned) if learned and papers else None,
        )

    async def offered(
        self,
        subscription: Subscription,
        slot: date,
        as_of: datetime | None,
        *,
        again: tuple[str, ...] = (),
        shared: bool = False,
    ) -> Offered:
        """What a channel's digest of that date chooses from."""
        channel, moment = subscription.channel, as_of or self._clock.now()
        candidates = await self._candidates(subscription.schedule.period, subscription.topics, as_of, shared=shared)
        seen = (await self._store.deliveries.shown_since(channel, moment - NEVER_AGAIN)).difference(again)
        ballots = await self._store.people.ballots(Workspace.of(channel), since=moment - REMEMBERED, until=moment)
        votes = say_of(ballots)
        fitting = [one for one in reordered(candidates.matched, candidates.ranking, votes) if one not in seen]
        return Offered(
            candidates=candidates,
            seen=seen,
            votes=votes,
            ballots=ballots,
            fitting=fitting,
            bar=await self._bar(fitting, subscription.preferences.filters, candidates, votes),
            enough=await self._enough(subscription, slot),
        )

    async def learned(self, subscription: Subscription, moment: datetime) -> Learned | None:
        """The channel's taste, unless it wants none or has voted too little."""
        wishes = subscription.preferences
        return await self._choosing.taste(subscription.channel, moment, wishes.learn_since) if wishes.learn else None

    async def taste_of(self, channel: ChannelKey) -> tuple[str, ...]:
        """What the channel's digest learned, in a sentence; none where it learned nothing."""
        subscription = await self._store.channels.subscription(channel)
        learned = await self.learned(subscription, self._clock.now()) if subscription else None
        return (f"In this channel's digest its taste counts too, {learned}.",) if learned else ()

    async def _chosen(
        self,
        subscription: Subscription,
        slot: date,
        offered: Offered,
        learned: Learned | None,
    ) -> tuple[RankedPaper, ...]:
        """Those picked for everybody, and the channel's own among them."""
        offer, matched = offered.offer(), offered.candidates.matched
        taste = learned.taste if learned else None
        picks = await self._choosing.picks(subscription.channel, slot, offer, subscription.limit, taste)
        ranked = await self._trends.describe(offered.ranking, [pick.paper_id for pick in picks], matched, 1)
        chosen = tuple(
            described(with_votes(one, offered.votes, offer.spread), pick)
            for one, pick in zip(ranked, picks, strict=True)
        )
        reach = REACH[subscription.schedule.period]
        return await with_own(self._store, subscription, chosen, offered.seen, offered.ranking.as_of, reach)

    async def _enough(self, subscription: Subscription, slot: date) -> str | None:
        """Why a week has had all its digests, in words; None while it has not."""
        most = subscription.preferences.most_per_week
        if most is None:
            return None
        monday = slot - timedelta(days=slot.weekday())
        last = await self._store.deliveries.history(subscription.channel, 14)
        came = sum(one.slot != slot and monday <= one.slot < monday + WEEK and _came(one) for one in last)
        return f"this week has had its {most} already" if came >= most else None

    async def _bar(self, fitting: list[str], filters: Filters, candidates: Candidates, votes: dict[str, Say]) -> Bar:
        """The scores of those that pass the channel's bar, and why none does."""
        ranking, spread = candidates.ranking, spread_of(candidates.ranking)
        scores = {paper_id: candidates.scores[paper_id] for paper_id in fitting}
        for paper_id in votes.keys() & scores.keys():
            scores[paper_id] += vote_part(votes[paper_id], spread).part
        if filters == Filters() or not fitting:
            return Bar(scores=scores)
        papers = await self._store.papers.many(fitting)
        counts = await self._store.papers.counts(fitting, ranking.as_of)
        lacks = {
            one: missed(filters, papers[one], counts.get(one, Counts()), scores[one], ranking.as_of)
            for one in fitting
            if one in papers
        }
        passing = {paper_id: scores[paper_id] for paper_id in lacks if not lacks[paper_id]}
        return Bar(scores=passing, because=None if passing else below_the_bar(fitting, papers, lacks))

    async def _candidates(self, period: Period, topics: Topics, as_of: datetime | None, *, shared: bool) -> Candidates:
        """Made once for all channels of a topic set that are due at once."""
        ranking = await self._trends.ranking(WINDOWS[period], as_of)
        shared = shared and as_of == ranking.as_of
        key = (id(ranking), period, topics, shared)  # what is kept holds the ranking, so nothing else can have its id
        known = self._offers.get(key)
        if known is None:
            young = ranking.seen_since(ranking.as_of - REACH[period])
            window = ranking.as_of - timedelta(hours=WINDOWS[period].hours)
            if shared:
                matched, scores = await self._made_once.of(period, topics, ranking, young)
                known = candidates_from(ranking, young, matched, window, scores)
            else:
                matched = await self._trends.matching(ranking, topics, young)
                known = candidates_from(ranking, young, matched, window)
            self._offers.put(key, known)
        return known

    async def _remember(self, post: DigestPost) -> None:
        """A delivered message outlives its process; what its buttons' ids may have no room for must outlive it too."""
        for button in (button for card in post.cards for button in (*card.buttons, details_button(card))):
            if len(button.command) > SHORT_COMMAND:
                await self._store.channels.remember_command(button_key(button.command), button.command)

    async def _post(self, digest: Digest, wishes: Preferences) -> DigestPost:
        workspace, ids = Workspace.of(digest.channel), [ranked.paper.id for ranked in digest.papers]
        votes = await self._store.people.tallies(workspace, paper_ids=ids)
        post = digest_post(digest, command=self._command, votes=votes)
        shown = tuple(compact(one) for one in post.cards) if wishes.compact else post.cards
        earlier = await earlier_links(self._store, digest.channel, ids, self._clock.now())
        return replace(
            post,
            cards=with_earlier(shown, earlier),
            details=wishes.details,
            own_post=wishes.own_post,
            tags=wishes.tags,
            publish=wishes.publish,
            ping=wishes.ping,
        )


def _came(one: Delivery) -> bool:
    return one.state in CAME and one.kind is DeliveryKind.DIGEST


def _quiet(subscription: Subscription, offered: Offered, stale: tuple[SourceStatus, ...]) -> str:
    """Why no paper comes, in words."""
    candidates, topics = offered.candidates, subscription.topics
    daily = subscription.schedule.period is Period.DAILY
    looked = Looked(
        young=candidates.young,
        matched=candidates.matched,
        fitting=offered.fitting,
        arrived=candidates.arrived,
        announced_for=feed_day(offered.ranking.as_of) if daily else None,
    )
    has_topics = not topics.are_everything
    return offered.bar.because or quiet_reason(looked, has_topics=has_topics, stale=stale)


def unsaved(channel: ChannelKey, now: datetime) -> Subscription:
    """What a channel would get if it subscribed now."""
    return Subscription(channel=channel, schedule=Schedule(), set_up_by=Person(id="", name=""), created_at=now)
