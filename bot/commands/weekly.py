"""/papers weekly: the reference site's list of one ISO week."""

from bot.commands.dated import dated
from bot.commands.options import WEEK
from bot.models import Period

command = dated(Period.WEEKLY, WEEK, "The papers of one ISO week, most upvoted first", order=30)
