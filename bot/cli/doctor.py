"""`broadsheet doctor`: everything that can be looked at before people notice it, and what to do."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from bot.cli.output import AsObject, print_object
from bot.cli.product import clock_of, prepare
from bot.cli.root import Root
from bot.config import Settings, cache_folder
from bot.doctor.settings import settings_checks
from bot.doctor.sources import source_checks
from bot.doctor.time import clock_check, zones_check
from bot.errors import UserError
from bot.models import Subscription
from bot.ports import Platform
from bot.semantic import files
from bot.service.sources import fetcher_from, sources_from
from bot.views import Check
from storage import migrations
from storage.store import open_store

Channels = Annotated[
    int, typer.Option("--channels", min=0, max=100_000, help="Look at no more channels of each platform than this.")
]


def add(app: typer.Typer, root: Root) -> None:
    app.command("doctor")(_doctor(root))


def _doctor(root: Root) -> Callable[..., None]:
    def doctor(*, channels: Channels = 100, json: AsObject = False) -> None:
        """Look at settings, database, clock, sources, tokens and channels; say what is wrong and what to do."""
        settings = prepare(quiet=True)
        checks = asyncio.run(_checks(settings, root, channels, told=None if json else _tell))
        healthy = all(check.ok for check in checks)
        if json:
            print_object({"ok": healthy, "checks": [_object(check) for check in checks]})
        else:
            sys.stdout.write("All is well.\n" if healthy else f"{sum(not check.ok for check in checks)} to look at.\n")
        sys.exit(0 if healthy else 1)

    return doctor


async def _checks(settings: Settings, root: Root, channels: int, told: Callable[[Check], None] | None) -> list[Check]:
    checks: list[Check] = []
    async with aclosing(_all(settings, root, channels)) as found:
        async for check in found:
            checks.append(check)
            if told:
                told(check)
    return checks


async def _all(settings: Settings, root: Root, channels: int) -> AsyncGenerator[Check, None]:
    for check in settings_checks(settings):
        yield check
    problem = await asyncio.to_thread(migrations.check, settings.database_url)
    yield _database(problem)
    yield zones_check(_tzdata(), datetime.now(UTC))
    yield await asyncio.to_thread(_model, settings)
    for check in await _of_sources(settings, with_database=problem is None):
        yield check
    async with root.open_platforms(settings) as platforms:
        for name in platforms:
            digests = [] if problem else await _digests(settings, name, channels)
            async with aclosing(_examine(settings, platforms[name], digests)) as found:
                async for check in found:
                    yield check


def _database(problem: UserError | None) -> Check:
    if problem is None:
        return Check(
            "database", ok=True, message="The database can be written, and its schema is one for this version."
        )
    return Check("database", ok=False, message=problem.message, hint=problem.hint)


def _tzdata() -> str | None:
    try:
        return version("tzdata")
    except PackageNotFoundError:
        return None


def _model(settings: Settings) -> Check:
    place = files.find_model(settings.semantic_model, cache_folder() / files.NAME)
    if place is None:
        return Check("model", ok=True, message="Search is by words alone: there is no model, or it is switched off.")
    try:
        files.check(place.folder)
    except UserError as error:
        return Check("model", ok=False, message=error.message, hint=error.hint)
    return Check("model", ok=True, message=f"Search by meaning has its model, from {place.because}.")


async def _of_sources(settings: Settings, *, with_database: bool) -> list[Check]:
    """In turn with the processes that run, where the database can be asked."""
    async with AsyncExitStack() as stack:
        store = open_store(settings.database_url) if with_database else None
        if store is not None:
            stack.push_async_callback(store.close)
        fetcher = fetcher_from(settings, store.leases if store else None)
        stack.push_async_callback(fetcher.close)
        checks, told = await source_checks(fetcher, sources_from(settings), clock_of(settings).now())
    return [clock_check(told, datetime.now(UTC)), *checks]


async def _examine(
    settings: Settings, platform: Platform, digests: Sequence[Subscription]
) -> AsyncGenerator[Check, None]:
    """Whether a platform lets us do what we promised in these digests' channels, if it can be asked."""
    from adapters.discord import doctor as discord
    from adapters.discord.platform import DiscordPlatform
    from adapters.email import doctor as email
    from adapters.email.platform import EmailPlatform
    from adapters.slack import doctor as slack
    from adapters.slack.platform import SlackPlatform

    if isinstance(platform, SlackPlatform):
        async for check in slack.examine(platform, [one.channel for one in digests]):
            yield check
    elif isinstance(platform, EmailPlatform):
        yield await email.examine(platform)
    elif isinstance(platform, DiscordPlatform):
        async for check in discord.examine(settings, platform, digests):
            yield check


async def _digests(settings: Settings, platform: str, limit: int) -> list[Subscription]:
    """Those that run or were stopped by something."""
    store = open_store(settings.database_url)
    try:
        return await store.channels.of_platform(platform, limit)
    finally:
        await store.close()


def _tell(check: Check) -> None:
    sys.stdout.write(f"{'ok   ' if check.ok else 'WRONG'} {check.name}: {check.message}\n")
    if check.hint and not check.ok:
        sys.stdout.write(f"      {check.hint}\n")


def _object(check: Check) -> dict[str, object]:
    return {"name": check.name, "ok": check.ok, "message": check.message, "hint": check.hint}
