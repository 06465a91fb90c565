"""The composition root: ways out, ways in, sources and the ticker around the product; and the program's beginning.

Only this module and bot.cli reach outward, and only this one knows the scheduler. What a query at the terminal does
not need is imported where it is used: the platforms take longer to import than the answer to find.
"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from adapters.terminal.render import to_text
from bot import cli
from bot.cli.doing import Doing
from bot.cli.fetching import demo_jobs, fetch_jobs
from bot.cli.output import fail
from bot.cli.product import Product, open_product
from bot.cli.root import Renderer
from bot.clock import SystemClock
from bot.config import Settings
from bot.delivery.pruning import forget_commands, prune_all
from bot.demo import demo_settings
from bot.errors import UserError
from bot.garbage import settle
from bot.jobs import PRUNE, TICK, Job
from bot.last_resort import end_for_certain
from bot.ports import InstallationStore, Platform
from bot.roles import ANSWERING, Role, work_of
from bot.running import Running
from bot.steps import Steps, watch

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    from adapters.slack.app import SlackAdapter
    from adapters.web.server import WebServer

log = structlog.get_logger(__name__)

ALERTS = 60.0
"""Real seconds between two looks for papers that take off; nothing is read while nothing new is known."""
LATE_LINES = 5.0
"""Real seconds between two looks for changes that nobody told their channels; one short read while there are none."""
DRAIN = 20.0
"""Real seconds in which the process ends once it is asked to; a host kills it after 30 (Heroku, Kubernetes)."""
CLOSE = 4.0
"""Of these, what the ways in have at least to close what they opened."""
LAST = 1.0
"""Of these, what the database has at least to be let go; with half of it left, a process that hangs is ended."""


def main() -> None:
    """Run the program; exits with the documented code."""
    try:
        cli.run(cli.build(sys.modules[__name__]))
    except UserError as error:
        fail(error)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe left; nobody is there to be told


def renderers() -> dict[str, Renderer]:
    """By platform; a new one is a line here."""
    from adapters.discord.render import render as discord
    from adapters.email.render import shown
    from adapters.slack.render import render as slack

    return {"text": lambda view: [{"text": to_text(view)}], "slack": slack, "discord": discord, "email": shown}


@asynccontextmanager
async def open_platforms(settings: Settings) -> AsyncIterator[Mapping[str, Platform]]:
    """The ways out whose tokens are set."""
    from adapters.discord.platform import DiscordPlatform
    from adapters.slack.client import open_session
    from adapters.slack.modes import many_workspaces
    from adapters.slack.platform import SlackPlatform
    from adapters.slack.workspaces import Workspaces
    from bot.cli.mail_door import open_mail

    async with AsyncExitStack() as stack:
        platforms: dict[str, Platform] = {}
        if settings.slack_bot_token is not None or many_workspaces(settings):
            session = await stack.enter_async_context(open_session())
            installations = await _installations(settings, stack) if many_workspaces(settings) else None
            platforms["slack"] = SlackPlatform(settings, session, Workspaces(settings, session, installations))
        if settings.discord_bot_token is not None:
            discord = DiscordPlatform.from_settings(settings)
            stack.push_async_callback(discord.close)
            platforms["discord"] = discord
        mail = await open_mail(settings, stack)
        if mail is not None:
            platforms["email"] = mail
        yield platforms


async def _installations(settings: Settings, stack: AsyncExitStack) -> InstallationStore:
    """Who installed the app where.

    Raises:
        SettingsError: There is no key to keep tokens with.
    """
    from storage.installations import open_installations
    from storage.secrets import open_secrets

    keys = settings.encryption_keys.get_secret_value() if settings.encryption_keys else None
    open_secrets(keys, settings.database_url)
    return await stack.enter_async_context(open_installations(settings.database_url, keys))


async def run_product(settings: Settings, roles: Collection[Role], *, demo: bool = False) -> None:
    """Serve until SIGTERM or SIGINT, then let what is on its way arrive.

    Raises:
        UserError: The port is taken, or the database cannot be used.
    """
    from bot.cli.mail_door import refuse_wrong_mail
    from bot.doctor.settings import warn_of_settings

    wanted, stop = work_of(roles), _stop_on_signals()
    warn_of_settings(settings)
    async with AsyncExitStack() as stack:
        if demo:
            settings = stack.enter_context(demo_settings(settings))
        platforms = await stack.enter_async_context(open_platforms(settings))
        await refuse_wrong_mail(platforms.get("email"))
        product = await stack.enter_async_context(open_product(settings, platforms=platforms))
        jobs = [*_jobs(product), *(await demo_jobs(product) if demo else await fetch_jobs(product, stack))]
        jobs = [job for job in jobs if job.roles & wanted]
        running = Running()
        web = await _ways_in(product, wanted, running, stack)
        ticker = ticker_of(jobs)
        ticker.start()
        watching = asyncio.create_task(watch(Steps(), lambda: strike_now(ticker)))
        stack.callback(watching.cancel)
        running.start()
        settle()
        log.info("Broadsheet is ready", page=web.url, posts_to=sorted(platforms), roles=sorted(wanted))
        await stop.wait()
        await _end(product, running, ticker, jobs)


async def _end(product: Product, running: Running, ticker: "AsyncIOScheduler", jobs: list[Job]) -> None:
    """Say so, begin nothing more, let arrive what is on its way, and close; never longer than DRAIN."""
    loop, begun = asyncio.get_running_loop(), asyncio.get_running_loop().time()
    log.info("ending", within_seconds=DRAIN)
    running.drain()
    ticker.shutdown(wait=False)
    delivered, told, written = await asyncio.gather(
        product.service.courier.drain(DRAIN - CLOSE),
        product.service.announcing.drain(DRAIN - CLOSE),
        _post_letters(product),
    )
    if not told:
        log.warning("a line about a change of a digest was still on its way; it may come twice")
    if not delivered:
        log.warning("some messages were still on their way; the ledger knows which")
    if not written:
        log.warning("some letters were still waiting to be sent; whoever asked for them can ask again")
    closing = asyncio.gather(running.end(), *(job.end() for job in jobs))
    try:
        async with asyncio.timeout_at(begun + DRAIN - LAST):
            await closing
    except TimeoutError:
        log.warning("not everything could be closed in time", took=round(loop.time() - begun))


async def _post_letters(product: Product) -> bool:
    return product.service.mailing is None or await product.service.mailing.drain(DRAIN - CLOSE)


async def _ways_in(product: Product, wanted: frozenset[Role], running: Running, stack: AsyncExitStack) -> "WebServer":
    """The adapters of these roles, handed to `running`; the port is open when this returns."""
    slack = await _slack(product, wanted, stack)
    if slack is not None:
        running.add(slack)
    if Role.GATEWAY in wanted:
        _add_discord(product, running)
    web = await (_web(product, running, slack) if Role.WEB in wanted else _health(product, running))
    running.add(web)
    return web


async def _slack(product: Product, wanted: frozenset[Role], stack: AsyncExitStack) -> "SlackAdapter | None":
    """Over the transports whose tokens are set and which these roles serve."""
    from adapters.slack.app import SlackAdapter
    from adapters.slack.client import open_session
    from adapters.slack.modes import Mode, mode_of
    from adapters.slack.platform import SlackPlatform

    known = mode_of(product.settings)
    mode = Mode(socket=known.socket and Role.GATEWAY in wanted, http=known.http and Role.WEB in wanted)
    if not mode:
        return None
    session = await stack.enter_async_context(open_session())
    way_out = product.platforms.get("slack")
    workspaces = way_out.workspaces if isinstance(way_out, SlackPlatform) else None
    return SlackAdapter(product.settings, product.service, session, mode=mode, workspaces=workspaces)


def _add_discord(product: Product, running: Running) -> None:
    from adapters.discord.app import DiscordAdapter
    from adapters.discord.platform import DiscordPlatform

    platform = product.platforms.get("discord")
    if isinstance(platform, DiscordPlatform):
        running.add(DiscordAdapter(product.settings, product.service, platform))


async def _web(product: Product, running: Running, slack: "SlackAdapter | None") -> "WebServer":
    from adapters.web.app import create_web
    from adapters.web.server import serve

    settings = product.settings
    app = create_web(
        service=product.service,
        renderers=renderers(),
        settings=settings,
        state=Doing(running, settings.database_url),
        extra_routes=slack.routes() if slack else [],
    )
    web = serve(app, settings.host, settings.port)
    await web.open()
    return web


async def _health(product: Product, running: Running) -> "WebServer":
    """For whoever watches a process without pages: on PORT if that is set, else on any free one, which the log tells.

    A worker that cannot have the port it was given delivers all the same.
    """
    from adapters.web.app import create_health
    from adapters.web.server import serve

    settings = product.settings
    state = Doing(running, settings.database_url)
    app = create_health(service=product.service, settings=settings, state=state)
    health = serve(app, settings.host, settings.port if "port" in settings.model_fields_set else 0, name="health")
    await health.open_somewhere()
    return health


def _jobs(product: Product) -> list[Job]:
    """What is done every so often, wherever the papers come from."""
    return [
        Job("index", ANSWERING, TICK, product.search.update),
        Job("warm", ANSWERING, TICK, product.service.reading.warm),
        Job("encode", ANSWERING, TICK, product.search.encode),
        Job("deliver", frozenset({Role.WORKER}), TICK, product.service.courier.tick),
        Job("alerts", frozenset({Role.WORKER}), ALERTS, product.service.alerts.look),
        Job("announce", frozenset({Role.WORKER}), LATE_LINES, product.service.announcing.tell_late),
        Job("unannounced", frozenset({Role.WORKER}), PRUNE, product.service.announcing.forget),
        Job("prune", frozenset({Role.WORKER}), PRUNE, lambda: prune_all(product.store, product.clock)),
        Job("forget", frozenset({Role.WORKER}), PRUNE, lambda: forget_commands(product.store.channels, SystemClock())),
        Job("limits", frozenset({Role.WORKER}), PRUNE, lambda: product.store.allowances.forget(SystemClock().now())),
    ]


def ticker_of(jobs: list[Job]) -> "AsyncIOScheduler":
    """APScheduler as a clock that strikes: missed strokes are struck once, however late."""
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    scheduler = AsyncIOScheduler(job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
    for job in jobs:
        scheduler.add_job(job.strike, "interval", seconds=job.seconds, id=job.name)
    return scheduler


def strike_now(ticker: "AsyncIOScheduler") -> None:
    """Strike all at once, and then every so often again: what was to be struck at a later hour is not waited for."""
    for job in ticker.get_jobs():
        job.modify(next_run_time=SystemClock().now())


def _stop_on_signals() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def end() -> None:
        if not stop.is_set():
            end_for_certain(DRAIN - LAST / 2)
            stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    return stop


if __name__ == "__main__":
    main()
