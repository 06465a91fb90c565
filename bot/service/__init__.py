"""The verbs of the product, told as short stories in core types. Commands call these; nothing here draws or sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.clock import Clock, SystemClock
from bot.delivery import Courier
from bot.delivery.precedence import Precedence
from bot.ports import Platform, Search, Store
from bot.service.alerts import Alerts, composing
from bot.service.announcing import Announcing
from bot.service.asked_again import AskedAgain
from bot.service.channels import Channels
from bot.service.choosing import Choosing
from bot.service.digests import Digests
from bot.service.discovery import Discovery
from bot.service.elsewhere import Elsewhere
from bot.service.feeds import Feeds
from bot.service.halting import Halting
from bot.service.links import Links
from bot.service.mailing import LetterDoor, Mailing
from bot.service.people import People
from bot.service.prospects import Prospects
from bot.service.reading import Reading
from bot.service.trends import Trends
from bot.service.trying import Trying


@dataclass(frozen=True)
class Service:
    """All verbs, by what they are about."""

    reading: Reading
    discovery: Discovery
    people: People
    links: Links
    channels: Channels
    announcing: Announcing
    halting: Halting
    digests: Digests
    trying: Trying
    feeds: Feeds
    prospects: Prospects
    alerts: Alerts
    courier: Courier
    trends: Trends
    precedence: Precedence
    store: Store
    clock: Clock
    mailing: Mailing | None = None
    """None where no mail is sent from here."""

    @classmethod
    def over(
        cls,
        store: Store,
        search: Search,
        platforms: Mapping[str, Platform],
        clock: Clock,
        mail: LetterDoor | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> Self:
        """All of them over one store; `platforms` are the ways out, `mail` the one for letters.

        `elsewhere` is asked by searches that want more than what is kept.
        """
        precedence = Precedence()
        trends, channels = Trends(store, search, clock, precedence), Channels(store, clock)
        choosing = Choosing(store, search)
        digests = Digests(store, trends, choosing, clock)
        asked = AskedAgain(search, store.papers)
        reading = Reading(store, asked, trends, clock, elsewhere)
        alerts = Alerts(store, trends, SystemClock(), clock)
        return cls(
            reading=reading,
            discovery=Discovery(store, asked, trends, reading, clock),
            people=People(store, clock, precedence),
            links=Links(store, clock),
            channels=channels,
            announcing=Announcing(store, platforms),
            halting=Halting(store, channels.editing),
            digests=digests,
            trying=Trying(store, trends, clock),
            feeds=Feeds(store, channels.editing),
            prospects=Prospects(store, digests, choosing, clock),
            alerts=alerts,
            courier=Courier(store, platforms, composing(digests, alerts), clock=clock, precedence=precedence),
            trends=trends,
            precedence=precedence,
            store=store,
            clock=clock,
            mailing=Mailing(store, channels, mail.links, mail) if mail else None,
        )
