"""E-mail digests: asked for, confirmed by a link, changed by a link, ended by a link. No session, no account.

Whoever asks learns nothing of an address: the answer is given before anything is looked up, and the mail goes to the
address alone.
"""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Protocol, runtime_checkable

import structlog

from bot.clock import Clock, SystemClock
from bot.errors import UserError
from bot.mailing import LinkError, Links, Purpose, Wish
from bot.mailing.limits import ASKER, EVERYBODY, GUESSER, RECIPIENT, Limits, same_mailbox
from bot.mailing.wish import EMAIL, mailbox
from bot.metrics import MAIL_FIGURES
from bot.models import ChannelKey, Person, PersonKey, Subscription
from bot.ports import Letter, LetterKind, Platform, Post, Store
from bot.service.channels import Channels
from bot.service.halting import Halting
from bot.service.letters import Letters, Write
from bot.service.wishes import NewSchedule, NewSettings, check_topics, describe_schedule, describe_topics

log = structlog.get_logger(__name__)

READER = Person(id="", name="you")
"""Who changes a digest by a link from its mail."""


class LetterDoor(Post, Protocol):
    """The way out for letters, with the links in them."""

    @property
    def links(self) -> Links: ...


@runtime_checkable
class MailDoor(Platform, LetterDoor, Protocol):
    """The way out for digests and letters."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Whom a link belongs to, and what comes there."""

    address: str
    subscription: Subscription | None

    @property
    def channel(self) -> ChannelKey:
        return mailbox(self.address)


