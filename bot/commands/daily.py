"""/papers daily: the reference site's list of one day."""

from bot.commands.dated import dated
from bot.commands.options import DAY
from bot.models import Period

command = dated(Period.DAILY, DAY, "The papers of one day, most upvoted first", order=20)
