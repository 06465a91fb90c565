"""/papers digest filters: what a paper must have beside fitting the topics."""

from dataclasses import replace

from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, channel_of
from bot.commands.digest.settings import describe_filters, settings_notice
from bot.commands.options import CHANNEL, CODE, MAXIMUM_AGE, MINIMUM_SCORE, MINIMUM_UPVOTES, SOURCES
from bot.models import Filters
from bot.service import Service


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    known = await service.channels.get(channel)
    wanted = changed(known.preferences.filters, call)
    if wanted == known.preferences.filters:
        return Answer(settings_notice("These are the filters; nothing was changed.", known, now))
    told = describe_filters(wanted)
    wishes = replace(known.preferences, filters=wanted)
    saved = await service.channels.prefer(channel, call.caller, wishes, f"changed the filters to: {told}")
    view = settings_notice("The filters are saved.", saved, now)
    return announced(call, view, f"{call.caller.name} changed the digest's filters to: {told}.")


def changed(known: Filters, call: Call) -> Filters:
    """With what the call names; 0 and nothing take a filter away."""
    given = call.values
    return Filters(
        minimum_upvotes=(call[MINIMUM_UPVOTES] or None) if MINIMUM_UPVOTES.name in given else known.minimum_upvotes,
        minimum_score=(call[MINIMUM_SCORE] or None) if MINIMUM_SCORE.name in given else known.minimum_score,
        sources=call[SOURCES] if SOURCES.name in given else known.sources,
        only_with_code=bool(call[CODE]) if CODE.name in given else known.only_with_code,
        maximum_age=(call[MAXIMUM_AGE] or None) if MAXIMUM_AGE.name in given else known.maximum_age,
    )


command = Command(
    "filters",
    "What a paper must have: upvotes, score, sources, code, age",
    run,
    (MINIMUM_UPVOTES, MINIMUM_SCORE, SOURCES, CODE, MAXIMUM_AGE, CHANNEL),
    example="digest filters upvotes:10 code:yes age:7",
    group="digest",
    order=35,
    configures=True,
)
