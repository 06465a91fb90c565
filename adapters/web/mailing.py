"""Digests by e-mail: ask for one, confirm it, change it, end it. No session: who has the link from the mail may.

A GET shows, a POST acts: https://www.rfc-editor.org/rfc/rfc8058. Whoever looks at links before people do (mail
servers, spam filters) ends and begins nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import aiohttp_jinja2
from aiohttp import web

from adapters.web.forms import read_form
from adapters.web.limits import client_key
from adapters.web.mail_form import (
    DEFAULTS,
    FormError,
    MailForm,
    address_from,
    form_of,
    settings_from,
    told,
    wish_from,
)
from adapters.web.state import WEB
from bot.errors import UserError
from bot.mailing import LinkError, Purpose
from bot.models import Subscription
from bot.schedule import in_words, wanted_runs, zone_names
from bot.service.mailing import Mailbox, Mailing
from bot.service.wishes import describe_schedule, describe_topics

routes = web.RouteTableDef()

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
"""Of pages whose address is a key."""
RETRY_AFTER = "3600"
FORM_TYPE = "application/x-www-form-urlencoded"
SHORT = 1024
"""Bytes; `List-Unsubscribe=One-Click` has 26."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to one of these pages, and who makes it."""

    request: web.Request
    mailing: Mailing
    asker: str

    @property
    def token(self) -> str:
        return self.request.match_info["token"]

    async def owner(self, purpose: Purpose) -> Mailbox:
        """Whose link led here; raises as `Mailing.owner` does."""
        return await self.mailing.owner(purpose, self.token, self.asker)

    async def form(self) -> Mapping[str, str]:
        return await read_form(self.request)


