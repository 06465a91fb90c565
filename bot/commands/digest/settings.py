"""How a channel's settings are told: the same fields after every change and in the status."""

from datetime import datetime

from bot.buttons import Button, Effect
from bot.cards import SOURCE_NAMES, number
from bot.models import Filters, Preferences, Subscription
from bot.schedule import in_words, wanted_runs
from bot.service.wishes import describe_schedule, describe_topics
from bot.views import Field, Notice, Tone

NOTHING = "none"


def settings_notice(text: str, subscription: Subscription, now: datetime, *more: Field) -> Notice:
    """What was done, what holds now, and the next three runs in words."""
    runs = Field("Next runs", "\n".join(runs_in_words(subscription, now)) or "none while it is paused")
    return Notice(
        tone=Tone.OK,
        text=text,
        hint="Change it with /papers digest topics and /papers digest schedule; see it with /papers digest preview.",
        fields=(*settings_fields(subscription), *more, runs),
        buttons=(Button("Preview", "digest preview", Effect.ANSWER), Button("Status", "digest status", Effect.ANSWER)),
    )


def settings_fields(subscription: Subscription) -> tuple[Field, ...]:
    return (
        Field("When", describe_schedule(subscription.schedule)),
        Field("Topics", describe_topics(subscription.topics)),
        Field("Papers", describe_format(subscription.limit, subscription.preferences)),
        *optional(
            Field("Filters", describe_filters(subscription.preferences.filters)),
            Field("Quiet", describe_quiet(subscription.preferences)),
            Field("Alerts", "when a paper takes off" if subscription.preferences.alerts else NOTHING),
        ),
        Field("Set up by", subscription.set_up_by.name),
    )


def optional(*fields: Field) -> tuple[Field, ...]:
    """Those that say something."""
    return tuple(field for field in fields if field.text != NOTHING)


def describe_format(limit: int, wishes: Preferences, noun: str = "") -> str:
    """`up to 5, compact, without a thread`."""
    told = (
        "compact" if wishes.compact else "",
        "" if wishes.details else "without details",
        f"as posts tagged {', '.join(f'“{tag}”' for tag in wishes.tags)}" if wishes.tags else "",
        "published to followers" if wishes.publish else "",
        f"calling {'@here' if wishes.ping == 'here' else f'the role {wishes.ping}'}" if wishes.ping else "",
    )
    return ", ".join((f"up to {number(limit)}{noun}", *filter(None, told)))


def describe_filters(filters: Filters) -> str:
    """`at least 10 upvotes, only with code`."""
    sources = " or ".join(SOURCE_NAMES.get(source, source) for source in filters.sources)
    told = (
        f"at least {filters.minimum_upvotes:,} upvotes" if filters.minimum_upvotes else "",
        f"a score of at least {filters.minimum_score:g}" if filters.minimum_score else "",
        f"only from {sources}" if sources else "",
        "only with code" if filters.only_with_code else "",
        f"at most {filters.maximum_age} days old" if filters.maximum_age else "",
    )
    return ", ".join(text for text in told if text) or NOTHING


def describe_quiet(wishes: Preferences) -> str:
    """`no digest 2026-12-24 to 2027-01-02, at most 3 a week`."""
    spans = (f"{first} to {last}" if first != last else str(first) for first, last in wishes.quiet_dates)
    told = (
        f"paused until {wishes.paused_until}" if wishes.paused_until else "",
        f"skips {wishes.skip_slot}" if wishes.skip_slot else "",
        *(f"no digest {span}" for span in spans),
        f"at most {wishes.most_per_week} a week" if wishes.most_per_week else "",
        "" if wishes.skip_when_empty else "says so when there is nothing",
    )
    return ", ".join(text for text in told if text) or NOTHING


def runs_in_words(subscription: Subscription, now: datetime, count: int = 3) -> tuple[str, ...]:
    """The next runs in the channel's own zone; none while it is paused."""
    zone = subscription.schedule.zone
    return tuple(in_words(moment, zone, now) for moment in upcoming(subscription, now, count))


def upcoming(subscription: Subscription, now: datetime, count: int = 3) -> tuple[datetime, ...]:
    if subscription.next_run_at is None:
        return ()
    return wanted_runs(subscription, now, count)
