"""The same change for every digest of a workspace, of each channel that the caller may change."""

from collections.abc import Awaitable, Callable

from bot.commands import Answer, Call
from bot.commands.options import CHANNEL, WHERE
from bot.errors import UserError
from bot.models import ChannelKey, Subscription
from bot.service import Service
from bot.views import Field, Notice, Tone

Change = Callable[[ChannelKey], Awaitable[str | None]]
"""Makes it, and gives the channel's public line; None where nothing changed."""
MOST = 50
"""Channels of one command: whether the caller is in one costs a question to the platform."""


def wanted(call: Call) -> bool:
    """Whether all digests are meant: `all`, or `channel:all`."""
    return call[WHERE] or (call[CHANNEL] or "").strip().lower() == "all"


async def everywhere(service: Service, call: Call, text: str, change: Change) -> Answer:
    """Make the change in each channel, and tell each of them; `text` says what was done.

    Raises:
        UserError: `not_subscribed`: this workspace has none.
    """
    digests = [one for one in await service.channels.of_workspace(call.channel) if not one.channel.personal]
    if not digests:
        raise UserError("not_subscribed", "This workspace has no digest.", "Set one up: /papers digest subscribe daily")
    lines: list[tuple[ChannelKey, Notice]] = []
    changed = unchanged = closed = 0
    for one in digests:
        if changed + unchanged + closed >= MOST or not await _may(call, one):
            closed += 1
            continue
        line = await _changed(change, one.channel)
        if line is None:
            unchanged += 1
            continue
        changed += 1
        if not one.deleted:  # nobody reads there
            lines.append((one.channel, Notice(tone=Tone.INFO, text=line)))
    return Answer(_told(text, changed, unchanged, closed), elsewhere=tuple(lines))


async def _may(call: Call, one: Subscription) -> bool:
    if call.operator or one.channel == call.channel or one.deleted:
        return True
    return call.allowed is not None and await call.allowed(one.channel)


async def _changed(change: Change, channel: ChannelKey) -> str | None:
    """None also where somebody else changed it at that moment, or has just ended it."""
    try:
        return await change(channel)
    except UserError:
        return None


def _told(text: str, changed: int, unchanged: int, closed: int) -> Notice:
    counts = (
        ("Changed", changed, ""),
        ("Left as they were", unchanged, ""),
        ("Not touched", closed, ": you are not in these channels, or there are too many for one command"),
    )
    fields = tuple(
        Field(label, f"{count} digest{'' if count == 1 else 's'}{why}") for label, count, why in counts if count
    )
    if not changed:
        return Notice(tone=Tone.INFO, text="Nothing was changed.", fields=fields)
    return Notice(tone=Tone.OK, text=text, hint="See them: /papers digest list", fields=fields)
