"""/papers digest format: how many papers, and how much of each."""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands import Answer, Call, Command
from bot.commands.choices import Style
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.options import DETAILS, PING, PUBLISH, STYLE, TAGS
from bot.commands.digest.settings import describe_format, settings_notice
from bot.commands.options import CHANNEL, PAPERS
from bot.errors import UsageError
from bot.models import ChannelKey
from bot.service import Service


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    given = tuple(option.name for option in (TAGS, PUBLISH) if option.name in call.values)
    refuse_elsewhere(channel, given, call[PING])
    known = await service.channels.get(channel)
    compact = call[STYLE] is Style.COMPACT if STYLE.name in call.values else known.preferences.compact
    details = call[DETAILS] if DETAILS.name in call.values else known.preferences.details
    tags = call[TAGS] if TAGS.name in call.values else known.preferences.tags
    publish = call[PUBLISH] if PUBLISH.name in call.values else known.preferences.publish
    ping = call[PING] if PING.name in call.values else known.preferences.ping
    wishes = replace(known.preferences, compact=compact, details=details, tags=tags, publish=publish, ping=ping)
    what = describe_format(call[PAPERS] or known.limit, wishes, " papers")
    line = f"changed the format to: {what}"
    saved = await service.channels.prefer(channel, call.caller, wishes, line, call[PAPERS])
    if saved == known:
        return Answer(settings_notice("This is the format; nothing was changed.", saved, now))
    view = settings_notice("The format is saved; see it with Preview.", saved, now)
    return announced(call, view, f"{author(call)} changed the digest's format to: {what}.")


def refuse_elsewhere(channel: ChannelKey, given: Sequence[str], ping: str) -> None:
    """Nothing, if the channel's platform has what is `given`, of `tags` and `publish`, and can call `ping`.

    Raises:
        UsageError: `only_discord`, `bad_value`; what only one platform has would change nothing elsewhere.
    """
    _refuse_ping(ping, channel)
    if given and channel.platform != "discord":
        message = f"“{given[0]}” is for Discord: only it has forums and announcement channels."
        raise UsageError("only_discord", message, f"Example: /papers {command.example}", option=given[0])


def _refuse_ping(ping: str, channel: ChannelKey) -> None:
    """Discord has `@here` for whoever types a title with it too, so a digest calls a role there."""
    if ping and ping.isdigit() != (channel.platform == "discord"):
        what = "Here" if ping == "here" else "That role"
        message = f"{what} cannot be called on {channel.platform.capitalize()}."
        raise UsageError("bad_value", message, "Pick a role from the list that opens after @.", option=PING.name)


command = Command(
    "format",
    "How many papers, compact or cards, details in a thread",
    run,
    (PAPERS, STYLE, DETAILS, PING, TAGS, PUBLISH, CHANNEL),
    example="digest format compact papers:8 details:no",
    group="digest",
    order=45,
    configures=True,
)
