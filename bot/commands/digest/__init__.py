"""/papers digest …: what a channel gets, and when."""

from bot.commands import Answer, Call
from bot.commands.options import CHANNEL
from bot.models import ChannelKey
from bot.views import Notice, Tone, View

OF_DELETED = frozenset({"digest status", "digest history", "digest unsubscribe"})
"""Commands for a channel that was deleted: whoever set its digest up need not be in it, since nobody is."""


def channel_of(call: Call) -> ChannelKey:
    """The channel a call is about: the one it names, else the one it was typed in."""
    return call.target(CHANNEL) or call.channel


def author(call: Call) -> str:
    """Who changed something, as people there write a name: `@ada` in chat. It calls nobody: renderers escape it."""
    return f"@{call.caller.name}" if call.channel.in_chat else call.caller.name


def announced(call: Call, view: View, line: str) -> Answer:
    """The view for the one who changed something, and one public line with the author for the channel."""
    return Answer(view, announcement=Notice(tone=Tone.INFO, text=line), announce_in=channel_of(call))
