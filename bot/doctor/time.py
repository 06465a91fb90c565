"""Whether this machine knows what time it is, and what the zones' rules are; pure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.views import Check

TOLERANCE = 60.0
"""Seconds. Slack refuses signatures that are five minutes off, and a digest is promised to the minute."""
OLD_RULES = 550
"""Days. Some country changes its clocks every year."""
SAMPLE = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")


def clock_check(told: str | None, real: datetime) -> Check:
    """`told` is the Date header of an answer that just came; `real` this machine's time, in UTC."""
    if told is None:
        return Check("clock", ok=True, message="Nobody could be asked for the time, so the clock is taken as it is.")
    try:
        theirs = parsedate_to_datetime(told)
    except ValueError:
        return Check("clock", ok=True, message="A source told a time that is none, so the clock is taken as it is.")
    theirs = theirs.replace(tzinfo=UTC) if theirs.tzinfo is None else theirs
    off = (real - theirs).total_seconds()
    if abs(off) <= TOLERANCE:
        return Check("clock", ok=True, message="The clock is right.")
    which = "ahead" if off > 0 else "behind"
    return Check(
        "clock",
        ok=False,
        message=f"The clock is {abs(off):.0f} s {which} of a source's.",
        hint="Set it by NTP: signatures fail at five minutes, and digests come at a wrong time.",
    )


def zones_check(release: str | None, today: datetime) -> Check:
    """`release` is the version of the tzdata package, such as 2025.2; None where it is not installed."""
    for name in SAMPLE:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            return Check(
                "time zones", ok=False, message=f"There are no rules for {name}.", hint="Install the package tzdata."
            )
    year = int(release.partition(".")[0]) if release and release[:4].isdigit() else None
    if year is not None and (today - datetime(year, 1, 1, tzinfo=UTC)).days > OLD_RULES + 365:
        return Check(
            "time zones",
            ok=False,
            message=f"The time zones' rules are of {year}.",
            hint="Bring tzdata up to date: countries change their clocks every year.",
        )
    return Check("time zones", ok=True, message=f"The time zones' rules are of {release or 'this machine'}.")
