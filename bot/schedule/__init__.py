"""When a digest is due: local wall time in an IANA zone, one slot for each local date."""

from bot.schedule.parsing import nearest_zones, parse_days, parse_time, parse_zone, zone_names
from bot.schedule.slots import GRACE, decide, has_slot, latest_slot, next_runs, next_slot, run_at, skipped, wanted_runs
from bot.schedule.words import DAYS as DAY_NAMES
from bot.schedule.words import days_in_words, duration_in_words, in_words

__all__ = [
    "DAY_NAMES",
    "GRACE",
    "days_in_words",
    "decide",
    "duration_in_words",
    "has_slot",
    "in_words",
    "latest_slot",
    "nearest_zones",
    "next_runs",
    "next_slot",
    "parse_days",
    "parse_time",
    "parse_zone",
    "run_at",
    "skipped",
    "wanted_runs",
    "zone_names",
]
