"""Looking papers up: trending, dated lists, search, one paper, why."""

from datetime import date, datetime

from bot.models import ChannelKey, PaperList, Period, RankedPaper, Sort, Window


class Reading:
    """Queries; every one can be asked as of a past moment."""

    async def trending(
        self,
        *,
        topic: str | None = None,
        window: Window = Window.WEEK,
        limit: int = 5,
        page: int = 1,
        as_of: datetime | None = None,
        channel: ChannelKey | None = None,
    ) -> PaperList:
        """Papers at most 180 days old by velocity in the window. `channel` ranks as that channel sees it."""
        raise NotImplementedError

    async def dated(
        self,
        period: Period,
        day: date | None,
        *,
        topic: str | None = None,
        limit: int | None = None,
        page: int = 1,
        as_of: datetime | None = None,
    ) -> PaperList:
        """The reference site's list of the period that holds `day`: upvotes, then feed order.

        Without a day: the latest complete period.
        """
        raise NotImplementedError

    async def search(
        self,
        query: str,
        *,
        topic: str | None = None,
        since: date | None = None,
        sort: Sort = Sort.RELEVANCE,
        limit: int = 5,
        page: int = 1,
        as_of: datetime | None = None,
    ) -> PaperList:
        raise NotImplementedError

    async def paper(
        self, reference: str, *, as_of: datetime | None = None, channel: ChannelKey | None = None
    ) -> RankedPaper:
        """The paper of an id, URL or DOI with its place in the trending order.

        Raises:
            UserError: `unknown_paper`.
        """
        raise NotImplementedError
