"""Choosing a channel's papers for one local date, and telling what became of them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cards import compact, digest_post
from bot.clock import Clock
from bot.delivery.keys import button_key
from bot.errors import UserError
from bot.models import (
    ChannelKey,
    Counts,
    Delivery,
    DeliveryState,
    Digest,
    Filters,
    Paper,
    Period,
    Person,
    Preferences,
    Schedule,
    SourceStatus,
    Subscription,
    Tally,
    Topics,
    Window,
    Workspace,
)
from bot.ports import Store
from bot.ranking import Ranking
from bot.schedule import run_at
from bot.service.trends import Trends
from bot.service.votes import REMEMBERED, reordered, spread_of, vote_part, with_votes
from bot.views import DigestPost

SHORT_COMMAND = 60
"""Characters of a command that fit any platform's ids for buttons."""
WEEK = timedelta(days=7)
CAME = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN})
NEVER_AGAIN = timedelta(days=30)
"""A paper comes to a channel once in this time."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Ranked papers that are young enough, and those of them that fit; the same for all channels of a topic set."""

    ranking: Ranking
    young: tuple[str, ...]
    matched: dict[str, tuple[str, ...]]


class Digests:
    """Composes digests and sends nothing: the same channel and date give the same papers until something is learned."""

    def __init__(self, store: Store, trends: Trends, clock: Clock, command: str = "/papers") -> None:
        self._store = store
        self._trends = trends
        self._clock = clock
        self._command = command

    async def compose(self, delivery: Delivery) -> DigestPost | None:
        """What a claimed delivery is to say; None if the channel has no digest any more."""
        subscription = await self._store.channels.subscription(delivery.channel)
        if subscription is None or subscription.id != delivery.subscription_id:
            return None
        now = self._clock.now()
        digest = await self.choose(subscription, delivery.slot, now, again=delivery.selection)
        post = await self._post(digest, subscription.preferences)
        await self._remember(post)
        return post

    async def preview(self, channel: ChannelKey, subscription: Subscription | None, day: date | None) -> DigestPost:
        """What would come now, or would have come on `day` at the channel's hour; counts as nothing."""
        now = self._clock.now()
        shown = subscription or _unsaved(channel, now)
        today = now.astimezone(ZoneInfo(shown.schedule.zone)).date()
        slot = day or today
        if slot > today:
            hint = "Leave the date out to see what would come now."
            raise UserError("future_date", f"{slot} has not come yet; today is {today}.", hint, option="date")
        moment = min(now, run_at(shown.schedule, slot)) if day else now
        delivered = await self._store.deliveries.delivery(shown.id, slot)
        digest = await self.choose(shown, slot, moment, again=delivered.selection if delivered else ())
        return replace(await self._post(digest, shown.preferences), preview=True)

    async def choose(
        self, subscription: Subscription, slot: date, moment: datetime, *, again: tuple[str, ...] = ()
    ) -> Digest:
        """The channel's papers of that date, ranked as of `moment`; empty with the reason on a quiet day.

        `again` are papers that this very slot showed before and may show once more.
        """
        schedule, topics = subscription.schedule, subscription.topics
        candidates = await self._candidates(schedule.period, topics, moment)
        shown = await self._store.deliveries.shown_since(subscription.channel, moment - NEVER_AGAIN)
        seen = shown.difference(again)
        new = [paper_id for paper_id in candidates.young if paper_id not in seen]
        votes = await self._team_votes(subscription.channel, moment)
        order = reordered(list(candidates.matched), candidates.ranking, votes)
        fitting = [paper_id for paper_id in order if paper_id not in seen]
        matched = await self._filtered(fitting, subscription.preferences.filters, candidates.ranking, votes)
        enough = await self._enough(subscription, slot)
        ids = [] if enough else matched[: subscription.limit]
        spread = spread_of(candidates.ranking)
        described = await self._trends.describe(candidates.ranking, ids, candidates.matched, 1)
        papers = tuple(with_votes(ranked, votes, spread) for ranked in described)
        stale = tuple(status for status in await self._store.papers.sources() if status.failing_since is not None)
        return Digest(
            channel=subscription.channel,
            slot=slot,
            schedule=schedule,
            topics=topics,
            papers=papers,
            considered=len(new),
            matched=len(matched),
            as_of=candidates.ranking.as_of,
            stale=stale,
            set_up_by=subscription.set_up_by if subscription.set_up_by.name else None,
            quiet_because=None if ids else enough or _nothing(candidates, new, fitting, topics, stale),
            even_empty=not enough and not subscription.preferences.skip_when_empty,
        )

    async def would_match(self, topics: Topics, days: int) -> tuple[int, int]:
        """How many papers of the last days fit these topics, and of how many."""
        now = self._clock.now()
        ranking = await self._trends.ranking(Window.WEEK)
        papers = await self._store.papers.seen_since(now - timedelta(days=days), now)
        ids = {paper.id for paper in papers}
        matched = await self._trends.matching(ranking, topics)
        return sum(paper_id in ids for paper_id in matched), len(ids)

    async def _enough(self, subscription: Subscription, slot: date) -> str | None:
        """Why a week has had all its digests, in words; None while it has not."""
        most = subscription.preferences.most_per_week
        if most is None:
            return None
        monday = slot - timedelta(days=slot.weekday())
        last = await self._store.deliveries.history(subscription.channel, 14)
        came = sum(one.slot != slot and monday <= one.slot < monday + WEEK and one.state in CAME for one in last)
        return f"this week has had its {most} already" if came >= most else None

    async def _filtered(self, ids: list[str], filters: Filters, ranking: Ranking, votes: dict[str, Tally]) -> list[str]:
        """Those that pass the channel's bar."""
        if filters == Filters():
            return ids
        papers = await self._store.papers.many(ids)
        counts = await self._store.papers.counts(ids, ranking.as_of)

        spread = spread_of(ranking)

        def passes(paper_id: str) -> bool:
            score = (ranking.score(paper_id) or 0.0) + (
                vote_part(votes[paper_id], spread).part if paper_id in votes else 0.0
            )
            return passed(filters, papers[paper_id], counts.get(paper_id, Counts()), score, ranking.as_of)

        return [paper_id for paper_id in ids if paper_id in papers and passes(paper_id)]

    async def _team_votes(self, channel: ChannelKey, moment: datetime) -> dict[str, Tally]:
        return await self._store.people.tallies(Workspace.of(channel), since=moment - REMEMBERED, until=moment)

    async def _candidates(self, period: Period, topics: Topics, moment: datetime) -> Candidates:
        now = self._clock.now()
        ranking = await self._trends.ranking(WINDOWS[period], None if moment >= now - timedelta(minutes=1) else moment)
        since = ranking.as_of - REACH[period]
        young = tuple(paper_id for paper_id in ranking.order if ranking.first_seen_at(paper_id) >= since)
        fits = await self._trends.matching(ranking, topics)
        return Candidates(
            ranking=ranking, young=young, matched={paper_id: fits[paper_id] for paper_id in young if paper_id in fits}
        )

    async def _remember(self, post: DigestPost) -> None:
        """A delivered message outlives its process; what its buttons' ids may have no room for must outlive it too."""
        for command in (button.command for card in post.cards for button in card.buttons):
            if len(command) > SHORT_COMMAND:
                await self._store.channels.remember_command(button_key(command), command)

    async def _post(self, digest: Digest, wishes: Preferences) -> DigestPost:
        workspace, ids = Workspace.of(digest.channel), [ranked.paper.id for ranked in digest.papers]
        votes = await self._store.people.tallies(workspace, paper_ids=ids)
        post = digest_post(digest, command=self._command, votes=votes)
        cards = tuple(compact(shown) for shown in post.cards) if wishes.compact else post.cards
        return replace(post, cards=cards, details=wishes.details)


