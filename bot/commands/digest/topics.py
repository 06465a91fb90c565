"""/papers digest topics: what the digest is about."""

from dataclasses import replace

from bot.commands import Answer, Call, Command
from bot.commands.choices import TopicAction
from bot.commands.digest import announced, channel_of
from bot.commands.digest.settings import settings_notice
from bot.commands.options import ACTION, CHANNEL, TERMS
from bot.errors import UsageError
from bot.models import Combine, Topics
from bot.service import Service
from bot.service.wishes import combined, describe_topics, without
from bot.views import Field

TRIED_DAYS = 7
"""How far back the count of would-be matches goes."""


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    subscription = await service.channels.get(channel)
    wanted = changed(subscription.topics, call[ACTION], call[TERMS])
    found, of = await service.digests.would_match(wanted, TRIED_DAYS)
    matched = Field("Last 7 days", f"{found:,} of {of:,} papers would have matched, {found / TRIED_DAYS:.1f} a day")
    if wanted == subscription.topics:
        return Answer(settings_notice("These are the topics; nothing was changed.", subscription, now, matched))
    subscription = await service.channels.retopic(channel, call.caller, wanted)
    view = settings_notice("The topics are saved.", subscription, now, matched)
    return announced(call, view, f"{call.caller.name} changed this channel's topics to {describe_topics(wanted)}.")


def changed(known: Topics, action: TopicAction | None, terms: Topics) -> Topics:
    """The topics after the change.

    Raises:
        UsageError: The action needs terms.
    """
    match action:
        case TopicAction.ANY | TopicAction.ALL:
            return replace(combined(known, terms), combine=Combine(action))
        case None if not terms.include and not terms.exclude:
            return known
        case _ if not terms.include and not terms.exclude:
            raise UsageError(
                "missing_value", f"`{action}` needs words.", f"Example: /papers digest topics {action} robotics"
            )
        case TopicAction.REMOVE:
            return without(known, terms)
        case TopicAction.EXCLUDE:
            return combined(known, Topics(exclude=(*terms.include, *terms.exclude)))
        case _:
            return combined(known, terms)


command = Command(
    "topics",
    "What the digest is about: words, phrases, categories",
    run,
    (ACTION, TERMS, CHANNEL),
    example='digest topics add robotics "graph neural network" -survey',
    group="digest",
    order=30,
    configures=True,
)
