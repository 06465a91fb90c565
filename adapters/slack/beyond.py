"""What Slack offers beside commands: papers in somebody's message, previews of links, a word when we are invited."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import render
from adapters.slack.asked import from_shortcut
from adapters.slack.conversation import Clients, Conversation
from adapters.slack.errors import BROKEN, classify
from adapters.slack.mentions import papers_in
from adapters.slack.pieces import card_part
from adapters.slack.work import Pause
from bot.buttons import Button, Effect
from bot.cards import card, card_list
from bot.commands import Answer
from bot.identity import named_paper
from bot.mentioned import mentioned
from bot.service import Service
from bot.service.lists import Page
from bot.views import Notice, Tone

log = structlog.get_logger(__name__)

FIND_PAPERS = "find_papers"
"""The message shortcut's callback id."""
PAPERS = 10
"""Shown of one message; the others are named."""
NONE_NAMED = Notice(
    tone=Tone.INFO,
    text="I found no paper in that message.",
    hint="I look for arXiv ids, DOIs, and links to arXiv or Hugging Face papers.",
)
WELCOME = Notice(
    tone=Tone.INFO,
    text="Thank you for inviting me. I can post trending research papers here; nothing comes until somebody says so.",
    hint="Type `/papers digest` to choose topics and a time, or `/papers trending` to look first. I read no messages.",
    buttons=(
        Button("Set up a digest", "digest settings", Effect.ANSWER),
        Button("Trending papers", "trending", Effect.ANSWER),
    ),
)


PREVIEW_AFTER = (0.25, 1.0, 3.0)
"""Seconds before each attempt: Slack takes no preview before it has read that we know of the link."""
TOO_EARLY = "cannot_unfurl_url"
"""https://docs.slack.dev/reference/methods/chat.unfurl/#errors"""


class Beyond:
    """Answers what nobody typed."""

    def __init__(
        self, service: Service, clients: Clients, conversation: Conversation, pause: Pause = asyncio.sleep
    ) -> None:
        self._service = service
        self._clients = clients
        self._conversation = conversation
        self._pause = pause

    async def find_papers(self, body: Mapping[str, Any]) -> None:
        """The papers of a message, for the one who asked alone."""
        asked = from_shortcut(body)
        await self._conversation.show(await self._found(body.get("message") or {}), asked)

    async def _found(self, message: Mapping[str, Any]) -> Answer:
        ids = papers_in(message)
        if not ids:
            return Answer(NONE_NAMED)
        known = await self._service.store.papers.many(ids)
        named = mentioned(ids, known, PAPERS)
        if not named.shown:
            return Answer(Notice(tone=Tone.INFO, text=" ".join(named.words)))
        papers = await self._service.reading.chosen(list(named.shown), Page(limit=None))
        view = card_list("Papers in that message", papers, command="", empty="", notes=named.words)
        return Answer(replace(view, command=""))

    async def unfurl(self, workspace: str, event: Mapping[str, Any]) -> None:
        """Previews of links to papers that we know; other links stay as they are."""
        named = {link["url"]: named_paper(link["url"]) for link in event.get("links") or []}
        ids = [paper for paper in named.values() if paper is not None]
        known = await self._service.reading.chosen(ids, Page(limit=None)) if ids else None
        cards = {ranked.paper.id: card(ranked) for ranked in known.papers} if known else {}
        unfurls = {
            url: {"blocks": list(card_part(cards[paper], ranked=False).blocks)}
            for url, paper in named.items()
            if paper in cards
        }
        if unfurls:
            await self._show(self._clients(workspace), event, unfurls)

    async def _show(self, client: AsyncWebClient, event: Mapping[str, Any], unfurls: dict[str, Any]) -> None:
        if event.get("unfurl_id") and event.get("source"):
            where = {"unfurl_id": event["unfurl_id"], "source": event["source"]}
        else:
            where = {"channel": event.get("channel"), "ts": event.get("message_ts")}
        for attempt, wait in enumerate(PREVIEW_AFTER, start=1):
            await self._pause(wait)
            try:
                await client.chat_unfurl(unfurls=unfurls, **where)
            except BROKEN as error:
                if attempt < len(PREVIEW_AFTER) and _too_early(error):
                    continue
                log.warning("link not previewed", reason=classify(error).reason)
            return

    async def introduce(self, workspace: str, channel: str, inviter: str) -> None:
        """Once in a channel, to the one who invited us, also where Slack tells two processes of it."""
        key = f"introduced:{workspace}:{channel}"
        if not await self._service.store.channels.first_to_keep(key, inviter):
            return
        (payload,) = render.render(self._conversation.named(WELCOME))
        message: dict[str, Any] = {name: payload[name] for name in ("text", "blocks")}
        try:
            await self._clients(workspace).chat_postEphemeral(channel=channel, user=inviter, **message)
        except BROKEN as error:
            log.warning("not introduced", reason=classify(error).reason)


def _too_early(error: Exception) -> bool:
    return isinstance(error, SlackApiError) and error.response.get("error") == TOO_EARLY
