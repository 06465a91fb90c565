"""`/d/` and `/d/{date}`: the digests of days, weeks and months that everybody may read.

What a channel was sent is its members' own: its topics, and that it exists, are told nowhere here. These are the dated
lists, which are the same for everybody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from adapters.web.edition import edition
from adapters.web.handling import remembered, rendered
from adapters.web.looking import look, not_found, refused
from adapters.web.remembering import Made
from adapters.web.site import absolute
from adapters.web.state import WEB, Web
from adapters.web.topic_pages import turns
from bot.buttons import Link
from bot.commands.dates import parse_date, parse_month, parse_week
from bot.errors import UserError
from bot.models import Period
from bot.service.periods import as_option, bounds, in_words
from bot.titles import title_of
from bot.views import CardList

PAPERS = 30
DAYS = 35
"""Of one page of the index."""
NEAR = timedelta(days=14)
"""How far the next list may be away."""
_KINDS = (
    (re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), Period.DAILY, parse_date),
    (re.compile(r"\d{4}-W\d{2}", re.ASCII), Period.WEEKLY, parse_week),
    (re.compile(r"\d{4}-\d{2}", re.ASCII), Period.MONTHLY, parse_month),
)


@dataclass(frozen=True, slots=True)
class Day:
    """One line of the index."""

    date: date
    words: str
    papers: int
    lead: str
    """The title of its first paper."""


async def index(request: web.Request) -> Made:
    """Five weeks of days, the newest first, with the weeks and months they belong to."""
    shared = request.app[WEB]
    today = shared.service.clock.now().date()
    try:
        before = parse_date(request.query["before"]) if "before" in request.query else today + timedelta(days=1)
    except UserError as error:
        return not_found(request, error.message, error.hint, status=400)
    days = await _days(shared, before)
    older = await _latest(shared, days[-1].date) if days else None
    context = {
        "edition": await edition(shared),
        "address": absolute(request, "/d/"),
        "days": days,
        "weeks": _periods(days, Period.WEEKLY),
        "months": _periods(days, Period.MONTHLY),
        "older": f"/d/?before={days[-1].date}" if older else "",
    }
    return rendered(request, "archive.html", context)


async def without_slash(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPMovedPermanently("/d/")


async def digest(request: web.Request) -> Made:
    """The list of a day, a week or a month."""
    slot = request.match_info["slot"]
    known = _slot(slot)
    if known is None:
        return not_found(request, "There is no such list.", "Lists are named 2026-03-10, 2026-W11 or 2026-03.")
    period, first = known
    name, _ = as_option(period, first)
    raw = {name: slot, "limit": str(PAPERS), "page": request.query.get("page", "1")}
    view = await look(request, period.value, raw | _kept(request))
    if not isinstance(view, CardList):
        return refused(request, view)
    if not view.papers.total:
        return not_found(request, f"No papers were listed on {in_words(period, first)}.", "Weekends have no lists.")
    shared = request.app[WEB]
    context = {
        "edition": await edition(shared),
        "address": absolute(request, f"/d/{slot}"),
        "view": view,
        "period": period,
        "words": in_words(period, first),
        "neighbours": await _neighbours(shared, period, first),
        "turns": turns(f"/d/{slot}", view.papers, {}),
    }
    return rendered(request, "digest.html", context)


def _kept(request: web.Request) -> dict[str, str]:
    return {"as-of": request.query["as-of"]} if request.query.get("as-of") else {}


def _slot(slot: str) -> tuple[Period, date] | None:
    for pattern, period, parse in _KINDS:
        if pattern.fullmatch(slot):
            try:
                return period, parse(slot)
            except UserError:
                return None
    return None


async def _days(shared: Web, before: date) -> list[Day]:
    """Those with a list, of the five weeks that end with the last one before that date."""
    last = await _latest(shared, before)
    if last is None:
        return []
    papers = shared.service.store.papers
    listed = await papers.listings(last - timedelta(days=DAYS - 1), last, shared.service.clock.now())
    counted: dict[date, list[str]] = {}
    for one in listed:
        counted.setdefault(one.date, []).append(one.paper_id)
    leads = await papers.many([ids[0] for ids in counted.values()])
    return [
        Day(on, in_words(Period.DAILY, on), len(ids), title_of(leads[ids[0]]) if ids[0] in leads else "")
        for on, ids in sorted(counted.items(), reverse=True)
    ]


async def _latest(shared: Web, before: date) -> date | None:
    return await shared.service.store.papers.latest_listing_date(shared.service.clock.now(), before)


def _periods(days: list[Day], period: Period) -> Mapping[str, str]:
    """Addresses by names, the newest first."""
    firsts = sorted({bounds(period, one.date)[0] for one in days}, reverse=True)
    return {in_words(period, first): f"/d/{as_option(period, first)[1]}" for first in firsts}


async def _neighbours(shared: Web, period: Period, first: date) -> list[Link]:
    """The nearest lists before and after."""
    start, end = bounds(period, first)
    before = await _latest(shared, start)
    now = shared.service.clock.now()
    soon = end + min(NEAR, date.max - end)
    after = await shared.service.store.papers.listings(min(end + timedelta(days=1), soon), soon, now)
    near = [one for one in (before, after[0].date if after else None) if one is not None]
    firsts = [bounds(period, one)[0] for one in near]
    return [Link(in_words(period, one), f"/d/{as_option(period, one)[1]}") for one in firsts]


routes = [
    web.get("/d", without_slash),
    web.get("/d/", remembered(index)),
    web.get("/d/{slot}", remembered(digest)),
]
