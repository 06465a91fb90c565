"""Times, days and zones as people type them."""

import difflib
import importlib.resources
import re
import unicodedata
from datetime import time
from functools import cache

from bot.errors import UsageError
from bot.models import Weekdays
from bot.schedule.words import DAYS

_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?:(?P<half>[ap])\.?m\.?)?", re.ASCII)
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}

_AREAS = frozenset({"africa", "america", "antarctica", "asia", "atlantic", "australia", "europe", "indian", "pacific"})

_NAMED_DAYS = {
    "daily": Weekdays.ALL,
    "everyday": Weekdays.ALL,
    "every day": Weekdays.ALL,
    "all": Weekdays.ALL,
    "weekday": Weekdays.WORKDAYS,
    "workday": Weekdays.WORKDAYS,
    "working day": Weekdays.WORKDAYS,
    "weekend": Weekdays.SATURDAY | Weekdays.SUNDAY,
}


def parse_time(text: str) -> time:
    """A time of day, to the minute: `9`, `9:00`, `09:00`, `9am`, `9:30 pm`, `noon`.

    Raises:
        UsageError: `time`.
    """
    bare = _bare(text)
    if bare in _NAMED_TIMES:
        return _NAMED_TIMES[bare]
    match = _TIME.fullmatch(bare)
    if match is None:
        raise _bad_time(text)
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if half and not 1 <= hour <= 12:
        raise _bad_time(text)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise _bad_time(text)
    return time(hour, minute)


def parse_days(text: str) -> Weekdays:
    """A weekday mask: `weekdays`, `daily`, `weekend`, `mon,wed`, `mon-fri`, `Fridays`; at least one day.

    Raises:
        UsageError: `days`.
    """
    bare = re.sub(r"\s*(?:[-–—]|\bto\b|\bthrough\b)\s*", "-", _bare(text))
    if bare.removesuffix("s") in _NAMED_DAYS:
        return _NAMED_DAYS[bare.removesuffix("s")]
    days = Weekdays(0)
    for piece in re.split(r"(?:[,;/+&\s]|\band\b)+", bare):
        days |= _named_or_range(piece, text) if piece else Weekdays(0)
    if not days:
        raise _bad_days(text)
    return days


def parse_zone(text: str) -> str:
    """The IANA name of a time zone, as IANA spells it, whatever the case typed; a city's name alone where one has it.

    Raises:
        UsageError: `zone`, with the nearest names.
    """
    name = _zone_key(text)
    known = _zones_by_key()
    if name in known:
        return known[name]
    if len(cities := _cities().get(name, ())) == 1:
        return cities[0]
    if offset := _OFFSET.fullmatch(text.strip()):
        raise _only_an_offset(text.strip(), offset)
    nearest = nearest_zones(text, 3)
    suggestion = f" Did you mean {' or '.join(f'`{zone}`' for zone in nearest)}?" if nearest else ""
    message = f"`{_short(text)}` is not a time zone I know.{suggestion}"
    raise UsageError("zone", message, f"Use a name from the IANA list. Example: {(nearest or ('Europe/Berlin',))[0]}")


def nearest_zones(text: str, limit: int) -> tuple[str, ...]:
    """Zones that may be meant, best first: the same city, then names that begin or sound so."""
    if offset := _OFFSET.fullmatch(text.strip()):
        return _of_offset(offset)[:limit]
    key, known = _zone_key(text)[:64], _zones_by_key()
    if not key:
        return ()
    by_place: dict[str, list[str]] = {}
    for name in known:
        by_place.setdefault(name.rsplit("/", 1)[-1], []).append(name)
    candidates = by_place.get(key, []) + [name for name in known if key in name]
    for place in difflib.get_close_matches(key.rsplit("/", 1)[-1], by_place, n=limit, cutoff=0.6):
        candidates += by_place[place]
    return tuple(known[name] for name in dict.fromkeys(candidates))[:limit]


_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−–])\s*(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE | re.ASCII)
"""How far a place is ahead of UTC, as people write it."""


def _of_offset(offset: re.Match[str]) -> tuple[str, ...]:
    """The zone that is always so far ahead: IANA writes two hours ahead of UTC as `Etc/GMT-2`.

    https://data.iana.org/time-zones/theory.html#naming
    """
    ahead = offset[1] == "+"
    name = f"Etc/GMT{'-' if ahead else '+'}{int(offset[2])}" if int(offset[2]) else "Etc/UTC"
    return (name,) if not int(offset[3] or 0) and name in zone_names() else ()


def _only_an_offset(text: str, offset: re.Match[str]) -> UsageError:
    same = "".join(f" Or `{name}`, which is how IANA writes it." for name in _of_offset(offset))
    message = f"`{_short(text)}` is no place, so I cannot know when its summer begins."
    return UsageError("zone", message, f"Name one, such as Europe/Berlin.{same}")


@cache
def zone_names() -> tuple[str, ...]:
    """The zones of the tzdata package, as it spells them; without its placeholder for "not set"."""
    text = importlib.resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return tuple(sorted(name for name in text.split() if name != "Factory"))


@cache
def _zones_by_key() -> dict[str, str]:
    return {_zone_key(name): name for name in zone_names()}


@cache
def _cities() -> dict[str, tuple[str, ...]]:
    """Zones by city: those of the continents and oceans; the others are old names."""
    found: dict[str, tuple[str, ...]] = {}
    for key, name in _zones_by_key().items():
        area, _, city = key.partition("/")
        if area in _AREAS:
            place = city.rpartition("/")[2]
            found[place] = (*found.get(place, ()), name)
    return found


def _zone_key(text: str) -> str:
    return re.sub(r"\s+", "_", re.sub(r"\s*/\s*", "/", _bare(text)))


def _named_or_range(piece: str, text: str) -> Weekdays:
    if piece.removesuffix("s") in _NAMED_DAYS:
        return _NAMED_DAYS[piece.removesuffix("s")]
    ends = [_weekday(name, text) for name in piece.split("-")]
    if len(ends) > 2:
        raise _bad_days(text)
    first, last = ends[0], ends[-1]
    return Weekdays(sum(1 << (first + step) % 7 for step in range((last - first) % 7 + 1)))


def _weekday(name: str, text: str) -> int:
    """0 for Monday; two letters are enough."""
    for number, day in enumerate(DAYS):
        if len(name) >= 2 and day.lower().startswith(name.removesuffix("s")):
            return number
    raise _bad_days(text)


def _bad_time(text: str) -> UsageError:
    return UsageError("time", f"`{_short(text)}` is not a time of day.", "Examples: 09:00, 9am, 17:30.")


def _bad_days(text: str) -> UsageError:
    return UsageError(
        "days", f"I could not read `{_short(text)}` as days.", "Examples: weekdays, daily, mon,wed, mon-fri."
    )


def _bare(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _short(text: str) -> str:
    if not text.strip():
        return "(nothing)"
    return text if len(text) <= 40 else f"{text[:39]}…"
