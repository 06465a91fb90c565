"""An interaction as discord.py gives it, in our own terms."""

from collections.abc import Mapping
from typing import Any

import discord

from adapters.discord.permissions import VIEW_CHANNEL, Asked, Forum, Place, forum_of
from adapters.discord.placing import OF_POSTS
from bot.models import DIRECT, ChannelKey, Person

CHANNEL_OPTION = 7
THREADS = frozenset({10, 11, 12})
"""Channel types: https://docs.discord.com/developers/resources/channel#channel-object-channel-types."""


def asked_from(interaction: discord.Interaction) -> Asked:
    user, channel = interaction.user, interaction.channel
    here = str(channel.id) if channel is not None else ""
    guild = interaction.guild_id
    key = ChannelKey("discord", str(guild), here) if guild else ChannelKey("discord", DIRECT, str(user.id))
    data: Any = interaction.data or {}
    resolved = data.get("resolved") or {}
    return Asked(
        id=str(interaction.id),
        caller=Person(id=str(user.id), name=user.display_name),
        channel=key,
        here=Place(
            name=getattr(channel, "name", None) or "",
            thread=isinstance(channel, discord.Thread),
            caller=interaction.permissions.value,
            bot=interaction.app_permissions.value,
            kind=_kind(channel),
            locked=isinstance(channel, discord.Thread) and channel.locked,
        ),
        place=lambda channel_id: _place(interaction, resolved.get("channels") or {}, channel_id),
        roles=lambda: _roles(interaction),
    )


def is_guest(interaction: discord.Interaction) -> bool:
    """Whether somebody brought the app along to a server or a conversation that it is no member of."""
    owners: Mapping[int, int] = getattr(interaction, "_integration_owners", {})
    return 0 not in owners and 1 in owners


def options_of(data: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The verb, and its options' texts; a picked channel is written as a mention."""
    verb: Mapping[str, Any] = next((option for option in data.get("options") or () if option.get("type") == 1), {})
    return str(verb.get("name", "")), {str(option["name"]): _text(option) for option in verb.get("options") or ()}


def _text(option: Mapping[str, Any]) -> str:
    return f"<#{option['value']}>" if option.get("type") == CHANNEL_OPTION else str(option["value"])


def _place(interaction: discord.Interaction, resolved: Mapping[str, Any], channel_id: str) -> Place | None:
    """A channel of the server: as the interaction tells it, else as the gateway knows it."""
    if interaction.channel is not None and channel_id == str(interaction.channel.id):
        return asked_from(interaction).here
    known = _known(interaction, channel_id)
    told = resolved.get(channel_id)
    if told is None:
        return known
    bot = told.get("app_permissions")
    forum = (known.forum if known else None) or (Forum() if told.get("type") in OF_POSTS else None)
    return Place(
        name=str(told.get("name") or ""),
        thread=told.get("type") in THREADS,
        caller=int(told.get("permissions") or 0),
        bot=int(bot) if bot is not None else (known.bot if known else None),
        kind=told.get("type"),
        forum=forum,
        locked=known.locked if known else bool((told.get("thread_metadata") or {}).get("locked")),
    )


def _known(interaction: discord.Interaction, channel_id: str) -> Place | None:
    guild, member, bot = interaction.guild, interaction.user, interaction.client.user
    channel = guild.get_channel_or_thread(int(channel_id)) if guild and channel_id.isdecimal() else None
    if guild is None or channel is None or not isinstance(member, discord.Member):
        return None
    me = guild.get_member(bot.id) if bot else None
    bits = channel.permissions_for(me).value if me else None
    return Place(
        name=channel.name,
        thread=isinstance(channel, discord.Thread),
        caller=_allowed(channel, member),
        bot=bits,
        kind=_kind(channel),
        forum=_forum(channel, bits),
        locked=isinstance(channel, discord.Thread) and channel.locked,
    )


def _kind(channel: object) -> int | None:
    kind = getattr(channel, "type", None)
    return int(kind.value) if isinstance(kind, discord.ChannelType) else None


def _roles(interaction: discord.Interaction) -> dict[str, bool] | None:
    """All but everybody's own; a server that the gateway has not told us of has none."""
    roles = interaction.guild.roles if interaction.guild else ()
    return {str(role.id): role.mentionable for role in roles if not role.is_default()} if roles else None


def _allowed(channel: discord.abc.GuildChannel | discord.Thread, member: discord.Member) -> int:
    """A member's permissions; of a private thread we know no members but those who moderate it.

    https://docs.discord.com/developers/topics/threads#private-threads
    """
    allowed = channel.permissions_for(member)
    private = isinstance(channel, discord.Thread) and channel.is_private()
    return allowed.value & ~VIEW_CHANNEL if private and not allowed.manage_threads else allowed.value


def _forum(channel: object, bot: int | None) -> Forum | None:
    if not isinstance(channel, discord.ForumChannel):  # discord.py's class for media channels too
        return None
    tags = ((tag.name, tag.moderated) for tag in channel.available_tags)
    return forum_of(tags, asks_for_tag=channel.flags.require_tag, bot=bot)
