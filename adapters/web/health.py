"""For whoever watches the program: does its loop live, is it ready for work, and its figures."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from adapters.web.answering import json_answer
from adapters.web.guard import ask_database
from adapters.web.operators import is_operator
from adapters.web.state import WEB, Web
from bot.answers import error_json, time_json
from bot.metrics import state_of_affairs
from bot.models import SourceStatus

routes = web.RouteTableDef()


@routes.get("/healthz")
async def healthz(_request: web.Request) -> web.Response:
    """That this comes says that the loop lives; nothing else is asked."""
    return json_answer({"ok": True})


@routes.get("/readyz")
async def readyz(request: web.Request) -> web.Response:
    """503 while draining, without its database, or before its ways in are up. Stale sources take nobody away."""
    shared = request.app[WEB]
    state = shared.state
    database = await ask_database(state)
    adapters = state.adapters()
    ready = not state.draining and database.ready and all(adapter.settled for adapter in adapters)
    body = {
        "ready": ready,
        "draining": state.draining,
        "database": {
            "reachable": database.reachable,
            "migrated": database.migrated,
            "reason": database.reason or None,
        },
        "adapters": [
            {"name": adapter.name, "state": adapter.state, "reason": adapter.reason or None} for adapter in adapters
        ],
        "sources": await _sources(shared) if database.ready else None,
    }
    return json_answer(body, status=200 if ready else 503)


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    """Prometheus text for whoever holds the admin token, or for this machine itself where there is none."""
    shared = request.app[WEB]
    if is_operator(request):
        body = generate_latest(shared.registry) + generate_latest(await _now(shared))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})
    if shared.settings.admin_token is not None:
        refused = error_json("unauthorized", "The metrics need the admin token.", "Send it as a bearer token.")
        return json_answer(refused, status=401, headers={"WWW-Authenticate": "Bearer"})
    hint = "Set ADMIN_TOKEN and send it as a bearer token, or ask from the machine itself."
    return json_answer(error_json("forbidden", "The metrics are for the operator.", hint), status=403)


async def _now(shared: Web) -> CollectorRegistry:
    """Without sources while the database does not answer: the other figures are wanted then most."""
    adapters = {adapter.name: adapter.state == "up" for adapter in shared.state.adapters()}
    ready = (await ask_database(shared.state)).ready
    known = await shared.service.store.papers.sources() if ready else []
    return state_of_affairs(adapters, {one.source: one.failing_since is not None for one in known})


async def _sources(shared: Web) -> list[dict[str, object]]:
    return [_source(status) for status in await shared.service.store.papers.sources()]


def _source(status: SourceStatus) -> dict[str, object]:
    return {
        "source": status.source,
        "ok": status.failing_since is None,
        "last_success_at": time_json(status.last_success_at),
        "failing_since": time_json(status.failing_since),
        "reason": status.reason,
    }