def visit(
    handle: Callable[[Visit], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A handler of these pages: absent where no mail is sent, and what the verbs refuse is a page as well."""

    async def answer(request: web.Request) -> web.StreamResponse:
        shared = request.app[WEB]
        if shared.service.mailing is None:
            raise web.HTTPNotFound
        try:
            return await handle(Visit(request, shared.service.mailing, client_key(request, shared.settings)))
        except UserError as error:
            return _refused(request, error)

    return answer


@routes.get("/subscribe")
@visit
async def show_subscribe(visit: Visit) -> web.Response:
    typed = {name: text for name, text in visit.request.query.items() if name in DEFAULTS and name != "address"}
    return _page(visit.request, "subscribe", form=MailForm(typed))


@routes.post("/subscribe")
@visit
async def subscribe(visit: Visit) -> web.StreamResponse:
    try:
        await visit.mailing.ask(wish_from(await visit.form()), visit.asker)
    except FormError as error:
        return _page(visit.request, "subscribe", 400, form=error.form)
    raise web.HTTPSeeOther("/subscribe/asked")


@routes.get("/subscribe/asked")
@visit
async def asked(visit: Visit) -> web.Response:
    """The same for every address."""
    return _page(visit.request, "asked")


@routes.get("/preferences")
@visit
async def show_ask_for_preferences(visit: Visit) -> web.Response:
    return _page(visit.request, "lost", form=MailForm({}))


@routes.post("/preferences")
@visit
async def ask_for_preferences(visit: Visit) -> web.StreamResponse:
    try:
        await visit.mailing.ask_for_preferences(address_from(await visit.form()), visit.asker)
    except FormError as error:
        return _page(visit.request, "lost", 400, form=error.form)
    raise web.HTTPSeeOther("/subscribe/asked")


@routes.get("/confirm/{token}")
@visit
async def show_confirm(visit: Visit) -> web.Response:
    wish = await visit.mailing.wish_of(visit.token, visit.asker)
    when, about = describe_schedule(wish.schedule), describe_topics(wish.wanted)
    return _page(visit.request, "confirm", address=wish.address, when=when, about=about)


@routes.post("/confirm/{token}")
@visit
async def confirm(visit: Visit) -> web.Response:
    await visit.form()
    saved = await visit.mailing.confirm(visit.token, visit.asker)
    return _page(visit.request, "confirmed", address=saved.channel.channel, runs=_runs(visit.request, saved))


@routes.get("/unsubscribe/{token}")
@visit
async def show_unsubscribe(visit: Visit) -> web.Response:
    """Asks, and changes nothing."""
    owner = await visit.owner(Purpose.UNSUBSCRIBE)
    return _page(visit.request, "unsubscribe" if owner.subscription else "ended", owner=owner)


@routes.post("/unsubscribe/{token}")
@visit
async def unsubscribe(visit: Visit) -> web.Response:
    """One click: from a mail program, whatever it sends along, or from a button of the page."""
    everything = await _wants_all_deleted(visit.request)
    owner = await visit.owner(Purpose.UNSUBSCRIBE)
    if everything:
        await visit.mailing.forget(owner.address)
    else:
        await visit.mailing.unsubscribe(owner)
    return _page(visit.request, "forgotten" if everything else "ended", owner=owner)


async def _wants_all_deleted(request: web.Request) -> bool:
    """The second button, which is on our page alone; mail programs send forms of their own, read by nobody."""
    ours = request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    if not ours or request.content_type != FORM_TYPE or (request.content_length or 0) > SHORT:
        return False
    return (await read_form(request)).get("do") == "forget"


@routes.get("/preferences/{token}")
@visit
async def show_preferences(visit: Visit) -> web.Response:
    return _preferences(visit.request, await visit.owner(Purpose.PREFERENCES))


@routes.post("/preferences/{token}")
@visit
async def change_preferences(visit: Visit) -> web.Response:
    texts = await visit.form()
    owner = await visit.owner(Purpose.PREFERENCES)
    try:
        return await _do(visit.request, visit.mailing, owner, texts)
    except FormError as error:
        return _preferences(visit.request, owner, status=400, form=error.form)


async def _do(request: web.Request, mailing: Mailing, owner: Mailbox, texts: Mapping[str, str]) -> web.Response:
    """What the pressed button says."""
    match texts.get("do"):
        case "pause":
            saved = await mailing.pause(owner)
            return _preferences(request, Mailbox(owner.address, saved), done="No mail comes until you run it again.")
        case "save" | "resume":
            saved = await mailing.change(owner, settings_from(texts))
            return _preferences(request, Mailbox(owner.address, saved), done="Saved.")
        case "unsubscribe":
            await mailing.unsubscribe(owner)
            return _page(request, "ended", owner=owner)
        case "forget" if texts.get("really") == "yes":
            await mailing.forget(owner.address)
            return _page(request, "forgotten", owner=owner)
        case "forget":
            return _preferences(request, owner, status=400, unsure=True)
        case _:
            raise web.HTTPBadRequest


def _preferences(
    request: web.Request,
    owner: Mailbox,
    *,
    status: int = 200,
    form: MailForm | None = None,
    done: str = "",
    unsure: bool = False,
) -> web.Response:
    known = owner.subscription
    return _page(
        request,
        "preferences",
        status,
        owner=owner,
        form=form or (form_of(known) if known else MailForm({})),
        stopped=known.paused_because if known else None,
        runs=_runs(request, known) if known else (),
        done=done,
        unsure=unsure,
    )


def _runs(request: web.Request, subscription: Subscription) -> tuple[str, ...]:
    """The next ones, in the reader's own zone."""
    now = request.app[WEB].service.clock.now()
    if subscription.next_run_at is None:
        return ()
    return tuple(in_words(moment, subscription.schedule.zone, now) for moment in wanted_runs(subscription, now, 3))


def _refused(request: web.Request, error: UserError) -> web.Response:
    """What is wrong, and where to ask for a new link."""
    status = 429 if error.code == "slow_down" else 410 if error.code == "expired_link" else 400
    if error.code == "edited_meanwhile":
        status = 409
    lost, expired = isinstance(error, LinkError), error.code == "expired_link"
    response = _page(
        request,
        "refused",
        status,
        message=error.message,
        told=error.message if expired else told(error),  # a button says the rest
        lost=lost,
        again=lost and request.path.startswith("/confirm/"),
    )
    if status == 429:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def _page(request: web.Request, name: str, status: int = 200, **context: object) -> web.Response:
    shared = request.app[WEB]
    context |= {"here": request.path, "zones": zone_names(), "now": shared.service.clock.now()}
    response = aiohttp_jinja2.render_template(f"mail_{name}.html", request, context, status=status)
    response.headers.update(PRIVATE)
    return response
