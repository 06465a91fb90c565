"""/papers digest status: why something came, or did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.buttons import Button, Effect
from bot.commands import Answer, Call, Command
from bot.commands.digest import channel_of
from bot.commands.digest.filters import taste
from bot.commands.digest.options import DATE
from bot.commands.digest.settings import runs_in_words, settings_fields, upcoming
from bot.commands.options import CHANNEL
from bot.models import CHANNEL_DELETED, Change, ChannelKey, Delivery, DeliveryKind, DeliveryState, Outcome, Subscription
from bot.schedule import SPREAD, has_slot, in_words, own_moment, run_at, skipped, slots_in_words
from bot.service import Service
from bot.service.wishes import PAUSED_BY
from bot.views import Check, Run, Status

SHOWN_RUNS = 7
KEPT = 500
"""So far back one can ask for a date."""
OVERDUE = timedelta(minutes=5)
"""A worker looks every second at what is due."""
NOBODY_SENDS = "no process that sends digests is at work"


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    subscription = await service.store.channels.subscription(channel)
    day = call[DATE]
    history = await service.store.deliveries.history(channel, SHOWN_RUNS if day is None else KEPT)
    last = await service.courier.as_they_wait(history)
    if day is not None:
        changes = await service.store.channels.log(channel, KEPT)
        return Answer(on_one_date(channel, subscription, History(last, changes), day, now))
    stale = await service.reading.stale()
    return Answer(
        Status(
            channel=str(channel),
            headline=headline(subscription, last, now),
            state=state_of(subscription, now),
            settings=(*settings_fields(subscription), *await taste(service, subscription)) if subscription else (),
            next_runs=upcoming(subscription, now) if subscription else (),
            next_runs_in_words=runs_in_words(subscription, now) if subscription else (),
            last=tuple(told(delivery, subscription, now) for delivery in last),
            checks=tuple(checks(subscription, last, now)),
            stale=stale,
            buttons=buttons(subscription, last, "" if channel == call.channel else f" channel:{channel}"),
        )
    )


@dataclass(frozen=True, slots=True)
class History:
    """A channel's, newest first."""

    deliveries: Sequence[Delivery]
    changes: Sequence[Change]


def on_one_date(
    channel: ChannelKey, subscription: Subscription | None, history: History, day: date, now: datetime
) -> Status:
    """What became of one date, and why."""
    of_day = next((one for one in history.deliveries if one.slot == day and is_digest(one)), None)
    because = reason(of_day, zone_of(subscription), now) if of_day else why_none(subscription, history, day, now)
    state = in_a_word(of_day) if of_day else "no digest"
    return Status(
        channel=str(channel),
        headline=f"{day}: {state}{f', {because}' if because else ''}.",
        state=state_of(subscription, now),
        settings=settings_fields(subscription)[:1] if subscription else (),
        next_runs=upcoming(subscription, now) if subscription else (),
        next_runs_in_words=runs_in_words(subscription, now) if subscription else (),
        last=(told(of_day, subscription, now),) if of_day else (),
    )


def why_none(subscription: Subscription | None, history: History, day: date, now: datetime) -> str:
    """Why a date has no digest in the ledger, or not yet; in words."""
    if subscription is None:
        return "this channel has none"
    zone, schedule = ZoneInfo(subscription.schedule.zone), subscription.schedule
    today, begun = now.astimezone(zone).date(), subscription.created_at.astimezone(zone).date()
    if day < begun:
        return f"it was set up on {begun}"
    unwanted = skipped(subscription, day)
    if not has_slot(schedule, day):
        return f"it is due {schedule.period} {slots_in_words(schedule.period, schedule.days)}, and not on that day"
    if day > today or run_at(schedule, day) > now:
        waits = f"it is paused: {subscription.paused_because}" if subscription.paused_because else unwanted
        return waits or f"it is due at {in_words(run_at(schedule, day), schedule.zone, now)}"
    return _missed(subscription, history, run_at(schedule, day), now)


