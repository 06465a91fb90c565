"""What Discord knows of the place that an answer is about, added to the answer; pure."""

from collections.abc import Callable
from dataclasses import replace

from adapters.discord.permissions import VIEW_CHANNEL, Place, allows, missing, named, remedy
from adapters.discord.placing import no_tag, not_offered
from bot.channel_lists import only
from bot.models import ChannelKey
from bot.views import ChannelLine, ChannelList, Check, Field, Notice, Status, Tone, View


def with_checks(view: View, place: Place, tags: tuple[str, ...]) -> View:
    """With whether the bot may post there; `tags` are those of the digest's posts."""
    need = tag_needed(place, tags)
    match view:
        case Status() if view.checks:
            asked = (Check("tag", ok=False, message=need),) if need else ()
            return replace(view, checks=(*view.checks, *_permissions(place), *asked))
        case Notice(tone=Tone.OK) if need:
            return replace(view, fields=(*view.fields, Field("Tag", need)))
        case _:
            return view


def _permissions(place: Place) -> tuple[Check, ...]:
    if place.bot is None:
        return ()
    lacking = missing(place)
    if lacking:
        return (Check("permissions", ok=False, message=f"I lack {lacking} in {named(place)}", hint=remedy(place)),)
    return (Check("permissions", ok=True, message=f"I may post in {named(place)}"),)


def tag_needed(place: Place, tags: tuple[str, ...]) -> str:
    """What to do about the tags of a forum's posts; empty where nothing is to be done."""
    if place.forum is None:
        return ""
    offered = {name.casefold() for name in place.forum.tags}
    unknown = [tag for tag in tags if tag.casefold() not in offered]
    if place.forum.asks_for_tag and len(unknown) == len(tags):
        return no_tag(place.forum.tags)
    return not_offered(unknown, place.forum.tags) if unknown and offered else ""


def for_reader(view: View, place: Callable[[str], Place | None], *, manages: bool = False) -> View:
    """Without the channels that its reader may not see; deleted ones are for those who manage the server."""
    if not isinstance(view, ChannelList):
        return view
    return only(view, [line for line in view.channels if (manages if line.left_by else _sees(line, place))])


def _sees(line: ChannelLine, place: Callable[[str], Place | None]) -> bool:
    """Direct messages are their reader's own: the core leaves out all others."""
    try:
        key = ChannelKey.parse(line.channel)
    except ValueError:
        return True
    if not key.workspace.isdecimal():
        return True
    known = place(key.channel)
    return known is not None and allows(known.caller, VIEW_CHANNEL)
