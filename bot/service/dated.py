"""The reference site's lists of a day, a week or a month."""

from datetime import UTC, date, datetime

from bot.errors import UserError
from bot.models import Counts, Period
from bot.ports import Store
from bot.ranking import by_upvotes
from bot.service.periods import bounds, latest_complete
from bot.service.recent import Recent

_KEPT = 32
"""Orders that stay in memory: an order of 2,000 papers takes a tenth of a second to work out."""


class DatedLists:
    """Their periods and their order."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._orders: Recent[tuple[str, ...]] = Recent(_KEPT)
        self._latest: Recent[date] = Recent(_KEPT)

    async def first_day(self, period: Period, day: date | None, moment: datetime) -> date:
        """Of the period that holds `day`, or of the latest complete one.

        Raises:
            UserError: `future_date`.
        """
        today = moment.astimezone(UTC).date()
        if day is None:
            return await self._latest_of(period, today, moment)
        first = bounds(period, day)[0]
        if first > today:
            raise UserError(
                "future_date",
                f"{day} has not come yet; today is {today} (UTC).",
                f"Example: /papers {period} or an earlier date.",
            )
        return first

    async def _latest_of(self, period: Period, today: date, moment: datetime) -> date:
        """The first day of the latest complete one."""
        key = (await self._store.papers.generation(), period, _hour(moment))
        known = self._latest.get(key)
        if known is None:
            last = await self._store.papers.latest_listing_date(moment, bounds(period, today)[0])
            known = latest_complete(period, today, last)
            self._latest.put(key, known)
        return known

    async def order(self, period: Period, first: date, moment: datetime, as_of: datetime | None) -> tuple[str, ...]:
        """Ids of a period in the reference site's order; kept for an hour, as nothing but new readings changes it."""
        generation = await self._store.papers.generation()
        key = (generation, period, first, as_of or _hour(moment))
        known = self._orders.get(key)
        if known is None:
            listings = await self._store.papers.listings(first, bounds(period, first)[1], moment)
            places = {listing.paper_id: place for place, listing in reversed(list(enumerate(listings)))}
            counts = await self._store.papers.counts(places, moment)
            upvotes = {paper_id: counts.get(paper_id, Counts()).upvotes for paper_id in places}
            known = tuple(by_upvotes(upvotes, places))
            self._orders.put(key, known)
        return known


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
