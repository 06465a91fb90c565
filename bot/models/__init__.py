"""The values that cross every border: frozen, plain, with their units; they know no platform and no database.

Times are aware datetimes in UTC. A count nobody has told us is None, never 0.
"""

from bot.models.channels import (
    Change,
    ChannelKey,
    Combine,
    Filters,
    Period,
    Person,
    Preferences,
    Schedule,
    Subscription,
    Topics,
    Weekdays,
)
from bot.models.deliveries import Delivery, DeliveryKind, DeliveryState, Digest, MessagePart, Outcome, PartState
from bot.models.feeds import Feed
from bot.models.papers import FEED, SIGNALS, Added, Batch, Counts, Listing, Observation, Paper, SourceStatus
from bot.models.people import (
    Ballots,
    Facet,
    Forgotten,
    Interest,
    PersonKey,
    SavedPaper,
    Stance,
    Suggestion,
    Tally,
    Vote,
    Workspace,
)
from bot.models.ranked import Evidence, PaperList, RankedPaper, ScorePart, Sort, Traits, Window

__all__ = [
    "FEED",
    "SIGNALS",
    "Added",
    "Ballots",
    "Batch",
    "Change",
    "ChannelKey",
    "Combine",
    "Counts",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "Digest",
    "Evidence",
    "Facet",
    "Feed",
    "Filters",
    "Forgotten",
    "Interest",
    "Listing",
    "MessagePart",
    "Observation",
    "Outcome",
    "Paper",
    "PaperList",
    "PartState",
    "Period",
    "Person",
    "PersonKey",
    "Preferences",
    "RankedPaper",
    "SavedPaper",
    "Schedule",
    "ScorePart",
    "Sort",
    "SourceStatus",
    "Stance",
    "Subscription",
    "Suggestion",
    "Tally",
    "Topics",
    "Traits",
    "Vote",
    "Weekdays",
    "Window",
    "Workspace",
]
