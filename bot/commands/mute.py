"""/papers mute: what somebody does not want to see in their own lists."""

from bot.commands.interests import keeping
from bot.models import Stance

command = keeping(
    Stance.MUTE,
    "What your own lists leave out: topics, authors…",
    "Your lists leave out",
    "/papers mute survey for:14d",
    order=130,
)
