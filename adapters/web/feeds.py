"""`/feeds/{topic}.atom` and `.json`: what is trending, or what is trending of a topic."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from aiohttp import web

from adapters.web.feed_documents import Feed, atom, entry, json_feed, newest_first, tag
from adapters.web.handling import recalled
from adapters.web.looking import refused, topic_of, trending
from adapters.web.remembering import Made, response_of
from adapters.web.site import feed_address, origin, paper_address, topic_address
from adapters.web.state import WEB
from bot.views import CardList

PAPERS = 30
KINDS: Mapping[str, tuple[str, Callable[[Feed], bytes]]] = {
    "atom": ("application/atom+xml", atom),
    "json": ("application/feed+json", json_feed),
}
FRESH_SECONDS = 300
"""How long a reader may keep one without asking; our sources are asked more seldom."""


async def feed(request: web.Request) -> web.Response:
    """The papers that trend, in the order in which they were first seen here."""
    made = await recalled(request, written)
    changed = request.app[WEB].editions.since(request.path, made.etag) if made.status == HTTPStatus.OK else None
    return response_of(request, made, changed)


async def written(request: web.Request) -> Made:
    """The document."""
    named, kind = request.match_info["topic"], request.match_info["kind"]
    topic = "" if named == "trending" else topic_of(named)
    view = await trending(request, topic, limit=PAPERS)
    if not isinstance(view, CardList):
        return refused(request, view)
    content_type, write = KINDS[kind]
    kept = {"Cache-Control": f"public, max-age={FRESH_SECONDS}"}
    return Made(body=write(_feed(request, topic, kind, view)), content_type=content_type, headers=kept)


def _feed(request: web.Request, topic: str, kind: str, view: CardList) -> Feed:
    site = origin(request)
    papers = [ranked.paper for ranked in view.papers.papers]
    return Feed(
        id=tag(site, "feed", topic or "trending"),
        title=f"Broadsheet: trending papers{f' about {topic}' if topic else ''}",
        page=site + (topic_address(topic) if topic else "/topics"),
        url=site + feed_address(topic, kind),
        icon=f"{site}/static/mark.svg",
        entries=newest_first([entry(paper, site, paper_address(paper.id)) for paper in papers]),
    )


routes = [web.get("/feeds/{topic:.+}.{kind:atom|json}", feed)]
