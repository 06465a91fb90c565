"""When a digest is due: local wall time in an IANA zone, one slot for each local date."""

from bot.schedule.parsing import nearest_zones, parse_days, parse_time, parse_zone, zone_names
from bot.schedule.planning import GRACE, decide, moved, rules_edition, skipped, wanted_runs
from bot.schedule.slots import has_slot, latest_slot, next_runs, next_slot, run_at
from bot.schedule.spread import SPREAD, first_run, own_moment
from bot.schedule.words import DAYS as DAY_NAMES
from bot.schedule.words import days_in_words, duration_in_words, in_words, slots_in_words

__all__ = [
    "DAY_NAMES",
    "GRACE",
    "SPREAD",
    "days_in_words",
    "decide",
    "duration_in_words",
    "first_run",
    "has_slot",
    "in_words",
    "latest_slot",
    "moved",
    "nearest_zones",
    "next_runs",
    "next_slot",
    "own_moment",
    "parse_days",
    "parse_time",
    "parse_zone",
    "rules_edition",
    "run_at",
    "skipped",
    "slots_in_words",
    "wanted_runs",
    "zone_names",
]
