"""Whether what a digest is wanted to be can be there: posts with tags, publishing, calling a role; pure."""

from collections.abc import Mapping

from adapters.discord.permissions import Asked, Place, allows, named
from adapters.discord.placing import OF_POSTS
from bot.commands import Command
from bot.commands.digest.options import SETTINGS_TEXT
from bot.errors import UserError
from bot.service.portable import preferences_in

FORMAT, IMPORT = "digest format", "digest import"
SETTINGS = SETTINGS_TEXT.name
ANNOUNCEMENTS = 5
"""https://docs.discord.com/developers/resources/channel#channel-object-channel-types."""
MENTION_EVERYONE = 1 << 17
"""https://docs.discord.com/developers/topics/permissions."""


def require_suiting(asked: Asked, place: Place, command: Command, raw: Mapping[str, str]) -> None:
    """Nothing, if `place` can have the format that is wanted, as far as it is known here.

    Raises:
        UserError: `only_there`, `bad_role`, `role_not_called`.
    """
    if command.path == FORMAT:
        _require(asked, place, {name: _wanted(command, raw, name) for name in ("tags", "publish", "ping")})
    elif command.path == IMPORT:
        try:
            _require(asked, place, _imported(raw.get(SETTINGS, "")))
        except UserError as error:
            error.option = SETTINGS
            raise


def _imported(text: str) -> Mapping[str, object]:
    wishes = preferences_in(text)
    return {"tags": wishes.tags, "publish": wishes.publish, "ping": wishes.ping} if wishes else {}


def _require(asked: Asked, place: Place, wanted: Mapping[str, object]) -> None:
    if wanted.get("tags") and place.kind not in {None, *OF_POSTS}:
        message = f"Only posts have tags, and {named(place)} is no forum."
        raise UserError("only_there", message, "Name a forum with channel:, or leave tags: out.", option="tags")
    if wanted.get("publish") and place.kind not in {None, ANNOUNCEMENTS}:
        message = f"Nobody follows {named(place)}: it is no announcement channel."
        hint = "Name one with channel:, or make this one so: Edit Channel, Overview, Announcement Channel."
        raise UserError("only_there", message, hint, option="publish")
    role = wanted.get("ping")
    if isinstance(role, str) and role.isdecimal():
        _require_role(asked, place, role)


def _require_role(asked: Asked, place: Place, role: str) -> None:
    known = asked.roles()
    if known is None:
        return
    if role not in known:
        hint = "Pick one from the list that opens after @."
        raise UserError("bad_role", "I find no such role in this server.", hint, option="ping")
    if not known[role] and place.bot is not None and not allows(place.bot, MENTION_EVERYONE):
        hint = (
            "In Server Settings, Roles: allow anyone to mention it; "
            "or allow me Mention @everyone, @here, and All Roles. Then run this again."
        )
        raise UserError("role_not_called", "I may not call that role.", hint, option="ping")


def _wanted(command: Command, raw: Mapping[str, str], name: str) -> object:
    """An option's value; None where it is not given, or cannot be read, which the command tells."""
    option = command.option(name)
    if option is None or name not in raw:
        return None
    try:
        value: object = option.parse(raw[name])
    except UserError:
        return None
    return value