def _missed(subscription: Subscription, history: History, due_at: datetime, now: datetime) -> str:
    if subscription.paused_because is not None:
        return f"it was paused: {subscription.paused_because}"
    if subscription.next_run_at is not None and subscription.next_run_at - SPREAD < due_at:
        overdue = now - subscription.next_run_at > OVERDUE
        return f"it is overdue: {NOBODY_SENDS}" if overdue else "it is due now; its turn comes in a moment"
    if any(change.at >= due_at for change in history.changes):
        return "none was due then: it was paused or had another schedule, see /papers digest log"
    return "the bot was not running then, and not before the next one was due; old days never arrive in a burst"


def zone_of(subscription: Subscription | None) -> str:
    return subscription.schedule.zone if subscription else "UTC"


def state_of(subscription: Subscription | None, now: datetime) -> str:
    if subscription is None or subscription.deleted:
        return "stopped" if subscription else "none"
    today = now.astimezone(ZoneInfo(subscription.schedule.zone)).date()
    resting = subscription.preferences.paused_until is not None and today < subscription.preferences.paused_until
    return "paused" if subscription.paused_because or resting else "active"


def headline(subscription: Subscription | None, last: list[Delivery], now: datetime) -> str:
    """The one sentence somebody asks for who wonders where the digest is."""
    if subscription is None:
        return "This channel has no digest. Set one up: /papers digest subscribe daily"
    if subscription.deleted:
        return f"Stopped: {CHANNEL_DELETED}. {elsewhere(subscription)}"
    if subscription.paused_because is not None:
        return f"Paused: {subscription.paused_because}. {_way_back(subscription)}"
    coming = _coming(subscription, last, now)
    if not last:
        return coming if is_overdue(subscription, last, now) else f"Nothing was due here yet. {coming}"
    what = "" if is_digest(last[0]) else "an alert, "
    return f"Last: {what}{in_a_word(last[0])} for {last[0].slot}. {coming}"


def is_overdue(subscription: Subscription, last: Sequence[Delivery], now: datetime) -> bool:
    """Whether its time is over and nobody has looked at it, nor asked for it by hand."""
    due_at = subscription.next_run_at
    if due_at is None or now - due_at <= OVERDUE:
        return False
    slot = due_at.astimezone(ZoneInfo(subscription.schedule.zone)).date()
    return not any(is_digest(one) and one.slot >= slot for one in last)


def _coming(subscription: Subscription, last: Sequence[Delivery], now: datetime) -> str:
    zone = subscription.schedule.zone
    if subscription.next_run_at is not None and is_overdue(subscription, last, now):
        return f"The digest of {in_words(subscription.next_run_at, zone, now)} is overdue: {NOBODY_SENDS}."
    runs = runs_in_words(subscription, now, 1)
    return f"The next digest comes {runs[0]}." if runs else "No further run is planned."


def told(delivery: Delivery, subscription: Subscription | None, now: datetime) -> Run:
    return Run(
        slot=delivery.slot.isoformat(),
        state=delivery.state,
        outcome=delivery.outcome,
        reason=("" if is_digest(delivery) else "alert: ") + reason(delivery, zone_of(subscription), now),
        url=delivery.url,
    )


def is_digest(delivery: Delivery) -> bool:
    return delivery.kind is DeliveryKind.DIGEST


def in_a_word(delivery: Delivery) -> str:
    match delivery.state:
        case DeliveryState.SENT:
            return "sent"
        case DeliveryState.SKIPPED:
            return "skipped"
        case DeliveryState.UNKNOWN:
            return "perhaps sent"
        case DeliveryState.FAILED:
            return "not sent"
        case DeliveryState.PENDING | DeliveryState.SENDING:
            return "on its way"


def reason(delivery: Delivery, zone: str, now: datetime) -> str:
    """What happened, in words."""
    match delivery.state:
        case DeliveryState.SENT if delivery.sent_at is not None:
            papers = f"{len(delivery.selection)} paper{'' if len(delivery.selection) == 1 else 's'}"
            note = f", {delivery.reason}" if delivery.reason else ""
            return f"{papers} at {in_words(delivery.sent_at, zone, now)}{note}"
        case DeliveryState.UNKNOWN:
            return delivery.reason or "nobody can tell whether it arrived; look, and press Send again if it did not"
        case DeliveryState.PENDING if delivery.reason and delivery.next_attempt_at:
            return f"{delivery.reason}; I try again at {delivery.next_attempt_at:%H:%M:%S} UTC"
        case DeliveryState.PENDING:
            return delivery.reason or "it waits for its turn"
        case DeliveryState.SENDING:
            return delivery.reason or "it is being sent"
        case _:
            return delivery.reason or ""


