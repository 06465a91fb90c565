"""A channel's settings as a JSON object and back; pure."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.errors import UsageError, UserError
from bot.models import ChannelKey, Combine, Period, Person, Preferences, Schedule, Subscription, Topics
from bot.models.preferences import preferences_as_json, preferences_from
from bot.schedule import days_in_words, parse_days, parse_time, parse_zone
from bot.topics import compile_topics

NAMES = frozenset({"time", "zone", "days", "period", "topics", "exclude", "match", "papers", "preferences"})
_EXAMPLE = "Take what /papers digest export gives."


def settings_as_json(one: Subscription) -> dict[str, Any]:
    """All that can be set, and nothing of who set it up or where."""
    return {
        "time": f"{one.schedule.at:%H:%M}",
        "zone": one.schedule.zone,
        "days": days_in_words(one.schedule.days),
        "period": str(one.schedule.period),
        "topics": list(one.topics.include),
        "exclude": list(one.topics.exclude),
        "match": str(one.topics.combine),
        "papers": one.limit,
        "preferences": preferences_as_json(replace(one.preferences, own_post=False)),  # the place says, not its copy
    }


def settings_from(
    text: str, channel: ChannelKey, by: Person, now: datetime, known: Subscription | None = None
) -> Subscription:
    """A subscription with these settings; what the text leaves out is as it is known, or as at the start.

    Raises:
        UserError: It is no JSON object of settings, or a value is wrong.
    """
    try:
        told = json.loads(text)
    except ValueError as error:
        raise UsageError("bad_settings", f"That is no JSON: {error}.", _EXAMPLE, option="settings") from None
    if not isinstance(told, dict):
        message = "Settings are names with their values, between { and }."
        raise UsageError("bad_settings", message, _EXAMPLE, option="settings")
    if set(told) - NAMES:
        unknown = min(set(told) - NAMES)
        message = f"I know no setting “{unknown[:40]}”; there are {', '.join(sorted(NAMES))}."
        raise UsageError("bad_settings", message, _EXAMPLE, option="settings")
    try:
        return _read((settings_as_json(known) if known else {}) | told, channel, by, now)
    except UserError as error:
        raise UsageError("bad_settings", error.message, error.hint, option="settings") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError("bad_settings", f"A setting is wrong: {error}.", _EXAMPLE, option="settings") from None


def preferences_in(text: str) -> Preferences | None:
    """The preferences that a text of settings names; None where it cannot be read, which `settings_from` tells."""
    try:
        return preferences_from(json.loads(text)["preferences"])
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None


def differences(known: Subscription | None, wanted: Subscription) -> list[tuple[str, str, str]]:
    """Name, value now and value then of each setting that would change."""
    before = settings_as_json(known) if known else {}
    after = settings_as_json(wanted)
    return [
        (name.capitalize(), _shown(before.get(name)), _shown(after[name]))
        for name in after
        if before.get(name) != after[name]
    ]


def _read(told: dict[str, Any], channel: ChannelKey, by: Person, now: datetime) -> Subscription:
    start = Schedule()
    topics = Topics(
        include=_words(told.get("topics", [])),
        exclude=_words(told.get("exclude", [])),
        combine=Combine(told.get("match", "any")),
    )
    compile_topics(topics)
    papers = told.get("papers", 5)
    if isinstance(papers, bool) or not isinstance(papers, int) or not 1 <= papers <= 10:
        raise ValueError(f"papers is a number from 1 to 10, not {papers!r}")
    return Subscription(
        channel=channel,
        schedule=Schedule(
            zone=parse_zone(told.get("zone", start.zone)),
            at=parse_time(told["time"]) if "time" in told else start.at,
            days=parse_days(told["days"]) if "days" in told else start.days,
            period=Period(told.get("period", start.period)),
        ),
        set_up_by=by,
        created_at=now,
        topics=topics,
        limit=papers,
        preferences=preferences_from(told.get("preferences", {})),
    )


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return tuple(value)
    raise TypeError(f"{value!r} is no list of words")


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_shown_item(item)}" for name, item in value.items()) or "none"
    return "none" if value is None else str(value)


def _shown_item(value: object) -> str:
    """`yes`, `2026-12-24 to 2027-01-02`, `hf and arxiv`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " and ".join(" to ".join(map(str, one)) if isinstance(one, list) else str(one) for one in value)
    return f"({_shown(value)})" if isinstance(value, dict) else str(value)
