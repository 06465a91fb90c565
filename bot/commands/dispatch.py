"""From a typed text or a pressed button to an answer: the one path of every way in.

Never raises for what a person can mend, and never shows a raw exception: it logs it and gives a reference.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

import structlog

from bot.buttons import Button
from bot.commands import Answer, Call, Command, Today, channel_named
from bot.commands.dates import is_near, near_date
from bot.commands.grammar import parse, parse_values
from bot.commands.options import CHANNEL
from bot.errors import UsageError, UserError, new_reference
from bot.models import ChannelKey
from bot.service import Service
from bot.views import ChannelList, Document, Notice, Status, Tone

log = structlog.get_logger(__name__)


async def answer_text(service: Service, text: str, call: Call) -> Answer:
    """What `/papers TEXT` answers; the options of `call` are replaced by what the text says."""
    try:
        command, raw = parse(text)
    except UserError as error:
        return Answer(explain(error))
    return await answer_options(service, command, raw, call)


async def answer_options(
    service: Service, command: Command, raw: Mapping[str, str], call: Call, *, ranges: bool = True
) -> Answer:
    """What a command answers to options given as text; without `ranges` chat's limits on numbers do not hold."""
    raw = await _with_dates(service, command, raw, call)
    try:
        values = parse_values(command, raw, ranges=ranges)
    except UserError as error:
        return Answer(explain(error))
    return await answer(service, command, replace(call, values=values, raw=raw))


async def _with_dates(service: Service, command: Command, raw: Mapping[str, str], call: Call) -> Mapping[str, str]:
    """The texts, with dates for `today` and the like: a button of the answer means the same day tomorrow."""
    takers = {option.name: option.takes_today for option in command.options if option.takes_today}
    near = {name: whose for name, whose in takers.items() if is_near(raw.get(name, ""), whose)}
    if not near:
        return raw
    now = service.clock.now()
    zone = await _zone_of(service, raw, call) if Today.CHANNEL in near.values() else UTC
    days = {Today.LISTS: now.date(), Today.CHANNEL: now.astimezone(zone).date()}
    written = {name: near_date(raw[name], whose, days[whose]) for name, whose in near.items()}
    return {**raw, **written}


async def _zone_of(service: Service, raw: Mapping[str, str], call: Call) -> tzinfo:
    """Of the digest that the call is about; UTC where there is none."""
    try:
        channel = channel_named(raw[CHANNEL.name], call) if CHANNEL.name in raw else call.channel
    except UserError:  # the command says what is wrong with it
        return UTC
    known = await service.store.channels.subscription(channel)
    return ZoneInfo(known.schedule.zone) if known else UTC


async def answer(service: Service, command: Command, call: Call) -> Answer:
    """The command's answer, or a notice that says what went wrong."""
    try:
        return _about_there(await command.run(service, call), call)
    except UserError as error:
        return Answer(explain(error))
    except Exception:
        reference = new_reference()
        log.exception("command failed", command=command.path, reference=reference)
        return Answer(
            Notice(
                tone=Tone.ERROR,
                text="Something went wrong on our side; nothing was changed.",
                hint="Try again in a minute. If it stays, show your operator the reference.",
                code="internal",
                reference=reference,
            )
        )


def _about_there(answer: Answer, call: Call) -> Answer:
    """Its buttons are about the channel that the call named, wherever they are pressed."""
    named, view = call.values.get(CHANNEL.name), answer.view
    if not isinstance(named, str) or not isinstance(view, Notice | Status | ChannelList | Document):
        return answer
    try:
        key = channel_named(named, call)
    except UserError:  # a command that took it for something else
        return answer
    if key == call.channel:
        return answer
    return replace(answer, view=replace(view, buttons=tuple(_about(button, key) for button in view.buttons)))


def _about(button: Button, channel: ChannelKey) -> Button:
    told = f" {CHANNEL.name}:"
    if not button.command.startswith("digest ") or told in button.command:
        return button
    return replace(button, command=f"{button.command}{told}{channel}")


def explain(error: UserError) -> Notice:
    """The notice for an error that a person can mend."""
    reference = new_reference()
    log.info("command refused", code=error.code, reference=reference, usage=isinstance(error, UsageError))
    return Notice(
        tone=Tone.ERROR,
        text=error.message,
        hint=error.hint,
        code=error.code,
        option=error.option or "",
        usage=isinstance(error, UsageError),
        reference=reference,
    )
