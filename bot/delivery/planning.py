"""Slots that are due, from the schedules into the ledger, batch by batch."""

import asyncio
from datetime import datetime

import structlog

from bot import schedule
from bot.delivery.means import Means
from bot.models import Subscription
from bot.ports import Decide, SlotPlan

log = structlog.get_logger(__name__)

BROKEN_SCHEDULE = "its schedule cannot be read any more; set the time and the zone again"


class Planning:
    """Has every subscription that is due decided, and keeps what was decided."""

    def __init__(self, means: Means, decide: Decide) -> None:
        self._means = means
        self._ledger = means.store.deliveries
        self._decide = decide
        self._renewed = False
        self.planned_at = means.real.now()
        """When it last began; real time."""
        self.closed = False
        """No batch is begun any more."""

    async def renew_rules(self, edition: str | None = None) -> None:
        """Once in a process: have the next runs follow the edition of the time zone database that it reads."""
        if self._renewed:
            return
        edition = edition or schedule.rules_edition()
        moved = await self._ledger.renew_next_runs(edition, _moved_or_not, self._means.pace.renew_batch)
        self._renewed = True
        if moved:
            log.info("next runs follow the rules of the time zones", edition=edition, moved=moved)

    async def plan_due(self) -> int:
        """Put the slots that are due into the ledger. Returns how many subscriptions were looked at.

        What goes beyond one batch is done side by side, if the ledger can. Should one fail, the others end before that
        is told.
        """
        self.planned_at = self._means.real.now()
        first = await self._plan_batch()
        if first < self._means.pace.plan_batch:
            return first
        planners = (self._plan_batches() for _ in range(self._ledger.planners))
        rest = await asyncio.gather(*planners, return_exceptions=True)
        for one in rest:
            if isinstance(one, BaseException):
                raise one
        return first + sum(number for number in rest if isinstance(number, int))

    async def _plan_batches(self) -> int:
        """Until nothing is left, in its own or another's hands."""
        total, handled = 0, self._means.pace.plan_batch
        while handled == self._means.pace.plan_batch:
            handled = await self._plan_batch()
            total += handled
        return total

    async def _plan_batch(self) -> int:
        if self.closed:
            return 0
        now, real, pace = self._means.clock.now(), self._means.real.now(), self._means.pace
        return await self._ledger.plan(now, real, pace.plan_batch, self._decide_or_pause, pace.grace)

    def _decide_or_pause(self, subscription: Subscription, now: datetime) -> SlotPlan:
        """One subscription that cannot be decided must not hold up the others of its batch."""
        try:
            return _advancing(self._decide(subscription, now), now)
        except Exception:
            log.exception("a schedule cannot be planned", channel=str(subscription.channel))
            return SlotPlan(slot=None, due_at=now, skip_because=None, next_run_at=None, pause_because=BROKEN_SCHEDULE)


def _moved_or_not(subscription: Subscription) -> datetime | None:
    """One whose zone is known no more stays as it is, and is found when it is due."""
    try:
        return schedule.moved(subscription)
    except (KeyError, ValueError):
        return subscription.next_run_at


def _advancing(plan: SlotPlan, now: datetime) -> SlotPlan:
    """The plan. ValueError if it would be due again at once, for ever."""
    if plan.next_run_at is not None and plan.next_run_at <= now:
        raise ValueError(f"the next run, {plan.next_run_at}, is not later than {now}")
    return plan
