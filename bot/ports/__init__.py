"""The only doors out of the core. Adapters and storage implement these; tests pass fakes of a few lines."""

from bot.ports.allowances import Allowance, AllowanceStore
from bot.ports.announcements import AnnouncementStore, Telling
from bot.ports.candidates import CandidateKey, CandidateStore, KeptCandidate
from bot.ports.channels import AlreadySubscribedError, ChannelStore, EditedMeanwhileError
from bot.ports.deliveries import DeliveryStore
from bot.ports.feeds import FeedStore
from bot.ports.installations import Installation, InstallationStore
from bot.ports.lanes import LaneStore
from bot.ports.leases import LeaseStore
from bot.ports.ledger import (
    NOT_PACED,
    Block,
    Decide,
    Lease,
    Move,
    PartEnd,
    Rate,
    Record,
    Shown,
    SlotPlan,
    Standing,
)
from bot.ports.links import Linkable, LinkStore
from bot.ports.mail import KeyStore, Letter, LetterKind, Post
from bot.ports.papers import (
    MOST,
    Encoder,
    EncoderError,
    Facets,
    Found,
    Hit,
    PaperStore,
    Search,
    SearchMode,
    Vectors,
)
from bot.ports.people import PeopleStore
from bot.ports.platforms import ONCE, PLAIN, REPLY_TO, Adapter, ParkedError, Payload, Platform, SendError, SentMessage
from bot.ports.store import Store

__all__ = [
    "MOST",
    "NOT_PACED",
    "ONCE",
    "PLAIN",
    "REPLY_TO",
    "Adapter",
    "Allowance",
    "AllowanceStore",
    "AlreadySubscribedError",
    "AnnouncementStore",
    "Block",
    "CandidateKey",
    "CandidateStore",
    "ChannelStore",
    "Decide",
    "DeliveryStore",
    "EditedMeanwhileError",
    "Encoder",
    "EncoderError",
    "Facets",
    "FeedStore",
    "Found",
    "Hit",
    "Installation",
    "InstallationStore",
    "KeptCandidate",
    "KeyStore",
    "LaneStore",
    "Lease",
    "LeaseStore",
    "Letter",
    "LetterKind",
    "LinkStore",
    "Linkable",
    "Move",
    "PaperStore",
    "ParkedError",
    "PartEnd",
    "Payload",
    "PeopleStore",
    "Platform",
    "Post",
    "Rate",
    "Record",
    "Search",
    "SearchMode",
    "SendError",
    "SentMessage",
    "Shown",
    "SlotPlan",
    "Standing",
    "Store",
    "Telling",
    "Vectors",
]