class Mailing:
    """The verbs of e-mail."""

    def __init__(
        self,
        store: Store,
        channels: Channels,
        links: Links,
        post: Post,
        letters: Letters | None = None,
        real: Clock | None = None,
    ) -> None:
        """`real` is real time, in which limits are counted."""
        self._store = store
        self._channels = channels
        self._halting = Halting(store, channels.editing)
        self._links = links
        self._letters = letters or Letters(post)
        counted, clock = store.allowances, real or SystemClock()
        self._askers = Limits(counted, "asker", ASKER, links.blind, clock)
        self._recipients = Limits(counted, "recipient", RECIPIENT, links.blind, clock)
        self._everybody = Limits(counted, "everybody", EVERYBODY, links.blind, clock)
        self._guessers = Limits(counted, "guesser", GUESSER, links.blind, clock)

    @property
    def subscribe_page(self) -> str:
        """Its whole address."""
        return f"{self._links.site}/subscribe"

    async def ask(self, wish: Wish, asker: str) -> None:
        """Send the address a link that confirms it; returns before anything about it is looked up or sent.

        `asker` is whoever is limited: an address of the internet, or a person in a chat.

        Raises:
            UserError: `slow_down`; or what a topic is refused for, with its option.
        """
        check_topics(wish.wanted)
        await self._allow(asker)
        self._later(wish.address, lambda: self._confirmation(wish))

    async def ask_for_preferences(self, address: str, asker: str) -> None:
        """Send the address a link to its settings, if anything is kept of it; returns before that is looked up.

        Raises:
            UserError: `slow_down`.
        """
        await self._allow(asker)
        self._later(address, lambda: self._link_to_preferences(address))

    async def wish_of(self, token: str, asker: str) -> Wish:
        """What a link confirms; changes nothing.

        Raises:
            LinkError: `bad_link`, `expired_link`.
            UserError: `slow_down`.
        """
        return Wish.from_json(await self._opened(Purpose.CONFIRM, token, asker))

    async def confirm(self, token: str, asker: str) -> Subscription:
        """Start the digest, or give the one that is there what was asked for; twice is as good as once.

        Raises:
            LinkError: `bad_link`, `expired_link`.
            UserError: `slow_down`, `edited_meanwhile`.
        """
        wish = await self.wish_of(token, asker)
        schedule = wish.schedule
        wanted = NewSettings(
            include=wish.topics,
            schedule=NewSchedule(at=schedule.at, zone=schedule.zone, days=schedule.days, period=schedule.period),
        )
        saved = await self._channels.configure(wish.channel, READER, wanted, schedule.zone)
        MAIL_FIGURES.note("confirmed")
        return await self._channels.resume(wish.channel, READER) if saved.paused_because is not None else saved

    async def owner(self, purpose: Purpose, token: str, asker: str) -> Mailbox:
        """Whose link it is.

        Raises:
            LinkError: `bad_link`, `expired_link`.
            UserError: `slow_down`.
        """
        address = str((await self._opened(purpose, token, asker))["a"])
        return Mailbox(address, await self._store.channels.subscription(mailbox(address)))

    async def unsubscribe(self, owner: Mailbox) -> None:
        """End the digest; twice is as good as once."""
        if owner.subscription is not None:
            await self._channels.unsubscribe(owner.channel, READER)
            MAIL_FIGURES.note("unsubscribed")

    async def change(self, owner: Mailbox, wanted: NewSettings) -> Subscription:
        """Save settings, and run again what was paused or ended.

        Raises:
            UserError: `edited_meanwhile`; or what a topic is refused for, with its option.
        """
        saved = await self._channels.configure(owner.channel, READER, wanted, None)
        MAIL_FIGURES.note("changed")
        return await self._channels.resume(owner.channel, READER) if saved.paused_because is not None else saved

    async def pause(self, owner: Mailbox) -> Subscription:
        """No more mail until somebody changes or resumes it.

        Raises:
            UserError: `not_subscribed`, `edited_meanwhile`.
        """
        return await self._channels.pause(owner.channel, READER, None)

    async def forget(self, address: str) -> bool:
        """Delete all that is kept of an address. False if there was nothing."""
        known = await self._store.channels.erase(mailbox(address))
        person = await self._store.people.forget(PersonKey(EMAIL, "", address))
        MAIL_FIGURES.note("forgotten")
        return known or any((person.saved, person.interests, person.votes, person.suggestions))

    async def returned(self, tag: str, because: str) -> bool:
        """Stop the digest of the address with this tag, as mail to it came back. False if it is nobody's."""
        for subscription in await self._store.channels.subscriptions(EMAIL, ""):
            if compare_digest(tag.encode(), (await self._links.tag(subscription.channel.channel)).encode()):
                await self._halting.halt(subscription.channel, because)
                log.info("mail came back", subscription=subscription.id, reason=because)
                return True
        return False

    async def drain(self, seconds: float) -> bool:
        """Wait for the letters that are on their way. False if some still were, which are then given up."""
        return await self._letters.drain(seconds)

    async def _allow(self, asker: str) -> None:
        if await self._askers.take(asker) and await self._everybody.take(""):
            MAIL_FIGURES.note("asked")
            return
        MAIL_FIGURES.note("limited")
        raise _slow_down("More mail was asked for than I send in so short a time.")

    def _later(self, address: str, write: Write) -> None:
        """One more letter, unless this mailbox has had enough of them; which whoever asks does not learn."""

        async def unless_enough() -> Letter | None:
            if await self._recipients.take(same_mailbox(address)):
                return await write()
            MAIL_FIGURES.note("spared")
            return None

        self._letters.send(unless_enough)

    async def _confirmation(self, wish: Wish) -> Letter:
        link = await self._links.seal(Purpose.CONFIRM, wish.as_json())
        told = (("When", describe_schedule(wish.schedule)), ("Topics", describe_topics(wish.wanted)))
        return Letter(kind=LetterKind.CONFIRM, address=wish.address, link=link, settings=told)

    async def _link_to_preferences(self, address: str) -> Letter | None:
        if not await self._store.channels.log(mailbox(address), 1):
            return None  # nothing was ever confirmed there, or all of it is deleted
        link = await self._links.seal(Purpose.PREFERENCES, {"a": address})
        return Letter(kind=LetterKind.PREFERENCES, address=address, link=link)

    async def _opened(self, purpose: Purpose, token: str, asker: str) -> dict[str, Any]:
        if await self._guessers.spent(asker):
            raise _slow_down("Too many links that are none of ours came from where you are.")
        try:
            return await self._links.open(purpose, token)
        except LinkError as error:
            if error.code == "bad_link":
                await self._guessers.take(asker)
                MAIL_FIGURES.note("bad_link")
            raise


def _slow_down(message: str) -> UserError:
    return UserError("slow_down", message, "Try again in an hour.")
