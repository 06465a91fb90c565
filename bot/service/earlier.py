"""Papers that another channel of the workspace had before: where people talk about them already.

Nobody tells us which channels are private, so no channel is named: who follows a link to one that they may not open is
refused by the platform itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.buttons import Link
from bot.models import DIRECT, ChannelKey
from bot.ports import Shown, Store
from bot.service.quiet import NEVER_AGAIN
from bot.views import PaperCard

_SLACK_CHANNELS = "C"
"""Ids of channels of Slack that may be public; G is private or a group's message, D, U and W are one person's.

https://docs.slack.dev/apis/web-api/using-the-conversations-api/
"""


async def earlier_links(
    store: Store, channel: ChannelKey, paper_ids: Iterable[str], now: datetime
) -> Mapping[str, Link]:
    """By paper: the last digest of another channel of its workspace that brought it; nothing outside of one."""
    wanted = set(paper_ids)
    if not wanted or not shared(channel):
        return {}
    found = await store.deliveries.shown_in(channel.platform, channel.workspace, wanted, now - NEVER_AGAIN)
    return latest(found, channel)


def latest(found: Iterable[Shown], channel: ChannelKey) -> Mapping[str, Link]:
    """By paper the first that tells of it and is of another channel, and of no single person's messages."""
    links: dict[str, Link] = {}
    for one in found:
        if one.channel != channel and shared(one.channel):
            label = f"In another channel on {one.slot.day} {one.slot:%b}"
            links = {paper_id: Link(label, one.url) for paper_id in one.paper_ids} | links
    return links


def shared(channel: ChannelKey) -> bool:
    """Whether it belongs to a workspace, and is neither one person's messages nor known to be private."""
    if channel.platform == "slack":
        return channel.channel.startswith(_SLACK_CHANNELS)
    return channel.workspace not in {"", DIRECT}


def with_earlier(cards: Iterable[PaperCard], links: Mapping[str, Link]) -> tuple[PaperCard, ...]:
    return tuple(replace(card, earlier=links.get(card.ranked.paper.id)) for card in cards)
