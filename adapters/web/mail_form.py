"""What people fill in about their digest by e-mail: texts as typed, what they mean, and what is wrong; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.commands.options import DAYS, EXCLUDE, PAPERS, PERIOD, TIME, TOPICS, ZONE
from bot.commands.parsing import parse_email
from bot.errors import UserError
from bot.mailing import Wish
from bot.models import Schedule, Subscription, Weekdays
from bot.schedule import days_in_words
from bot.service.wishes import NewSchedule, NewSettings, check_topics

PARSERS: Mapping[str, Callable[[str], Any]] = {
    "address": parse_email,
    "period": PERIOD.parse,
    "time": TIME.parse,
    "zone": ZONE.parse,
    "days": DAYS.parse,
    "topics": TOPICS.parse,
    "exclude": EXCLUDE.parse,
    "papers": PAPERS.parse,
}
LONGEST = 500
"""Characters of a field: all of it has to fit into a link."""
DAY_CHOICES = {
    "weekdays": "Monday to Friday",
    "every day": "every day",
    **{day: f"{day}s" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")},
}
DEFAULTS = {
    "address": "",
    "period": "daily",
    "time": "09:00",
    "zone": "UTC",
    "days": "weekdays",
    "topics": "",
    "exclude": "",
    "papers": "5",
}


@dataclass(frozen=True, slots=True)
class MailForm:
    """A form as it is shown."""

    texts: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    """By field, in a sentence."""

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, DEFAULTS[name])

    @property
    def days(self) -> dict[str, str]:
        """The choices; an unusual one that holds now is one of them."""
        return DAY_CHOICES if self["days"] in DAY_CHOICES else {self["days"]: self["days"], **DAY_CHOICES}


class FormError(Exception):
    """What is wrong, in the form that is to be shown again."""

    def __init__(self, form: MailForm) -> None:
        super().__init__()
        self.form = form


def wish_from(texts: Mapping[str, str]) -> Wish:
    """A new digest.

    Raises:
        FormError: A field cannot be read.
    """
    read = _read(texts, ("address", "period", "time", "zone", "days", "topics"))
    schedule = Schedule(zone=read["zone"], at=read["time"], days=read["days"], period=read["period"])
    wish = Wish(address=read["address"], schedule=schedule, topics=read["topics"])
    try:
        check_topics(wish.wanted)
    except UserError as error:
        raise FormError(MailForm(texts, {"topics": told(error)})) from None
    return wish


def address_from(texts: Mapping[str, str]) -> str:
    """An address alone.

    Raises:
        FormError: It is none.
    """
    address: str = _read(texts, ("address",))["address"]
    return address


def settings_from(texts: Mapping[str, str]) -> NewSettings:
    """Everything about a digest that is there.

    Raises:
        FormError: A field cannot be read.
    """
    read = _read(texts, ("period", "time", "zone", "days", "topics", "exclude", "papers"))
    schedule = NewSchedule(at=read["time"], zone=read["zone"], days=read["days"], period=read["period"])
    return NewSettings(include=read["topics"], exclude=read["exclude"], limit=read["papers"], schedule=schedule)


def form_of(subscription: Subscription) -> MailForm:
    """What holds now."""
    schedule, topics = subscription.schedule, subscription.topics
    return MailForm(
        {
            "period": str(schedule.period),
            "time": f"{schedule.at:%H:%M}",
            "zone": schedule.zone,
            "days": _days(schedule.days),
            "topics": ", ".join(topics.include),
            "exclude": ", ".join(topics.exclude),
            "papers": str(subscription.limit),
        }
    )


def told(error: UserError) -> str:
    """What is wrong and how to mend it, as a page says it: without the code and without commands."""
    hint = "" if "/papers" in error.hint else error.hint
    return f"{error.message} {hint}".strip().replace("`", "“")


def _days(days: Weekdays) -> str:
    words = days_in_words(days)
    return next((name for name in DAY_CHOICES if name[:3] == words), words)


def _read(texts: Mapping[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name in names:
        text = texts.get(name, "").strip()
        try:
            values[name] = _value(name, text)
        except UserError as error:
            errors[name] = told(error)
    if errors:
        raise FormError(MailForm(texts, errors))
    return values


def _value(name: str, text: str) -> Any:
    if len(text) > LONGEST:
        raise UserError("too_long", f"That has {len(text):,} characters; {LONGEST} are the most I read.")
    if not text and name in {"topics", "exclude"}:
        return ()
    return PARSERS[name](text or DEFAULTS[name])
