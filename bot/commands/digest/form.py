"""/papers digest settings: a channel's settings in one form, saved together."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.options import MATCH
from bot.commands.digest.settings import settings_notice
from bot.commands.options import CHANNEL, DAYS, EXCLUDE, PAPERS, PERIOD, TIME, TOPICS, ZONE
from bot.models import ChannelKey, Combine, Period, Schedule, Subscription, Weekdays
from bot.schedule import DAY_NAMES
from bot.service import Service
from bot.service.wishes import NewSchedule, NewSettings, describe_schedule, describe_topics
from bot.views import Choice, Entry, Form, FormField

SETTINGS = (TOPICS, EXCLUDE, MATCH, TIME, ZONE, DAYS, PERIOD, PAPERS)
LIMITS = range(3, 11)
SOME_PRESETS = "llm, agents, vision, robotics, rl, audio, bio, safety"
"""As many as fit beneath a field; help tells all."""


async def run(service: Service, call: Call) -> Answer:
    channel = channel_of(call)
    known = await service.store.channels.subscription(channel)
    if not any(option.name in call.values for option in SETTINGS):
        return Answer(form_of(channel, known, call.zone))
    saved = await service.channels.configure(channel, call.caller, wanted(call), call.zone)
    if saved == known:
        return Answer(settings_notice("These are the settings; nothing was changed.", saved, service.clock.now()))
    what = f"{describe_schedule(saved.schedule)}, {describe_topics(saved.topics)}, up to {saved.limit} papers"
    verb = "changed this channel's digest" if known else "set up a digest of trending papers here"
    view = settings_notice("The settings are saved.", saved, service.clock.now())
    return announced(call, view, f"{author(call)} {verb}: {what}.")


def wanted(call: Call) -> NewSettings:
    """What the call names; the rest stays."""
    given = call.values
    return NewSettings(
        include=call[TOPICS] if TOPICS.name in given else None,
        exclude=call[EXCLUDE] if EXCLUDE.name in given else None,
        combine=call[MATCH] if MATCH.name in given else None,
        limit=call[PAPERS],
        schedule=NewSchedule(
            at=call[TIME], zone=call[ZONE], days=call[DAYS], period=call[PERIOD] if PERIOD.name in given else None
        ),
    )


def form_of(channel: ChannelKey, known: Subscription | None, zone: str | None) -> Form:
    """What holds now, or would hold at the start, ready to be changed."""
    schedule = known.schedule if known else Schedule(zone=zone or "UTC")
    limit = known.limit if known else 5
    return Form(
        title="Digest settings" if known else "Set up a digest",
        command=command.path,
        fields=(*_about(known), *_when(schedule), _papers(limit)),
        submit="Save" if known else "Set up",
        kept=((CHANNEL.name, str(channel)),),
        text="" if known else "This channel has no digest yet. These are the settings it would start with.",
    )


def _about(known: Subscription | None) -> tuple[FormField, ...]:
    include, exclude = (known.topics.include, known.topics.exclude) if known else ((), ())
    combine = known.topics.combine if known else Combine.ANY
    matching = (Choice("any", "any of the topics"), Choice("all", "all of the topics"))
    return (
        FormField(
            option=TOPICS.name,
            label="Topics",
            entry=Entry.LINES,
            values=include,
            hint=f"Words, phrases, arXiv categories, or preset:NAME: {SOME_PRESETS} … Empty: everything.",
        ),
        FormField(
            option=EXCLUDE.name,
            label="Not about",
            entry=Entry.LINES,
            values=exclude,
            hint="Papers with these stay out.",
        ),
        FormField(
            option=MATCH.name,
            label="A paper must match",
            entry=Entry.CHOICE,
            values=(str(combine),),
            choices=matching,
            required=True,
        ),
    )


def _when(schedule: Schedule) -> tuple[FormField, ...]:
    days = tuple(name[:3].lower() for name, day in zip(DAY_NAMES, Weekdays, strict=False) if day in schedule.days)
    return (
        FormField(
            option=TIME.name,
            label="Time",
            entry=Entry.TEXT,
            values=(f"{schedule.at:%H:%M}",),
            hint="Local time, such as 09:00.",
            required=True,
        ),
        FormField(
            option=ZONE.name,
            label="Time zone",
            entry=Entry.TEXT,
            values=(schedule.zone,),
            hint="Such as Europe/Berlin.",
            required=True,
        ),
        FormField(
            option=DAYS.name,
            label="Days",
            entry=Entry.SEVERAL,
            values=days,
            choices=tuple(Choice(name[:3].lower(), name) for name in DAY_NAMES),
            required=True,
        ),
        FormField(
            option=PERIOD.name,
            label="How often",
            entry=Entry.CHOICE,
            values=(str(schedule.period),),
            choices=tuple(Choice(period, period.capitalize()) for period in Period),
            hint="Weekly comes on the first of the days, monthly on the month's first such day.",
            required=True,
        ),
    )


def _papers(limit: int) -> FormField:
    return FormField(
        option=PAPERS.name,
        label="Papers",
        entry=Entry.CHOICE,
        values=(str(min(max(limit, LIMITS[0]), LIMITS[-1])),),
        choices=tuple(Choice(str(count), f"up to {count}") for count in LIMITS),
        required=True,
    )


command = Command(
    "settings",
    "All settings of this channel's digest in one form",
    run,
    (*SETTINGS, CHANNEL),
    example="digest settings",
    group="digest",
    order=5,
    configures=True,
)