def checks(subscription: Subscription | None, last: Sequence[Delivery], now: datetime) -> list[Check]:
    """None of a channel that was deleted: there is nothing to look at."""
    if subscription is None or subscription.deleted:
        return []
    if is_overdue(subscription, last, now):
        return [
            Check(
                "schedule",
                ok=False,
                message=f"{NOBODY_SENDS}.",
                hint="Its operator starts one: broadsheet run --role worker",
            )
        ]
    paused = f"{subscription.paused_because}." if subscription.paused_because else None
    hint = _way_back(subscription) if paused else ""
    turn = own_moment(subscription.channel).seconds
    runs = f"it runs; its turn comes {turn} s after the minute, not all channels' at once" if turn else "it runs"
    return [Check("schedule", paused is None, paused or runs, hint)]


def elsewhere(subscription: Subscription) -> str:
    """What can be done where a channel was deleted."""
    return (
        "Nothing brings it back: start a digest in another channel with /papers digest subscribe there, "
        f"and end this one with /papers digest unsubscribe channel:{subscription.channel}"
    )


def end_it(subscription: Subscription, label: str = "End it") -> Button:
    return Button(label, f"digest unsubscribe channel:{subscription.channel}", Effect.ANSWER)


def _way_back(subscription: Subscription) -> str:
    """How a paused digest runs again."""
    cause = "Start it again with" if by_somebody(subscription) else "Mend the cause, then"
    return f"{cause} /papers digest resume."


def buttons(subscription: Subscription | None, last: list[Delivery], where: str = "") -> tuple[Button, ...]:
    """What can be done now; `where` names the channel, unless it is the one that was asked in."""
    preview = Button("Preview", f"digest preview{where}", Effect.ANSWER)
    if subscription is None:
        return (preview,)
    if subscription.deleted:
        return (end_it(subscription),)
    digests = [one for one in last if is_digest(one)]
    in_doubt = any(one.state is DeliveryState.UNKNOWN for one in last[:1] if not is_digest(one))
    alert = (Button("Send alert again", f"digest alerts again:yes{where}", Effect.ANSWER),) if in_doubt else ()
    refused = refused_by_platform(subscription, last[0] if last else None)
    send = tuple(
        Button("Send again", f"digest send{what}{where}", Effect.ANSWER)
        for what in _again(digests[:1], refused=refused)
    )
    word = "Resume" if by_somebody(subscription) else "Retry"
    way_back = Button(word, f"digest {'send' if refused else 'resume'}{where}", Effect.ANSWER)
    retry = (way_back,) if subscription.paused_because else ()
    if not retry and digests and held_up(digests[0]):
        retry = (Button("Retry", f"digest send{where}", Effect.ANSWER),)
    return (*send, *alert, *retry, preview)


def held_up(delivery: Delivery) -> bool:
    """Whether it waits for something that may be mended by now; a wait that its platform asks for goes on."""
    return delivery.state is DeliveryState.PENDING and delivery.outcome not in {None, Outcome.LIMITED}


def by_somebody(subscription: Subscription) -> bool:
    """Whether it is paused for a person's wish."""
    return (subscription.paused_because or "").endswith(PAUSED_BY)


def _again(digests: Sequence[Delivery], *, refused: bool) -> list[str]:
    """What a digest is sent again with: one that failed goes on where it stopped, nobody knows where others did."""
    anew = " again:yes unless-sent:yes"
    match [one.state for one in digests]:
        case [DeliveryState.UNKNOWN]:
            return [anew]
        case [DeliveryState.FAILED]:
            return [] if refused else [""]  # Retry does it, and lets the digest run again
        case _:
            return []


def refused_by_platform(subscription: Subscription, last: Delivery | None) -> bool:
    """Whether it is paused because its platform would not let us post, and for no person's wish."""
    paused = subscription.paused_because
    return last is not None and last.outcome is Outcome.DEAD_CHANNEL and paused is not None and paused == last.reason


command = Command(
    "status",
    "Why a digest came or did not, and when the next one comes",
    run,
    (DATE, CHANNEL),
    example="digest status",
    group="digest",
    order=70,
)
