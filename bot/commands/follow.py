"""/papers follow: what somebody wants first when they catch up."""

from bot.commands.interests import keeping
from bot.models import Stance

command = keeping(
    Stance.FOLLOW,
    "What comes first when you catch up: topics, authors…",
    "You follow",
    '/papers follow "Ada Example" what:author',
    order=120,
)
