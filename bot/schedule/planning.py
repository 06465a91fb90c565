"""What a due subscription leads to, and what new rules of a zone change: pure."""

from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import TZPATH

from bot.models import Schedule, Subscription
from bot.ports import SlotPlan
from bot.schedule.slots import latest_slot, next_slot
from bot.schedule.spread import SPREAD, own_moment
from bot.schedule.words import duration_in_words

GRACE = timedelta(hours=3)
"""A digest later than this is skipped: it would arrive in somebody's afternoon, or beside the next one."""

_RULES_MOVE = timedelta(hours=3)
"""A new edition of a zone's rules moves a slot by less than this; `next_run_at` may be from the edition before."""


def decide(subscription: Subscription, now: datetime, grace: timedelta = GRACE) -> SlotPlan:
    """What to do about a subscription whose next run has come: only its latest slot counts, older ones never pile up.

    Within `grace` it is to be delivered, later it is skipped with its reason. The next run is at the channel's own
    moment within the minute.
    """
    expected, schedule = subscription.next_run_at, subscription.schedule
    if expected is None or subscription.paused_because is not None:
        return SlotPlan(slot=None, due_at=now, skip_because=None, next_run_at=None)
    moment, latest = own_moment(subscription.channel), latest_slot(schedule, now)
    handled = now - moment if latest is None else max(latest[1], now - moment)
    upcoming = next_slot(schedule, handled)[1] + moment
    if latest is None or latest[1] < expected - _RULES_MOVE:
        return SlotPlan(slot=None, due_at=now, skip_because=None, next_run_at=upcoming)
    slot, instant = latest
    due_at = expected if instant <= expected < instant + SPREAD else instant
    skip_because = skipped(subscription, slot) or _too_late(schedule, now - due_at, grace)
    return SlotPlan(slot=slot, due_at=due_at, skip_because=skip_because, next_run_at=upcoming)


def moved(subscription: Subscription) -> datetime | None:
    """The next run under the rules of today: that of the slot which the stored one was for. None: it does not run."""
    expected, schedule = subscription.next_run_at, subscription.schedule
    if expected is None:
        return None
    meant = expected.replace(second=0, microsecond=0)  # slots and the offsets of zones are whole minutes
    later, earlier = next_slot(schedule, meant)[1], latest_slot(schedule, meant)
    nearest = later if earlier is None or later - meant < meant - earlier[1] else earlier[1]
    return nearest + (expected - meant)


def rules_edition() -> str:
    """Which edition of the time zone database says when slots are: the system's if it has one, else the package's.

    https://docs.python.org/3/library/zoneinfo.html#data-sources
    """
    for folder in TZPATH:
        file = Path(folder) / "tzdata.zi"
        if file.exists():
            with file.open(encoding="utf-8") as lines:
                return f"{lines.readline().removeprefix('# version').strip()} of {folder}"
    return f"{version('tzdata')} of the tzdata package"


def skipped(subscription: Subscription, slot: date) -> str | None:
    """Why people do not want the digest of this date, in words."""
    wishes = subscription.preferences
    if wishes.paused_until is not None and slot < wishes.paused_until:
        return f"it is paused until {wishes.paused_until}"
    if wishes.skip_slot == slot:
        return "somebody asked to skip it"
    span = next(((first, last) for first, last in wishes.quiet_dates if first <= slot <= last), None)
    return f"these are quiet days, {span[0]} to {span[1]}" if span else None


def wanted_runs(subscription: Subscription, after: datetime, count: int) -> tuple[datetime, ...]:
    """The instants of the next `count` slots that nobody asked to skip; fewer if there are none in a year of slots.

    None is before the next run, since today's may be out already.
    """
    runs: list[datetime] = []
    if subscription.next_run_at is not None:
        after = max(after, subscription.next_run_at - SPREAD)
    for _ in range(366):
        slot, after = next_slot(subscription.schedule, after)
        if skipped(subscription, slot) is None:
            runs.append(after)
        if len(runs) == count:
            break
    return tuple(runs)


def _too_late(schedule: Schedule, late: timedelta, grace: timedelta) -> str | None:
    if late <= grace:
        return None
    return (
        f"the bot was not running at {schedule.at:%H:%M}; "
        f"{duration_in_words(late)} late is past the limit of {duration_in_words(grace)}"
    )
