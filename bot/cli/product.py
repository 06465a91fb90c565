"""The product as every command needs it: settings, store, search, and the service over them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.clock import Clock, SystemClock, VirtualClock
from bot.config import Settings, cache_folder, load_settings
from bot.fetch import Fetcher
from bot.logs import set_up_logging
from bot.ports import Platform
from bot.semantic.files import NAME, find_model
from bot.semantic.process import EncoderProcess
from bot.service import Service
from bot.service.elsewhere import Elsewhere
from bot.service.feed_reading import FEED_LIMITS, FeedReading
from bot.service.mailing import MailDoor
from bot.service.refreshing import Refreshing
from bot.service.sources import fetcher_from, hub_of, sources_from
from storage.search import FullText
from storage.store import SqlStore, open_store

log = structlog.get_logger(__name__)
NOWHERE: Mapping[str, Platform] = {}


@dataclass(frozen=True, kw_only=True)
class Product:
    """Everything built, nothing started."""

    settings: Settings
    clock: Clock
    store: SqlStore
    search: FullText
    service: Service
    platforms: Mapping[str, Platform]


def prepare(*, quiet: bool = False) -> Settings:
    """Settings and logging; `quiet` for commands that print an answer: only what is wrong is logged.

    Raises:
        SettingsError: One is malformed.
    """
    settings = load_settings()
    set_up_logging(settings, quiet=quiet)
    return settings


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, unless a virtual one is asked for."""
    if settings.broadsheet_now is None and settings.broadsheet_clock_speed == 1.0:
        return SystemClock()
    return VirtualClock(settings.broadsheet_now or SystemClock().now(), settings.broadsheet_clock_speed)


@asynccontextmanager
async def open_product(
    settings: Settings, *, platforms: Mapping[str, Platform] = NOWHERE, clock: Clock | None = None
) -> AsyncIterator[Product]:
    """The store, the search and the service over them, closed at the end; `platforms` are the ways out.

    Raises:
        UserError: The database is not ours, not writable, or of another version.
    """
    async with AsyncExitStack() as stack:
        clock = clock or clock_of(settings)
        encoder = await stack.enter_async_context(open_encoder(settings))
        store = open_store(settings.database_url, encoder=encoder)
        stack.push_async_callback(store.close)
        post = platforms.get("email")
        mail = post if isinstance(post, MailDoor) else None
        fetcher = fetcher_from(settings, store.leases)
        stack.push_async_callback(fetcher.close)
        elsewhere = Elsewhere(store.papers, fetcher, hub_of(settings), clock)
        service = Service.over(store, store.search, platforms, clock, mail, elsewhere)
        yield Product(
            settings=settings, clock=clock, store=store, search=store.search, service=service, platforms=platforms
        )


@asynccontextmanager
async def open_encoder(settings: Settings) -> AsyncIterator[EncoderProcess | None]:
    """The model for search by meaning, if there is one; its process starts when it is first needed."""
    place = find_model(settings.semantic_model, cache_folder() / NAME)
    if place is None:
        log.info("search is by words alone", because="SEMANTIC_MODEL is off" if settings.semantic_model else "no model")
        yield None
        return
    encoder = EncoderProcess(place.folder)
    try:
        yield encoder
    finally:
        await encoder.close()


@asynccontextmanager
async def open_feed_reading(product: Product) -> AsyncIterator[FeedReading]:
    """The feeds of channels. No address is trusted there, not even one of the settings: people name them."""
    fetcher = Fetcher(contact=product.settings.public_url, limits=FEED_LIMITS, leases=product.store.leases)
    try:
        yield FeedReading(product.store, fetcher, product.clock)
    finally:
        await fetcher.close()


@asynccontextmanager
async def open_refreshing(product: Product) -> AsyncIterator[Refreshing]:
    """The sources of the settings, ready to be asked."""
    settings = product.settings
    fetcher = fetcher_from(settings, product.store.leases)
    try:
        interval = timedelta(seconds=settings.fetch_interval)
        yield Refreshing(product.store.papers, fetcher, sources_from(settings), product.clock, interval)
    finally:
        await fetcher.close()
