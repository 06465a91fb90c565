"""What reading pages and feeds share: a command's view for a visitor, and the page that says why there is none."""

from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from adapters.web.api import status_of
from adapters.web.asking import ask_options
from adapters.web.handling import rendered
from adapters.web.remembering import Made
from adapters.web.state import WEB, Web
from adapters.web.visitors import Visitor
from bot.cards import one_line
from bot.commands import all_commands
from bot.models import Window
from bot.views import Notice, View

LONGEST_TOPIC = 200
"""Characters of a topic in an address."""


async def look(request: web.Request, name: str, raw: Mapping[str, str]) -> View:
    """What a reading command shows."""
    shared: Web = request.app[WEB]
    command = next(command for command in all_commands() if command.path == name)
    return await ask_options(shared, command, raw, Visitor.of(request), operator=False)


async def trending(request: web.Request, topic: str, *, limit: int, page: str = "1", as_of: str = "") -> View:
    """What is trending of a topic, or of everything where it is empty; in the window that the address names."""
    window = request.query.get("window", Window.WEEK.value)
    raw = {"window": window, "limit": str(limit), "page": page, "as-of": as_of, "topic": topic}
    return await look(request, "trending", {name: text for name, text in raw.items() if text})


def topic_of(named: str) -> str:
    """A topic as the address names it, cleaned."""
    return one_line(named)[:LONGEST_TOPIC]


def refused(request: web.Request, view: View) -> Made:
    """The error as a page. What nobody knows is a page that does not exist."""
    notice = view if isinstance(view, Notice) else None
    status = status_of(notice) if notice else HTTPStatus.NOT_FOUND
    return not_found(
        request,
        notice.text if notice else "There is no such page.",
        notice.hint if notice else "",
        status=status,
        reference=notice.reference if notice and status >= HTTPStatus.INTERNAL_SERVER_ERROR else "",
    )


def not_found(
    request: web.Request, message: str, hint: str, *, status: int = HTTPStatus.NOT_FOUND, reference: str = ""
) -> Made:
    context = {"status": int(status), "message": message, "hint": hint, "reference": reference}
    return rendered(request, "error.html", context, status=status)