def passed(filters: Filters, paper: Paper, counts: Counts, score: float, now: datetime) -> bool:
    """Whether a paper passes a channel's bar; a count nobody knows passes no minimum."""
    return (
        (filters.minimum_upvotes is None or (counts.upvotes or 0) >= filters.minimum_upvotes)
        and (filters.minimum_score is None or score >= filters.minimum_score)
        and (not filters.sources or any(source in filters.sources for source in paper.sources))
        and (not filters.only_with_code or paper.github_repo is not None)
        and (filters.maximum_age is None or now - paper.first_seen_at <= timedelta(days=filters.maximum_age))
    )


def _nothing(
    candidates: Candidates, new: list[str], fitting: list[str], topics: Topics, stale: tuple[SourceStatus, ...]
) -> str:
    if fitting:
        return f"none of {len(fitting)} papers that matched passed the filters"
    return quiet_reason(candidates, len(new), topics, stale)


def quiet_reason(candidates: Candidates, new: int, topics: Topics, stale: tuple[SourceStatus, ...]) -> str:
    """Why there is nothing to show: the kinds of quiet day told apart."""
    if not candidates.young and stale:
        return f"nothing new is known: {', '.join(status.source for status in stale)} did not answer"
    if not candidates.young:
        return "no new papers were announced"
    if not candidates.matched:
        return f"none of {len(candidates.young)} new papers matched the topics"
    if new or topics.include:
        return f"all {len(candidates.matched)} papers that matched were shown here in the last {NEVER_AGAIN.days} days"
    return f"all {len(candidates.young)} new papers were shown here in the last {NEVER_AGAIN.days} days"


def _unsaved(channel: ChannelKey, now: datetime) -> Subscription:
    """What a channel would get if it subscribed now."""
    return Subscription(channel=channel, schedule=Schedule(), set_up_by=Person(id="", name=""), created_at=now)
