"""What settings that nobody has saved yet would give: for forms, while they are filled in."""

from collections.abc import Mapping
from dataclasses import replace

from bot.commands import Call
from bot.commands.digest import channel_of
from bot.commands.digest.form import command, wanted
from bot.commands.grammar import parse_values
from bot.models import Subscription
from bot.service import Service
from bot.views import DigestPost


async def matched(service: Service, raw: Mapping[str, str], call: Call) -> str:
    """How much the last week would have brought, in a sentence.

    Raises:
        UserError: A setting is wrong.
    """
    tried = await _proposed(service, raw, call)
    advice = await service.trying.advice(tried.topics, tried.limit)
    counted = f"{advice.matched:,} of {advice.of:,} papers of the last {advice.days} days would have matched."
    return " ".join((counted, *advice.hints[:1]))


async def preview(service: Service, raw: Mapping[str, str], call: Call) -> DigestPost:
    """The digest that these settings would bring now.

    Raises:
        UserError: A setting is wrong.
    """
    tried = await _proposed(service, raw, call)
    return await service.digests.preview(tried.channel, tried, None)


async def _proposed(service: Service, raw: Mapping[str, str], call: Call) -> Subscription:
    call = replace(call, raw=raw, values=parse_values(command, raw))
    return await service.channels.proposed(channel_of(call), call.caller, wanted(call), call.zone)
