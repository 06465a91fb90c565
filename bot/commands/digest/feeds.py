"""/papers digest feeds: RSS and Atom feeds that this channel alone reads."""

from dataclasses import replace
from datetime import datetime

from bot.commands import Answer, Call, Command
from bot.commands.choices import Keeping
from bot.commands.digest import announced, author, channel_of
from bot.commands.options import CHANNEL, KEEPING, URL
from bot.errors import UsageError
from bot.models import Feed
from bot.schedule import in_words
from bot.service import Service
from bot.views import Field, Notice, Tone

FEED_URL = replace(URL, summary="The address of an RSS or Atom feed", example="https://example.org/feed.xml")


async def run(service: Service, call: Call) -> Answer:
    channel, action, url = channel_of(call), call[KEEPING], call[FEED_URL]
    if action is Keeping.LIST or (action is None and not url):
        return Answer(await _listed(service, call, ""))
    if not url:
        raise UsageError(
            "missing_value", f"`{action}` needs an address.", f"Example: /papers {command.example}", option="url"
        )
    if action is Keeping.REMOVE:
        feed = await service.feeds.remove(channel, call.caller, url)
        done, told = "is read no more", "removed a feed of"
    else:
        feed = await service.feeds.add(channel, call.caller, url)
        done, told = "is read from now on; what it brings joins the digest", "added a feed of"
    view = await _listed(service, call, f"The feed of {feed.site} {done}.")
    return announced(call, view, f"{author(call)} {told} {feed.site}.")


async def _listed(service: Service, call: Call, text: str) -> Notice:
    feeds, now = await service.feeds.of(channel_of(call)), service.clock.now()
    nothing = "This channel reads no feed of its own."
    return Notice(
        tone=Tone.OK if text else Tone.INFO,
        text=text or ("The feeds of this channel:" if feeds else nothing),
        hint="Add with /papers digest feeds add ADDRESS, remove with /papers digest feeds remove ADDRESS.",
        fields=tuple(Field(feed.url, _told(feed, call.zone or "UTC", now)) for feed in feeds),
    )


def _told(feed: Feed, zone: str, now: datetime) -> str:
    if feed.checked_at is None:
        return "nobody has looked into it yet; that takes a minute"
    if feed.reason:
        return f"{feed.reason} I try again every hour."
    return f"{feed.entries} entries, last looked into {in_words(feed.checked_at, zone, now)}"


command = Command(
    "feeds",
    "RSS and Atom feeds that this channel alone reads",
    run,
    (KEEPING, FEED_URL, CHANNEL),
    example="digest feeds add https://example.org/feed.xml",
    group="digest",
    order=33,
    configures=True,
)
