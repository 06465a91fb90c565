"""The app's Home: what somebody follows and saved, this workspace's digests, and how to begin.

https://docs.slack.dev/surfaces/app-home/
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace

import structlog

from adapters.slack.blocks import Block, Element, Part, line, linked_words, plain, words
from adapters.slack.conversation import Clients, Conversation
from adapters.slack.errors import BROKEN, classify
from adapters.slack.pieces import heading, sentences, titled
from adapters.slack.refusals import alert, in_words
from adapters.slack.render import parts_of
from bot.commands import Call
from bot.commands.dispatch import answer_text
from bot.delivery.keys import button_key
from bot.models import ChannelKey, Outcome, Person
from bot.models.people import Stance
from bot.plain import cut, one_line
from bot.ports import SendError
from bot.service import Service
from bot.service.lists import Page
from bot.titles import title_of
from bot.views import ChannelList, Notice, Tone, View

log = structlog.get_logger(__name__)

BLOCKS_IN_HOME = 100  # https://docs.slack.dev/reference/views/
SAVED, FOLLOWED = 10, 20
REFRESH = "home:v1"
REMEMBERED = 10_000
"""People of whom a process knows by heart that they have a Home, which is kept true after what they do."""
CHANGING = ("save", "library", "follow", "mute", "digest")
"""Beginnings of commands after which a Home may show something else."""
START = (
    "Type `/papers trending` in any channel to see what people talk about, `/papers digest` in a channel to have the "
    "best of its topics posted there every day, and `/papers help` for everything else."
)


class Home:
    """Draws and publishes it."""

    def __init__(self, service: Service, clients: Clients, conversation: Conversation) -> None:
        self._service = service
        self._clients = clients
        self._conversation = conversation
        self._opened: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def publish(self, workspace: str, user: str) -> None:
        """Show somebody their Home as it is now."""
        await self._note(workspace, user)
        parts = await self._parts(Person(id=user, name=""), workspace)
        failure = await self._show(workspace, user, [block for part in parts for block in part.blocks])
        if failure is not None and failure.outcome is Outcome.CONTENT_BUG:
            alert("home", failure.reason)
            failure = await self._show(workspace, user, in_words(parts))
        if failure is not None:
            log.warning("home not shown", reason=failure.reason)

    async def _note(self, workspace: str, user: str) -> None:
        """Keep in mind, for all processes, that somebody has a Home: their next command may come to another one."""
        if (workspace, user) not in self._opened:
            await self._service.store.channels.remember_command(_key(workspace, user), "home")
        self._opened[workspace, user] = None
        self._opened.move_to_end((workspace, user))
        while len(self._opened) > REMEMBERED:
            self._opened.popitem(last=False)

    async def _has_one(self, workspace: str, user: str) -> bool:
        if (workspace, user) in self._opened:
            return True
        return await self._service.store.channels.recall_command(_key(workspace, user)) is not None

    async def _show(self, workspace: str, user: str, blocks: list[Block]) -> SendError | None:
        """What became of it; None: it is shown."""
        refresh: Element = {"type": "button", "text": plain("Refresh", 75), "action_id": REFRESH, "value": "refresh"}
        shown = [*blocks[: BLOCKS_IN_HOME - 1], {"type": "actions", "elements": [refresh]}]
        try:
            await self._clients(workspace).views_publish(user_id=user, view={"type": "home", "blocks": shown})
        except BROKEN as error:
            return classify(error)
        return None

    async def changed(self, workspace: str, user: str, text: str) -> None:
        """Draw it anew after a command that may have changed it, for those who have opened it."""
        if text.strip().lower().startswith(CHANGING) and await self._has_one(workspace, user):
            await self.publish(workspace, user)

    async def _parts(self, person: Person, workspace: str) -> list[Part]:
        own = ChannelKey("slack", workspace, person.id)
        digests = await answer_text(self._service, "digest list", Call(person, own))
        return [
            heading("Broadsheet"),
            *sentences(self._named(START)),
            *await self._topics(person, own),
            *await self._library(person, own),
            *parts_of(self._conversation.named(await self._for(person, workspace, digests.view))),
        ]

    async def _for(self, person: Person, workspace: str, view: View) -> View:
        """What this person may see of it."""
        shown = await self._conversation.visible.for_reader(view, workspace, person.id)
        return replace(shown, buttons=()) if isinstance(shown, ChannelList) else shown  # none works on this page

    async def _topics(self, person: Person, own: ChannelKey) -> list[Part]:
        followed = await self._service.people.interests(person, own, Stance.FOLLOW)
        terms = [cut(one_line(f"{one.term} ({one.facet})"), 150) for one in followed[:FOLLOWED]]
        none = self._named("None yet. Follow some: /papers follow robotics")
        return _section("My topics", ([words(term)] for term in terms), none)

    async def _library(self, person: Person, own: ChannelKey) -> list[Part]:
        saved = await self._service.people.library(person, own)
        ids = [one.paper_id for one in saved[:SAVED]]
        papers = await self._service.reading.chosen(ids, Page(limit=None))
        lines = ([linked_words(cut(title_of(ranked.paper), 200), ranked.paper.url)] for ranked in papers.papers)
        title = f"My library, the latest {SAVED} of {len(saved)}" if len(saved) > SAVED else "My library"
        return _section(title, lines, self._named("Empty. Save a paper: press Save under it, or type /papers save ID"))

    def _named(self, text: str) -> str:
        """A sentence of ours, with the command's name in this workspace."""
        named = self._conversation.named(Notice(tone=Tone.INFO, text=text))
        return named.text if isinstance(named, Notice) else text


def _key(workspace: str, user: str) -> str:
    return button_key(f"home slack:{workspace}:{user}")


def _section(title: str, lines: Iterable[list[Element]], otherwise: str) -> list[Part]:
    drawn = [(line(*elements), "") for elements in lines]
    return titled(title, drawn or [(line(words(otherwise)), otherwise)])
