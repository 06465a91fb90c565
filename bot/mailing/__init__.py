"""E-mail before the first digest: a wish, the signed links that confirm it, and how often one may be asked for."""

from bot.mailing.limits import Limits
from bot.mailing.links import LinkError, Links, Purpose
from bot.mailing.wish import Wish

__all__ = ["Limits", "LinkError", "Links", "Purpose", "Wish"]
