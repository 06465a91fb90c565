"""The page of one paper: what is known of it, and why it stands where it stands."""

from collections.abc import Mapping
from http import HTTPStatus

import aiohttp_jinja2
from aiohttp import web

from adapters.web.api import status_of
from adapters.web.asking import ask_options
from adapters.web.edition import edition
from adapters.web.press import followable
from adapters.web.state import WEB, Web
from adapters.web.visitors import Visitor
from bot.commands import all_commands
from bot.views import Explanation, Notice, PaperDetail, View

routes = web.RouteTableDef()


@routes.get("/p/{id:.+}")
async def paper(request: web.Request) -> web.Response:
    shared, paper_id = request.app[WEB], request.match_info["id"]
    detail = await _view(request, "paper", {"paper": paper_id})
    if not isinstance(detail, PaperDetail):
        return _refused(request, detail)
    explanation = await _view(request, "why", {"paper": detail.card.ranked.paper.id})
    context = {
        "edition": await edition(shared),
        "detail": detail,
        "paper": detail.card.ranked.paper,
        "url": detail.card.url if followable(detail.card.url) else "",
        "links": [link for link in detail.card.links if followable(link.url)],
        "why": explanation if isinstance(explanation, Explanation) else None,
    }
    return aiohttp_jinja2.render_template("paper.html", request, context)


async def _view(request: web.Request, name: str, raw: Mapping[str, str]) -> View:
    shared: Web = request.app[WEB]
    command = next(command for command in all_commands() if command.path == name)
    return await ask_options(shared, command, raw, Visitor.of(request), operator=False)


def _refused(request: web.Request, view: View) -> web.Response:
    """A paper nobody knows is a page that does not exist."""
    notice = view if isinstance(view, Notice) else None
    status = status_of(notice) if notice else HTTPStatus.NOT_FOUND
    context = {
        "status": int(status),
        "message": notice.text if notice else "There is no such page.",
        "hint": notice.hint if notice else "",
        "reference": notice.reference if notice and status >= HTTPStatus.INTERNAL_SERVER_ERROR else "",
    }
    return aiohttp_jinja2.render_template("error.html", request, context, status=status)
