"""Who may do what where; pure. Bits: https://docs.discord.com/developers/topics/permissions."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.commands import Command, Kind
from bot.errors import UserError
from bot.models import DIRECT, ChannelKey, Person

ADMINISTRATOR = 1 << 3
MANAGE_SERVER = 1 << 5
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
EMBED_LINKS = 1 << 14
MANAGE_THREADS = 1 << 34
SEND_IN_THREADS = 1 << 38
RETRYING = frozenset({"digest send", "digest unsubscribe"})
"""Commands that a button in a direct message runs for a server's channel; they look themselves whose digest it is."""
ENDING = frozenset({"digest unsubscribe"})
"""Commands that stop something: they work where the bot may not post any more."""
ORDER = ("View Channel", "Send Messages", "Send Messages in Threads", "Manage Threads", "Embed Links")
_CHANNEL = re.compile(r"<#(\d+)>|(\d+)|discord:[^:]+:(\d+)")


@dataclass(frozen=True, slots=True)
class Forum:
    """A channel of posts, also one of pictures."""

    asks_for_tag: bool = False
    tags: tuple[str, ...] = ()
    """Those that the bot may give, by name; empty too where they are not known here."""


def forum_of(tags: Iterable[tuple[str, bool]], *, asks_for_tag: bool, bot: int | None) -> Forum:
    """A channel of posts whose tags have these names; true beside a name: moderators alone may give it.

    https://docs.discord.com/developers/resources/channel#forum-tag-object
    """
    moderates = bot is not None and allows(bot, MANAGE_THREADS)
    return Forum(asks_for_tag, tuple(name for name, moderated in tags if moderates or not moderated))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel, and what the one who asks and the bot may do there."""

    name: str
    thread: bool
    caller: int
    """Permission bits."""
    bot: int | None
    """None: not known here; Discord will say when something is sent."""
    kind: int | None = None
    """Discord's type of channel; None: not known here."""
    forum: Forum | None = None
    locked: bool = False
    """A thread in which only moderators write.

    https://docs.discord.com/developers/topics/threads#active-archived-threads
    """

    @property
    def sending(self) -> int:
        return SEND_IN_THREADS if self.thread else SEND_MESSAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody ran a command or pressed a button."""

    id: str
    caller: Person
    channel: ChannelKey
    here: Place
    place: Callable[[str], Place | None]
    """Another channel of the server, by its id; None if it is not known."""
    roles: Callable[[], Mapping[str, bool] | None] = lambda: None
    """The server's roles by id, and whether anybody may mention them; None where they are not known."""

    @property
    def direct(self) -> bool:
        return self.channel.workspace == DIRECT

    @property
    def manages(self) -> bool:
        """Whether the caller has Manage Server."""
        return allows(self.here.caller, MANAGE_SERVER)


def permit(asked: Asked, command: Command, raw: Mapping[str, str], *, by_discord: bool) -> Place:
    """The place that it is about, if it may run.

    `by_discord`: Discord has checked already who may use this command, by its default or by what the server's
    administrators granted. It does so for commands and never for buttons.

    Raises:
        UserError: It may not; says what is missing and how to give it.
    """
    target = _target(asked, command, raw)
    if not command.configures:
        return target
    granted = by_discord and not command.administers  # who was granted the digest was not granted the server
    if not granted and not asked.direct and not asked.manages:
        raise UserError(
            "not_allowed",
            "Only people with Manage Server can change the digest.",
            "Ask one of them; they can also allow you /papers-digest in Server Settings, Integrations.",
        )
    if command.path not in ENDING and not asked.direct:
        _require_posting(target)
    return target


def permit_sharing(asked: Asked) -> None:
    """Nothing if the caller may write where the paper is to be shared.

    Raises:
        UserError: They may not.
    """
    if not asked.direct and not allows(asked.here.caller, asked.here.sending):
        raise UserError(
            "not_allowed", "You may not write in this channel, so I cannot share it for you.", "Share it in another."
        )


def _target(asked: Asked, command: Command, raw: Mapping[str, str]) -> Place:
    """The place that the call is about: the one it names, else the one it was made in."""
    channel_id = channel_in(_named_channel(command, raw))
    place = asked.place(channel_id) if channel_id else asked.here
    if place is None and asked.direct and command.path in RETRYING:
        return Place(name="", thread=False, caller=VIEW_CHANNEL, bot=None)
    if place is None or (channel_id and not allows(place.caller, VIEW_CHANNEL)):
        raise UserError(
            "bad_channel", "I find no such channel that you can see.", "Pick one of this server that you can open."
        )
    return place


def target_of(asked: Asked, command: Command, raw: Mapping[str, str]) -> ChannelKey:
    """The key of that place."""
    channel_id = channel_in(_named_channel(command, raw))
    return ChannelKey("discord", asked.channel.workspace, channel_id) if channel_id else asked.channel


def _named_channel(command: Command, raw: Mapping[str, str]) -> str:
    return next(
        (raw[option.name] for option in command.options if option.kind is Kind.CHANNEL and option.name in raw), ""
    )


def channel_in(named: str) -> str | None:
    """The id in a channel's mention, key or id."""
    match = _CHANNEL.fullmatch(named.strip())
    return match[match.lastindex or 0] if match else None


def _require_posting(place: Place) -> None:
    lacking = missing(place)
    if lacking:
        raise UserError(
            "missing_permission", f"I cannot post in {named(place)}: I lack {lacking} there.", remedy(place)
        )


def missing(place: Place) -> str:
    """The permissions that the bot lacks to post there, in Discord's words; empty where it lacks none that we know of.

    A forum's post is begun with Send Messages, and what comes after its first message needs Send Messages in Threads.
    """
    if place.bot is None:
        return ""
    wanted = {"View Channel": VIEW_CHANNEL, "Embed Links": EMBED_LINKS}
    if not place.thread:
        wanted["Send Messages"] = SEND_MESSAGES
    if place.thread or place.forum:
        wanted["Send Messages in Threads"] = SEND_IN_THREADS
    if place.locked:
        wanted["Manage Threads"] = MANAGE_THREADS
    lacking = [name for name in ORDER if name in wanted and not allows(place.bot, wanted[name])]
    return " and ".join([", ".join(lacking[:-1]), lacking[-1]] if len(lacking) > 1 else lacking)


def remedy(place: Place) -> str:
    """How to give what is missing."""
    return f"In {named(place)}: Edit Channel, Permissions, add me and allow {missing(place)}. Then run this again."


def named(place: Place) -> str:
    return f"#{place.name}" if place.name else "this channel"


def allows(bits: int, wanted: int) -> bool:
    """Whether permission bits hold all wanted ones; administrators may everything."""
    return bool(bits & ADMINISTRATOR) or bits & wanted == wanted
