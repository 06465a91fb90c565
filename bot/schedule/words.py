"""Moments, spans and weekday masks as people say them; English, whatever the machine's locale."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.models import Period, Weekdays
from bot.plain import counted

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def in_words(moment: datetime, zone: str, now: datetime) -> str:
    """Such as `Tue 10 March, 09:00 (Europe/Berlin)`; with the year when it is not this one there."""
    here = ZoneInfo(zone)
    local = moment.astimezone(here)
    year = "" if local.year == now.astimezone(here).year else f" {local.year}"
    return f"{DAYS[local.weekday()][:3]} {local.day} {MONTHS[local.month - 1]}{year}, {local:%H:%M} ({zone})"


def duration_in_words(span: timedelta) -> str:
    """Such as `4 h 10 min` or `3 days 2 h`; less than a minute is `0 min`."""
    minutes = int(span.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    pieces = [counted(days, "day")] * (days > 0) + [f"{hours} h"] * (hours > 0)
    if not days and (minutes or not hours):
        pieces.append(f"{minutes} min")
    return " ".join(pieces)


def slots_in_words(period: Period, days: Weekdays) -> str:
    """On which days a digest comes: `on weekdays`, `on Mondays`, `on the first Mon or Wed of the month`."""
    if period is Period.WEEKLY:
        return f"on {next(name for number, name in enumerate(DAYS) if days >> number & 1)}s"
    if period is Period.MONTHLY:
        if days == Weekdays.ALL:
            return "on the first of the month"
        named = {Weekdays.WORKDAYS: "weekday", Weekdays.SATURDAY | Weekdays.SUNDAY: "weekend day"}.get(days)
        return f"on the first {named or days_in_words(days).replace(', ', ' or ')} of the month"
    return "every day" if days == Weekdays.ALL else f"on {days_in_words(days)}"


def days_in_words(days: Weekdays) -> str:
    """Such as `every day`, `weekdays` or `Mon, Wed`; `parse_days` reads it back."""
    if days == Weekdays.ALL:
        return "every day"
    if days == Weekdays.WORKDAYS:
        return "weekdays"
    if days == Weekdays.SATURDAY | Weekdays.SUNDAY:
        return "weekends"
    return ", ".join(name[:3] for number, name in enumerate(DAYS) if days >> number & 1)
