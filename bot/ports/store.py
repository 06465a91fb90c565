"""Everything that is kept."""

from typing import Protocol

from bot.ports.allowances import AllowanceStore
from bot.ports.announcements import AnnouncementStore
from bot.ports.candidates import CandidateStore
from bot.ports.channels import ChannelStore
from bot.ports.deliveries import DeliveryStore
from bot.ports.feeds import FeedStore
from bot.ports.lanes import LaneStore
from bot.ports.leases import LeaseStore
from bot.ports.links import LinkStore
from bot.ports.papers import PaperStore
from bot.ports.people import PeopleStore


class Store(Protocol):
    """Everything that is kept."""

    @property
    def papers(self) -> PaperStore: ...
    @property
    def channels(self) -> ChannelStore: ...
    @property
    def deliveries(self) -> DeliveryStore: ...
    @property
    def lanes(self) -> LaneStore: ...
    @property
    def people(self) -> PeopleStore: ...
    @property
    def feeds(self) -> FeedStore: ...
    @property
    def leases(self) -> LeaseStore: ...
    @property
    def links(self) -> LinkStore: ...
    @property
    def allowances(self) -> AllowanceStore: ...
    @property
    def candidates(self) -> CandidateStore: ...
    @property
    def announcements(self) -> AnnouncementStore: ...
    async def close(self) -> None: ...
