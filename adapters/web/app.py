"""The web application: playground, paper pages, JSON for programs, health; and other adapters' routes beside them."""

from collections.abc import Iterable
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web
from prometheus_client import REGISTRY, CollectorRegistry

from adapters.web import archive, feeds, health, mailing, pages, playground, topic_pages
from adapters.web.api import api_routes
from adapters.web.files import Files
from adapters.web.guard import add_headers, guard
from adapters.web.limits import Buckets
from adapters.web.site import Site, paper_address, site_of
from adapters.web.state import WEB, Renderers, RunState, Web
from adapters.web.visitors import Allowance
from bot.config import Settings
from bot.latex import readable
from bot.service import Service

HERE = Path(__file__).parent


def create_web(
    *,
    service: Service,
    renderers: Renderers,
    settings: Settings,
    state: RunState,
    extra_routes: Iterable[web.AbstractRouteDef] = (),
    registry: CollectorRegistry = REGISTRY,
) -> web.Application:
    """The application. `extra_routes` are other adapters'; those below `/slack/` keep their own limits and headers."""
    requests = Buckets(settings.requests_per_minute) if settings.requests_per_minute else None
    app = _application(Web(service, renderers, settings, state, registry, Allowance(), requests))
    app.add_routes([*playground.routes, *api_routes(), *pages.routes, *topic_pages.routes, *archive.routes])
    app.add_routes([*feeds.routes, *mailing.routes, *extra_routes])
    aiohttp_jinja2.get_env(app).globals["site"] = site_of(app)
    return app


def create_health(
    *, service: Service, settings: Settings, state: RunState, registry: CollectorRegistry = REGISTRY
) -> web.Application:
    """For a process without the pages: whether it lives, whether it is ready, and its figures; nothing else."""
    return _application(Web(service, {}, settings, state, registry, Allowance()))


def _application(shared: Web) -> web.Application:
    """What every process serves, with the looks that an error page needs."""
    app = web.Application(middlewares=[guard])
    app[WEB] = shared
    app.on_response_prepare.append(add_headers)
    app.on_cleanup.append(_forget)
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment = aiohttp_jinja2.get_env(app)
    environment.filters["readable"] = readable
    files = Files()
    environment.globals["static"] = files.address
    environment.globals["paper_address"] = paper_address
    environment.globals["site"] = Site((), ())
    app.add_routes(health.routes)
    app.add_routes(files.routes())
    return app


async def _forget(app: web.Application) -> None:
    await app[WEB].answers.close()
