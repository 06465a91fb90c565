"""What would have to change for a paper to be in a channel's digest of today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.choice.needed import needed
from bot.clock import Clock, moment_of
from bot.models import ChannelKey, Counts, Filters, Paper, Subscription
from bot.ports import Store
from bot.ranking.whatif import CHANGES, Change, least
from bot.service.choosing import Choosing
from bot.service.digests import REACH, Digests, unsaved
from bot.service.offered import Offered
from bot.service.quiet import NEVER_AGAIN, missed
from bot.service.votes import spread_of, vote_part, with_voters

MOST_VOTERS = 50
_TOLD = 3
"""Changes that are told, the smallest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What a paper of the right age and topics lacks."""

    rise: float | None
    """Of its score; 0 if it is high enough, None where no score would do."""
    upvotes: int = 0
    """To pass the channel's bar."""


class Prospects:
    """Answers by choosing again, with the paper's score raised; the same choice that the digest makes."""

    def __init__(self, store: Store, digests: Digests, choosing: Choosing, clock: Clock) -> None:
        self._store = store
        self._digests = digests
        self._choosing = choosing
        self._clock = clock

    async def of(self, channel: ChannelKey, paper: Paper, as_of: datetime | None = None) -> str:
        """One or two sentences."""
        moment = moment_of(as_of, self._clock)
        known = await self._store.channels.subscription(channel)
        subscription = known or unsaved(channel, moment)
        slot = moment.astimezone(ZoneInfo(subscription.schedule.zone)).date()
        delivered = await self._store.deliveries.delivery(subscription.id, slot) if known else None
        again = delivered.selection if delivered else ()
        offered = await self._digests.offered(subscription, slot, as_of, again=again)
        which = "today's digest" if known else "today's digest, if this channel had one,"
        if offered.enough:
            return f"Nothing comes today, whatever its score: {offered.enough}."
        closed = closed_out(paper, subscription, offered, moment)
        if closed is not None:
            return f"It is not in {which} and no single change would bring it: {closed}."
        lack = await self._lack(paper, subscription, slot, offered)
        if lack.rise == 0 and not lack.upvotes:
            return f"It is in {which} as it stands now." if known else f"It would be in {which} as it stands now."
        ways = list(_ways(paper.id, channel, offered, lack))
        return in_words(which, lack, ways, offered, paper.id)

    async def _lack(self, paper: Paper, subscription: Subscription, slot: date, offered: Offered) -> Lack:
        filters = subscription.preferences.filters
        score = offered.score(paper.id)
        counts = (await self._store.papers.counts([paper.id], offered.ranking.as_of)).get(paper.id, Counts())
        upvotes = max(0, (filters.minimum_upvotes or 0) - (counts.upvotes or 0))
        learned = await self._digests.learned(subscription, offered.ranking.as_of)
        taste = learned.taste if learned else None
        again = await self._choosing.again(
            subscription.channel, slot, offered.offer(paper.id), subscription.limit, taste, paper.id
        )
        best = max(offered.bar.scores.values(), default=score)
        rise = needed(paper.id, again, max(0.0, best - score) + 2 * spread_of(offered.ranking))
        below = max(0.0, (filters.minimum_score or 0.0) - score) if filters.minimum_score is not None else 0.0
        return Lack(rise=None if rise is None else max(rise, below), upvotes=upvotes)


def closed_out(paper: Paper, subscription: Subscription, offered: Offered, moment: datetime) -> str | None:
    """What keeps it out whatever its score, in words; None where its score decides."""
    reach = REACH[subscription.schedule.period]
    if offered.ranking.place(paper.id) is None or paper.id not in offered.candidates.young:
        return f"such a digest takes papers that were first seen in the last {reach.days} days"
    if paper.id in offered.seen:
        return f"it was shown here already, and comes once in {NEVER_AGAIN.days} days"
    if paper.id not in offered.candidates.matched:
        return "it fits none of this channel's topics" if subscription.topics.include else "a topic excludes it"
    fixed: Filters = replace(subscription.preferences.filters, minimum_upvotes=None, minimum_score=None)
    lacks = missed(fixed, paper, Counts(), 0.0, moment)
    return f"it does not pass this channel's bar ({', '.join(lacks)})" if lacks else None


def _ways(paper_id: str, channel: ChannelKey, offered: Offered, lack: Lack) -> Iterator[str]:
    """Single changes that would be enough, in words."""
    if lack.rise is None:
        return
    voters = None if lack.upvotes else _voters(paper_id, channel, offered, lack.rise)
    if voters is not None:
        further = " more" if paper_id in offered.votes else ""
        yield f"{voters}{further} of this workspace pressing 👍"
    for change in CHANGES:
        more = least(offered.ranking.gains(paper_id, change), lack.rise)
        if more is None or (lack.upvotes and change.name != "upvotes"):
            continue
        yield _more(change, max(more, lack.upvotes if change.name == "upvotes" else 0))


def _voters(paper_id: str, channel: ChannelKey, offered: Offered, rise: float) -> int | None:
    """How many more votes for it, given here, raise its score so far; None where no team is large enough."""
    spread = spread_of(offered.ranking)
    say = offered.votes.get(paper_id)
    now = vote_part(say, spread).part if say is not None else 0.0
    says = with_voters(offered.ballots, paper_id, str(channel), MOST_VOTERS)
    enough = (more for more, said in enumerate(says, 1) if vote_part(said, spread).part - now >= rise)
    return next(enough, None)


def _more(change: Change, count: int) -> str:
    return f"{count:,} {change.one if count == 1 else change.many}"


def in_words(which: str, lack: Lack, ways: Sequence[str], offered: Offered, paper_id: str) -> str:
    """What is enough, or that nothing is and how far the nearest change falls short."""
    if lack.rise is None:
        return f"It is not in {which} and no single change would bring it: a paper there is too close to it."
    if ways:
        bar = f"{lack.upvotes:,} upvotes are missing to this channel's bar" if lack.upvotes else ""
        short = " and ".join(filter(None, (f"{lack.rise:.2f} of score" if lack.rise else "", bar)))
        return f"To be in {which} it lacks {short}. Enough, each by itself: {_listed(ways[:_TOLD])}."
    most = CHANGES[0]
    gained = float(offered.ranking.gains(paper_id, most)[-1])
    return (
        f"It is not in {which} and no single change would bring it: it lacks {lack.rise:.2f} of score, "
        f"and even {_more(most, most.most)} would add only {gained:.2f}."
    )


def _listed(ways: Sequence[str]) -> str:
    return ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])} or {ways[-1]}"
