"""Whether Discord lets us do what we promised: the token, the application, the commands, and each channel.

Permissions are computed as https://docs.discord.com/developers/topics/permissions#permission-overwrites says.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from adapters.discord.asking import THREADS
from adapters.discord.checking import tag_needed
from adapters.discord.outcomes import outcome_of
from adapters.discord.permissions import ADMINISTRATOR, Place, forum_of, missing
from adapters.discord.placing import OF_POSTS, REQUIRE_TAG
from adapters.discord.platform import DiscordPlatform
from adapters.discord.rest import CallError, Rest
from adapters.discord.sync import sync
from adapters.discord.words import for_discord
from bot.config import Settings
from bot.errors import UserError
from bot.models import DIRECT, Subscription
from bot.views import Check


async def examine(
    settings: Settings, platform: DiscordPlatform, digests: Sequence[Subscription]
) -> AsyncIterator[Check]:
    """The token, the application's id, whether the commands are registered, and one check of each channel."""
    try:
        application = await platform.rest.call("GET", "/applications/@me", {})
        bot = await platform.rest.call("GET", "/users/@me", {})
    except CallError as failure:
        yield Check("discord", ok=False, message=outcome_of(failure).reason, hint="Set DISCORD_BOT_TOKEN anew.")
        return
    yield _application(settings, str(application["id"]))
    yield await _commands(settings)
    examined = Servers(platform.rest, str(bot["id"]))
    for digest in digests:
        if digest.channel.workspace != DIRECT:
            yield await examined.digest(digest)


def _application(settings: Settings, found: str) -> Check:
    if settings.discord_application_id not in {None, found}:
        return Check(
            "discord", ok=False, message="The token is another application's.", hint=f"DISCORD_APPLICATION_ID={found}"
        )
    return Check("discord", ok=True, message="The token is accepted.")


async def _commands(settings: Settings) -> Check:
    name, hint = "discord commands", "Run: broadsheet discord sync"
    try:
        plan = await sync(settings, None, dry_run=True)
    except UserError as error:
        return Check(name, ok=False, message=error.message, hint=error.hint)
    waiting = [what for what in ("added", "changed", "removed") if plan[what]]
    if waiting:
        return Check(name, ok=False, message="The registered commands are not this version's.", hint=hint)
    return Check(name, ok=True, message="The registered commands are this version's.")


class Servers:
    """Asks about each server once."""

    def __init__(self, rest: Rest, bot: str) -> None:
        self._rest = rest
        self._bot = bot
        self._known: dict[str, tuple[dict[str, Any], list[str]]] = {}

    async def digest(self, digest: Subscription) -> Check:
        """Whether it can be posted in its channel."""
        key, name = digest.channel, str(digest.channel)
        try:
            found = await self._rest.call("GET", "/channels/{channel_id}", {"channel_id": key.channel})
            owner = found
            if found.get("type") in THREADS and found.get("parent_id"):
                owner = await self._rest.call("GET", "/channels/{channel_id}", {"channel_id": found["parent_id"]})
            guild, roles = await self._server(key.workspace)
        except CallError as failure:
            return Check(name, ok=False, message=outcome_of(failure).reason, hint="Choose another, or let me in.")
        bits = permissions_in(owner.get("permission_overwrites") or [], guild, roles, self._bot)
        return judged(name, place_of(found, bits), digest.preferences.tags)

    async def _server(self, guild_id: str) -> tuple[dict[str, Any], list[str]]:
        if guild_id not in self._known:
            guild = await self._rest.call("GET", "/guilds/{guild_id}", {"guild_id": guild_id})
            where = {"guild_id": guild_id, "user_id": self._bot}
            member = await self._rest.call("GET", "/guilds/{guild_id}/members/{user_id}", where)
            self._known[guild_id] = guild, list(member.get("roles") or [])
        return self._known[guild_id]


def permissions_in(
    overwrites: Sequence[Mapping[str, Any]], guild: Mapping[str, Any], roles: Sequence[str], member: str
) -> int:
    """The bits a member has in a channel: of everybody and the roles, then the channel's own in Discord's order."""
    ours = {guild["id"], *roles}
    bits = 0
    for role in guild.get("roles") or []:
        if role["id"] in ours:
            bits |= int(role["permissions"])
    if bits & ADMINISTRATOR:
        return bits
    by_id = {one["id"]: one for one in overwrites}
    for group in ([guild["id"]], roles, [member]):
        found = [by_id[one] for one in group if one in by_id]
        for one in found:
            bits &= ~int(one["deny"])
        for one in found:
            bits |= int(one["allow"])
    return bits


def place_of(channel: Mapping[str, Any], bits: int) -> Place:
    """A channel as Discord tells it, where the bot has these permissions."""
    forum = None
    if channel.get("type") in OF_POSTS:
        asks = bool(int(channel.get("flags") or 0) & REQUIRE_TAG)
        tags = [(str(tag["name"]), bool(tag.get("moderated"))) for tag in channel.get("available_tags") or ()]
        forum = forum_of(tags, asks_for_tag=asks, bot=bits)
    locked = bool((channel.get("thread_metadata") or {}).get("locked"))
    return Place(name="", thread=channel.get("type") in THREADS, caller=0, bot=bits, forum=forum, locked=locked)


def judged(name: str, place: Place, tags: tuple[str, ...]) -> Check:
    """Whether a digest with these tags can be posted there."""
    lacking, untagged = missing(place), tag_needed(place, tags)
    if lacking:
        hint = f"There: Edit Channel, Permissions, add me and allow {lacking}."
        return Check(name, ok=False, message=f"I lack {lacking} there.", hint=hint)
    if untagged:
        return Check(name, ok=False, message="Its posts need a tag that I may give.", hint=for_discord(untagged))
    return Check(name, ok=True, message="I can post there.")
