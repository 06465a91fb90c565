"""How a channel's settings are told: the same fields after every change and in the status."""

from datetime import datetime

from bot.cards import number
from bot.models import Subscription
from bot.schedule import in_words, next_runs
from bot.service.channels import describe_schedule, describe_topics
from bot.views import Button, Effect, Field, Notice, Tone


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
        Field("Papers", f"up to {number(subscription.limit)}"),
        Field("Set up by", subscription.set_up_by.name),
    )


def runs_in_words(subscription: Subscription, now: datetime, count: int = 3) -> tuple[str, ...]:
    """The next runs in the channel's own zone; none while it is paused."""
    zone = subscription.schedule.zone
    return tuple(in_words(moment, zone, now) for moment in upcoming(subscription, now, count))


def upcoming(subscription: Subscription, now: datetime, count: int = 3) -> tuple[datetime, ...]:
    if subscription.next_run_at is None:
        return ()
    return next_runs(subscription.schedule, now, count)
