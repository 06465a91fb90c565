"""What a channel's own feeds gave, beside the papers that were chosen for its digest."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.models import Counts, RankedPaper, Subscription, Topics
from bot.ports import Store
from bot.ranking import fresh
from bot.service.lists import matching


def mixed(chosen: Sequence[RankedPaper], own: Sequence[RankedPaper], limit: int) -> tuple[RankedPaper, ...]:
    """Own ones fill what is free, and take half of the places, one at least, where nothing is; ranks count anew."""
    places = max(limit - len(chosen), limit // 2, 1)
    taken = tuple(own[: min(places, limit)])
    kept = tuple(chosen[: limit - len(taken)])
    return tuple(replace(one, rank=rank) for rank, one in enumerate((*kept, *taken), 1))


async def with_own(
    store: Store,
    subscription: Subscription,
    chosen: tuple[RankedPaper, ...],
    seen: Collection[str],
    moment: datetime,
    reach: timedelta,
) -> tuple[RankedPaper, ...]:
    """The digest's papers and those that the channel's own feeds gave in that time, the newest first.

    What the channel keeps out stays out, and what it has seen does not come again; its other topics do not matter,
    since it chose the feed.
    """
    given = await store.feeds.given(subscription.channel, moment - reach, moment)
    known = {one.paper.id for one in chosen} | set(seen)
    ids = [paper_id for paper_id in given if paper_id not in known]
    if not ids:
        return chosen
    papers = await store.papers.many(ids)
    passing = matching(Topics(exclude=subscription.topics.exclude), [papers[one] for one in ids if one in papers])
    counts = await store.papers.counts(list(passing), moment)
    own = [
        RankedPaper(
            paper=papers[one],
            rank=None,
            counts=counts.get(one, Counts()),
            topics=(f"feed of {urlsplit(given[one]).hostname}",),
            fresh=fresh(papers[one].first_seen_at, moment),
        )
        for one in passing
    ]
    return mixed(chosen, own, subscription.limit) if own else chosen
