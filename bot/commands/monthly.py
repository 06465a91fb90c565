"""/papers monthly: the reference site's list of one month."""

from bot.commands.dated import dated
from bot.commands.options import MONTH
from bot.models import Period

command = dated(Period.MONTHLY, MONTH, "The papers of one month, most upvoted first", order=40)
