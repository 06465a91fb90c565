"""Preferences as JSON and back, for the store and for people who copy settings; only what differs from the defaults."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.models.channels import Filters, Preferences


def preferences_as_json(wishes: Preferences) -> dict[str, Any]:
    filters = wishes.filters
    told = {
        "paused_until": _text(wishes.paused_until),
        "skip_slot": _text(wishes.skip_slot),
        "quiet_dates": [[str(first), str(last)] for first, last in wishes.quiet_dates],
        "most_per_week": wishes.most_per_week,
        "tell_when_empty": not wishes.skip_when_empty,
        "compact": wishes.compact,
        "no_details": not wishes.details,
        "alerts": wishes.alerts,
        "own_post": wishes.own_post,
        "tags": list(wishes.tags),
        "publish": wishes.publish,
        "ping": wishes.ping or None,
        "minimum_upvotes": filters.minimum_upvotes,
        "minimum_score": filters.minimum_score,
        "sources": list(filters.sources),
        "only_with_code": filters.only_with_code,
        "maximum_age": filters.maximum_age,
        "no_learning": not wishes.learn,
        "learn_since": wishes.learn_since.isoformat() if wishes.learn_since else None,
    }
    return {name: value for name, value in told.items() if value not in (None, False, [])}


def preferences_from(told: Mapping[str, Any]) -> Preferences:
    """The preferences that an object tells; names it does not know are passed over.

    Raises:
        ValueError, TypeError: A value is of the wrong kind.
    """
    return Preferences(
        paused_until=_date(told.get("paused_until")),
        skip_slot=_date(told.get("skip_slot")),
        quiet_dates=tuple(
            (date.fromisoformat(first), date.fromisoformat(last)) for first, last in told.get("quiet_dates", ())
        ),
        most_per_week=_number(told.get("most_per_week"), 1, 7),
        skip_when_empty=not _truth(told.get("tell_when_empty", False)),
        compact=_truth(told.get("compact", False)),
        details=not _truth(told.get("no_details", False)),
        alerts=_truth(told.get("alerts", False)),
        learn=not _truth(told.get("no_learning", False)),
        learn_since=_moment(told.get("learn_since")),
        own_post=_truth(told.get("own_post", False)),
        tags=tuple(_word(tag) for tag in told.get("tags", ())),
        publish=_truth(told.get("publish", False)),
        ping=_called(told.get("ping", "")),
        filters=Filters(
            minimum_upvotes=_number(told.get("minimum_upvotes"), 1, 100_000),
            minimum_score=_score(told.get("minimum_score")),
            sources=tuple(_word(source) for source in told.get("sources", ())),
            only_with_code=_truth(told.get("only_with_code", False)),
            maximum_age=_number(told.get("maximum_age"), 1, 45),
        ),
    )


def _called(value: object) -> str:
    if re.fullmatch(r"|here|S[A-Z0-9]{6,20}|[0-9]{15,21}", _word(value)):
        return _word(value)
    raise ValueError(f"{value!r} is nobody to call")


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: object) -> date | None:
    return None if text is None else date.fromisoformat(_word(text))


def _moment(text: object) -> datetime | None:
    moment = None if text is None else datetime.fromisoformat(_word(text))
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment


def _word(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"{value!r} is no text")


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError(f"{value!r} is neither true nor false")


def _number(value: object, low: int, high: int) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise ValueError(f"{value!r} is no number from {low} to {high}")


def _score(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 100:
        return float(value)
    raise ValueError(f"{value!r} is no number above 0, below 100")
