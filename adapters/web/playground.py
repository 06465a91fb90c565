"""The front page: a command as people type it, and its answer as Slack and as Discord show it.

Reading is a GET whose address can be kept and shared. A POST redirects there, save for commands that configure a
channel: those run on a channel of the visitor's own.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from adapters.web.asking import Asked, ask, configures
from adapters.web.draw_discord import command_keys, draw_discord
from adapters.web.draw_slack import draw_slack
from adapters.web.edition import edition
from adapters.web.forms import read_form
from adapters.web.guard import is_secure
from adapters.web.handling import recalled, rendered
from adapters.web.press import Stage, named
from adapters.web.remembering import Made, response_of
from adapters.web.site import absolute
from adapters.web.state import WEB, Web
from adapters.web.visitors import COOKIE, Visitor
from bot.buttons import EFFECTS, Effect
from bot.commands import Answer, Command, all_commands
from bot.models import Period
from bot.ports import Payload
from bot.views import CardList, PaperCard, View

routes = web.RouteTableDef()

FIRST_TEXT = "/papers trending"
DRAWERS: Mapping[str, Callable[[Payload, Stage], Markup]] = {"slack": draw_slack, "discord": draw_discord}
NAMES = {"slack": "Slack", "discord": "Discord"}
THEMES = {"": "As the system", "light": "Light", "dark": "Dark"}
STORIES = 5
FIRST_EXAMPLES = 8
"""Of commands that are in sight at once; the others unfold."""
LONGEST_ADDRESS = 4000
"""Characters. Longer ones are refused by servers and proxies on the way; such a form is answered where it is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the page is asked for."""

    text: str
    platform: str
    theme: str
    pressed: str

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Choice":
        """Unknown words fall back to the usual; the text is for the commands to judge."""
        platform, theme, pressed = (values.get(name, "") for name in ("platform", "theme", "pressed"))
        return cls(
            text=values.get("text", FIRST_TEXT),
            platform=platform if platform in DRAWERS else "both",
            theme=theme if theme in THEMES else "",
            pressed=pressed if pressed in EFFECTS else "",
        )

    @property
    def address(self) -> str:
        given = {"text": self.text, "platform": self.platform, "theme": self.theme, "pressed": self.pressed}
        return "/?" + urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is shown, and as it is sent."""

    html: Markup
    raw: str
    public: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One platform's side of the page."""

    platform: str
    name: str
    messages: tuple[Message, ...]


@routes.get("/")
async def show(request: web.Request) -> web.Response:
    """Who comes for the first time, and asks nothing, sees what everybody sees first."""
    if not request.query_string and COOKIE not in request.cookies:
        return response_of(request, await recalled(request, _answered))
    return _own(await _answered(request))


async def _answered(request: web.Request) -> Made:
    choice = Choice.of(request.query)
    asked = await ask(request.app[WEB], choice.text, Visitor.of(request), may_change=False)
    return await _page(request, choice, asked)


@routes.post("/")
async def press(request: web.Request) -> web.Response:
    shared, visitor = request.app[WEB], Visitor.of(request)
    choice = Choice.of(await read_form(request))
    if not configures(shared, choice.text) and len(choice.address) <= LONGEST_ADDRESS:
        raise web.HTTPSeeOther(choice.address + "#answer")
    asked = await ask(shared, choice.text, visitor, may_change=True)
    response = _own(await _page(request, choice, asked))
    if asked.configures:
        visitor.remember(response, secure=is_secure(shared))
    return response


def _own(made: Made) -> web.Response:
    """A page that is one visitor's."""
    headers = {"Cache-Control": "private, no-cache"}
    return web.Response(body=made.body, content_type=made.content_type, charset="utf-8", headers=headers)


async def _page(request: web.Request, choice: Choice, asked: Asked) -> Made:
    shared = request.app[WEB]
    stories = await _stories(shared, request)
    context = {
        "edition": await edition(shared),
        "address": absolute(request, "/"),
        "choice": choice,
        "themes": THEMES,
        "platforms": {"both": "Both, side by side", **NAMES},
        "needs_press": asked.answer is None,
        "drawn": await _drawn(shared, choice, asked.answer) if asked.answer else (),
        "first_examples": FIRST_EXAMPLES,
        "examples": examples(choice, stories),
        "stories": stories,
    }
    return rendered(request, "playground.html", context)


async def _drawn(shared: Web, choice: Choice, answer: Answer) -> tuple[Drawn, ...]:
    """The answer as each wanted platform shows it."""
    wanted = [choice.platform] if choice.platform in DRAWERS else list(DRAWERS)
    shared_now = answer.public or EFFECTS.get(choice.pressed) is Effect.PUBLISH
    sides = []
    for platform in wanted:
        if platform not in shared.renderers:
            continue
        messages = await _messages(shared, platform, choice, answer.view, public=shared_now)
        if answer.announcement is not None:
            messages += await _messages(shared, platform, choice, answer.announcement, public=True)
        sides.append(Drawn(platform, NAMES[platform], messages))
    return tuple(sides)


async def _messages(shared: Web, platform: str, choice: Choice, view: View, *, public: bool) -> tuple[Message, ...]:
    payloads = shared.renderers[platform](view)
    stage = await _stage(shared, choice, view, payloads)
    return tuple(
        Message(
            html=DRAWERS[platform](payload, stage),
            raw=json.dumps(payload, ensure_ascii=False, indent=2, allow_nan=False),
            public=public,
        )
        for payload in payloads
    )


async def _stage(shared: Web, choice: Choice, view: View, payloads: list[Payload]) -> Stage:
    """What the buttons of these messages need; commands too long for an id are looked up."""
    remembered = {}
    for key in {key for payload in payloads for key in command_keys(payload)}:
        command = await shared.service.store.channels.recall_command(key)
        if command is not None:
            remembered[key] = command
    return Stage(choice.platform, choice.theme, remembered, named(getattr(view, "buttons", ())))


async def _stories(shared: Web, request: web.Request) -> tuple[PaperCard, ...]:
    """What is trending, for the lower half of the page."""
    asked = await ask(shared, f"trending limit:{STORIES}", Visitor.of(request), may_change=False)
    view = asked.answer.view if asked.answer else None
    return view.cards if isinstance(view, CardList) else ()


@dataclass(frozen=True, slots=True)
class Example:
    """A command to try, and where the page shows it."""

    text: str
    summary: str
    address: str
    group: str


def examples(choice: Choice, stories: Sequence[PaperCard]) -> list[Example]:
    """One for each command, about papers that are here, so that the first thing somebody tries has an answer."""
    return [_example(command, choice, stories) for command in all_commands()]


def _example(command: Command, choice: Choice, stories: Sequence[PaperCard]) -> Example:
    text = f"/papers {_suggested(command, stories)}"
    address = replace(choice, text=text, pressed="").address + "#answer"
    return Example(text, command.summary, address, command.group)


def _suggested(command: Command, stories: Sequence[PaperCard]) -> str:
    usual = command.example or command.path
    if command.path in set(Period):
        return command.path
    if command.group or not stories:
        return usual
    paper = stories[0].ranked.paper
    if command.option("paper"):
        return f"{command.path} {paper.id}"
    if command.option("query"):
        words = re.findall(r"[A-Za-z]{5,}", stories[-1].title)
        return f"{command.path} {max(words, key=len).lower()}" if words else usual
    if command.option("topic") and paper.categories:
        return f"{command.path} topic:{paper.categories[0]}"
    return usual
