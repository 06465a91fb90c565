"""`/topics` and `/topics/{topic}`: what is trending, of everything and of any topic."""

from urllib.parse import urlencode

from aiohttp import web

from adapters.web.edition import edition
from adapters.web.handling import remembered, rendered
from adapters.web.looking import refused, topic_of, trending
from adapters.web.remembering import Made
from adapters.web.site import absolute, feed_address, topic_address
from adapters.web.state import WEB
from bot.buttons import Link
from bot.commands.completing import CATEGORIES, COMMON_TOPICS
from bot.models import PaperList, Window
from bot.views import CardList

PAPERS = 20
WINDOWS = {Window.DAY: "24 hours", Window.WEEK: "7 days", Window.MONTH: "30 days"}


async def topics(request: web.Request) -> Made:
    """The trending list of everything, and topics to choose from. A form sends the topic somebody typed."""
    typed = topic_of(request.query.get("topic", ""))
    if typed:
        raise web.HTTPSeeOther(topic_address(typed))
    return await _page(request, "")


async def topic(request: web.Request) -> Made:
    return await _page(request, topic_of(request.match_info["topic"]))


async def _page(request: web.Request, named: str) -> Made:
    query = request.query
    view = await trending(request, named, limit=PAPERS, page=query.get("page", "1"), as_of=query.get("as-of", ""))
    if not isinstance(view, CardList):
        return refused(request, view)
    path = topic_address(named) if named else "/topics"
    window = query.get("window", Window.WEEK.value)
    context = {
        "edition": await edition(request.app[WEB]),
        "address": absolute(request, path),
        "topic": named,
        "view": view,
        "windows": [(words, f"{path}?window={one}", one == window) for one, words in WINDOWS.items()],
        "turns": turns(path, view.papers, {"window": window}),
        "feeds": {kind: feed_address(named, kind) for kind in ("atom", "json")},
        "categories": CATEGORIES,
        "themes": COMMON_TOPICS,
        "topic_address": topic_address,
    }
    return rendered(request, "topic.html", context)


def turns(path: str, papers: PaperList, kept: dict[str, str]) -> list[Link]:
    """The pages before and after, as of the moment of this one."""
    pinned = kept | {"as-of": f"{papers.as_of:%Y-%m-%dT%H:%M:%S.%f}Z"}
    pages = [("Earlier places", papers.page - 1), ("Further places", papers.page + 1)]
    return [
        Link(label, f"{path}?{urlencode(pinned | {'page': str(page)})}")
        for label, page in pages
        if 1 <= page <= papers.pages
    ]


routes = [web.get("/topics", remembered(topics)), web.get("/topics/{topic:.+}", remembered(topic))]
