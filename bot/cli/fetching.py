"""The jobs of a process that asks the sources, or makes them up."""

from contextlib import AsyncExitStack

import structlog

from bot.cli.product import Product, open_feed_reading, open_refreshing
from bot.clock import SystemClock
from bot.demo import fill
from bot.jobs import PRUNE, TICK, Duty, Job
from bot.roles import Role
from bot.service.refreshing import Refreshing

log = structlog.get_logger(__name__)

DEMO_TICK = 20.0
"""Real seconds between two looks at the invented sources."""
FEEDS = 30.0
"""Real seconds between two looks for feeds of channels that are due."""


async def demo_jobs(product: Product) -> list[Job]:
    """The invented sources: what they would have said so far, and then what comes."""
    papers, clock = product.store.papers, product.clock
    started = clock.now()
    await fill(papers, started)
    return [Job("fetch", frozenset({Role.FETCH}), DEMO_TICK, lambda: fill(papers, clock.now(), started=started))]


async def fetch_jobs(product: Product, stack: AsyncExitStack) -> list[Job]:
    """Several fetchers would ask for the same things, each out of one quota: one does, and the others stand by.

    The duty has a job of its own, since work may take longer than the lease, which is renewed meanwhile.
    """
    refreshing = await stack.enter_async_context(open_refreshing(product))
    feeds = await stack.enter_async_context(open_feed_reading(product))
    duty = Duty("fetch", product.store.leases, SystemClock())
    stack.push_async_callback(duty.end)
    return [
        Job("duty", frozenset({Role.FETCH}), TICK, duty.mine),
        Job("fetch", frozenset({Role.FETCH}), TICK, duty.shared(lambda: _refresh(refreshing))),
        Job("feeds", frozenset({Role.FETCH}), FEEDS, duty.shared(feeds.round)),
        Job("forget feeds", frozenset({Role.FETCH}), PRUNE, product.store.feeds.forget_unread),
    ]


async def _refresh(refreshing: Refreshing) -> None:
    """One look at the sources, if it is time; says in one sentence which could not be reached."""
    report = await refreshing.refresh_if_due()
    reasons = [source.reason for source in report.sources if source.reason] if report else []
    if reasons:
        log.warning(f"Not every source answered; I keep trying. {' '.join(reasons)}")  # noqa: G004  # a sentence for people
