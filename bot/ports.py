"""The only doors out of the core. Adapters and storage implement these; tests pass fakes of a few lines."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.models import (
    Added,
    Batch,
    Change,
    ChannelKey,
    Counts,
    Delivery,
    DeliveryState,
    Evidence,
    Facet,
    Forgotten,
    Interest,
    Listing,
    MessagePart,
    Observation,
    Outcome,
    Paper,
    PartState,
    PersonKey,
    SavedPaper,
    SourceStatus,
    Subscription,
    Suggestion,
    Tally,
    Vote,
    Workspace,
)
from bot.views import View

Payload = dict[str, object]
"""The body of one message as a platform gets it; JSON."""

REPLY_TO = "reply_to"
"""A key of a payload that belongs under another message of the same rendering: the place of that one, from 0.

A delivery puts the remote id of that message there before it gives the payload to `Platform.send`.
"""


Vectors: TypeAlias = NDArray[np.float32]
"""One row each."""
SearchMode: TypeAlias = Literal["bm25", "fused"]
"""By words alone, or by words and by meaning."""


class PaperStore(Protocol):
    """Papers, and every observation ever made of them. `as_of` hides what was learned later."""

    async def add(self, batch: Batch) -> Added:
        """Keep a batch in one transaction: merge papers (identity.merge), append observations, note listings.

        An observation of the same paper, source and instant counts once. So does a listing of the same paper and date:
        its earliest sight stays, and its latest place, since a list is reordered while people vote.
        """
        ...

    async def get(self, paper_id: str) -> Paper | None: ...

    async def many(self, paper_ids: Collection[str]) -> dict[str, Paper]:
        """Those of the ids that are known."""
        ...

    async def seen_since(self, since: datetime, as_of: datetime) -> list[Paper]:
        """Papers first seen in `[since, as_of]`, by id."""
        ...

    async def evidence(self, since: datetime, as_of: datetime) -> Evidence:
        """The columns for the ranker: papers first seen in `[since, as_of]`, observations up to `as_of`."""
        ...

    async def counts(self, paper_ids: Collection[str], as_of: datetime) -> dict[str, Counts]:
        """The latest known value of each count at `as_of`, over all sources."""
        ...

    async def observations(self, paper_id: str, as_of: datetime) -> list[Observation]:
        """All of one paper up to `as_of`, oldest first."""
        ...

    async def listings(self, first: date, last: date, as_of: datetime) -> list[Listing]:
        """The reference site's lists of `[first, last]` as seen by `as_of`, by date and position."""
        ...

    async def latest_listing_date(self, as_of: datetime, before: date) -> date | None:
        """The last date before that one which has a list, as seen by `as_of`."""
        ...

    async def generation(self) -> int:
        """A number that grows whenever papers, observations or listings are added; cheap to ask."""
        ...

    async def totals(self) -> tuple[int, int]:
        """How many papers and observations there are."""
        ...

    async def note_source(self, status: SourceStatus) -> None:
        """Remember how a source last answered."""
        ...

    async def sources(self) -> list[SourceStatus]:
        """By name."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    paper_id: str
    score: float
    """Higher is better; comparable within one answer only."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first, and by which means."""

    hits: tuple[Hit, ...] = ()
    mode: SearchMode = "bm25"

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)


class EncoderError(Exception):
    """The model is not there or failed; the words say why."""


class Encoder(Protocol):
    """Texts to vectors of length one, whose cosine tells how close their meanings are. Never blocks the loop."""

    @property
    def name(self) -> str:
        """Vectors of different names are not comparable."""
        ...

    async def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text.

        Raises:
            EncoderError: Not now.
        """
        ...


class Search(Protocol):
    """The papers of the store by words and by meaning; disposable, it follows the store."""

    async def update(self) -> int:
        """Index what is new or changed in the store since the last time. Returns how many papers."""
        ...

    async def find(self, query: str, *, since: datetime | None, as_of: datetime) -> Found:
        """At most 200; none when no searchable word is left in the query."""
        ...

    async def similar(self, paper: Paper, *, as_of: datetime, limit: int = 50) -> Found:
        """Papers closest to one of the store, which need not be indexed itself; never itself."""
        ...


class ChannelStore(Protocol):
    """Who reads what, when."""

    async def subscription(self, channel: ChannelKey) -> Subscription | None: ...

    async def create(self, subscription: Subscription, change: Change) -> Subscription:
        """Keep a new one and the line of its log; returns it with its id.

        Raises:
            AlreadySubscribedError: The channel has one.
        """
        ...

    async def update(self, subscription: Subscription, change: Change) -> Subscription:
        """Keep an edit of the version it carries; returns it with the next version.

        Raises:
            EditedMeanwhileError: Somebody else was faster.
        """
        ...

    async def remove(self, channel: ChannelKey, change: Change) -> bool:
        """End a channel's digest; its history stays. False if there was none."""
        ...

    async def subscriptions(self, platform: str, workspace: str) -> list[Subscription]:
        """Of one workspace, by channel."""
        ...

    async def total(self) -> int:
        """How many channels have a digest."""
        ...

    async def log(self, channel: ChannelKey, limit: int) -> list[Change]:
        """Newest first."""
        ...

    async def remember_command(self, key: str, command: str) -> None:
        """Keep the text of a button whose platform's ids are too short for it; the same key twice is no error."""
        ...

    async def recall_command(self, key: str) -> str | None: ...


class AlreadySubscribedError(Exception):
    """The channel has a digest already."""


class EditedMeanwhileError(Exception):
    """The subscription is not the version that was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotPlan:
    """What the decider says of a due subscription: deliver, or skip and say why; and when to look again."""

    slot: date | None
    """None: nothing was due, only the next run changes."""
    due_at: datetime
    skip_because: str | None
    next_run_at: datetime | None


Decide = Callable[[Subscription, datetime], SlotPlan]


@dataclass(frozen=True, slots=True)
class Lease:
    """Somebody's right to work on deliveries for a while. `owner` is the fence: a fresh name for each claim."""

    owner: str
    real: datetime
    """The moment of the call; real time."""
    span: timedelta

    @property
    def until(self) -> datetime:
        return self.real + self.span


@dataclass(frozen=True, slots=True)
class Block:
    """Why and until when (real time) nothing is claimed from a lane."""

    until: datetime
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a claimed delivery stands."""

    parts: tuple[MessagePart, ...]
    """By number; none before they are frozen."""
    subscription: Subscription | None
    """As it is now; None once its digest was ended."""
    newest_slot: date
    """The latest date of this subscription in the ledger."""
    block: Block | None
    """The last one of its lane; it may be over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEnd:
    """How a try at one message ended."""

    number: int
    state: PartState
    remote_id: str | None = None
    url: str | None = None
    """A delivery's is that of its first message that has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The end of an attempt, written in one transaction under the owner's fence."""

    state: DeliveryState
    outcome: Outcome | None = None
    reason: str | None = None
    """In words."""
    next_attempt_at: datetime | None = None
    """Real time; None with a final state."""
    sent_at: datetime | None = None
    """Product time."""
    counts_as_attempt: bool = True
    part: PartEnd | None = None
    """What becomes of the message that the attempt was about."""
    pause_because: str | None = None
    """Stop the subscription too, with this reason."""


class DeliveryStore(Protocol):
    """The ledger. UNIQUE(subscription, slot) makes a second run of a day impossible.

    Two clocks: what people set and read (slots, `due_at`, `sent_at`) is product time, called `now`. Waiting (leases,
    retries, blocked lanes, the end of the grace, marks of parts) is real time, called `real`: a clock that runs an
    hour a second must not end a lease or a wait that somebody else asked for.

    Every write of a claim is fenced: once somebody else has claimed the delivery it is refused, and the method returns
    False.
    """

    async def plan(self, now: datetime, real: datetime, limit: int, decide: Decide, grace: timedelta) -> int:
        """In one transaction: due subscriptions (locked, skipping locked ones), their slots, their next runs.

        A slot that is in the ledger stays as it is. Returns how many subscriptions were handled; fewer than `limit`
        means none is left.
        """
        ...

    async def open_slot(
        self,
        subscription: Subscription,
        slot: date,
        *,
        now: datetime,
        expires_at: datetime,
        lease: Lease,
        again: bool,
    ) -> Delivery | None:
        """Claim a slot because somebody asked for it, making it if need be; see delivery.opening for which may be.

        None: it is out already, or on its way.
        """
        ...

    async def claim(
        self,
        lease: Lease,
        *,
        lanes: int,
        per_lane: int,
        platforms: Collection[str],
        busy: Collection[str] = (),
        overdue: bool = False,
    ) -> list[Delivery]:
        """Take due deliveries of these platforms, the lanes served longest ago first, none of a blocked or busy lane.

        A delivery whose lease ran out is due again, one attempt older; its parts tell how far it came. `overdue` takes
        those of all *other* platforms instead whose time to be sent is over.
        """
        ...

    async def release(self, deliveries: Collection[Delivery], owner: str, real: datetime, reason: str | None) -> None:
        """Give claimed deliveries back untried; they are due at once."""
        ...

    async def standing(self, delivery: Delivery) -> Standing:
        """All that an attempt has to know, as of one moment."""
        ...

    async def parts(self, delivery_id: int) -> list[MessagePart]:
        """By number; empty before `freeze`."""
        ...

    async def freeze(
        self, delivery: Delivery, lease: Lease, selection: Sequence[str], payloads: Sequence[Payload], plain: Payload
    ) -> bool:
        """Keep what will be sent, and the plain message for when it is refused, before anything is sent.

        Does for the first part what `begin_part` does.
        """
        ...

    async def begin_part(self, delivery: Delivery, lease: Lease, number: int) -> bool:
        """Mark a part SENDING before its request goes out, and renew the lease.

        A part that is SENDING already keeps its mark: the first request is the one that may have arrived.
        """
        ...

    async def finish_part(self, delivery: Delivery, lease: Lease, end: PartEnd) -> bool:
        """Note what became of a part while others are left, and renew the lease."""
        ...

    async def use_plain(self, delivery: Delivery, lease: Lease, number: int) -> bool:
        """Put the plain message in place of this part and those after it. False too if that was done before."""
        ...

    async def record(self, delivery: Delivery, owner: str, record: Record) -> bool:
        """End the attempt."""
        ...

    async def block_lane(self, lane: str, until: datetime, because: str) -> None:
        """No claims from this lane before then (real time); a block never becomes shorter."""
        ...

    async def last_block(self, lane: str) -> Block | None:
        """Of a lane; it may be over."""
        ...

    async def pause(self, subscription_id: int, because: str) -> None:
        """Stop a subscription that cannot be delivered; the reason is shown in `digest status`."""
        ...

    async def history(self, channel: ChannelKey, limit: int) -> list[Delivery]:
        """Newest slot first, of former subscriptions too."""
        ...

    async def listed(self, *, channel: ChannelKey | None, state: DeliveryState | None, limit: int) -> list[Delivery]:
        """For the operator: of all channels or of one, in all states or in one; the newest in the ledger first."""
        ...

    async def prune(self, before: datetime, limit: int) -> int:
        """Forget final deliveries that were due before then (product time), with their messages; returns how many.

        The newest of each subscription stays: it says that an older slot was overtaken.
        """
        ...

    async def delivery(self, subscription_id: int, slot: date) -> Delivery | None: ...

    async def shown_since(self, channel: ChannelKey, since: datetime) -> set[str]:
        """Ids of papers that the channel's digests due since then held (sent, or possibly sent)."""
        ...

    async def totals(self) -> Mapping[DeliveryState, int]: ...


class PeopleStore(Protocol):
    """What people do with papers. Nothing of one person is shown to another, and no vote leaves its workspace."""

    async def vote(self, vote: Vote) -> None:
        """Keep it in place of that person's last vote of the paper in the workspace."""
        ...

    async def clear_vote(self, workspace: Workspace, voter: PersonKey, paper_id: str) -> None: ...

    async def tallies(
        self,
        workspace: Workspace,
        *,
        paper_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        channel: ChannelKey | None = None,
    ) -> dict[str, Tally]:
        """Of the workspace's papers that have votes; of these papers, of that time, or given in that channel alone."""
        ...

    async def save(self, person: PersonKey, saved: SavedPaper) -> bool:
        """Put it into their library. False if it was there: then its note is replaced, unless the new one is empty."""
        ...

    async def unsave(self, person: PersonKey, paper_id: str) -> bool:
        """False if it was not there."""
        ...

    async def library(self, person: PersonKey) -> list[SavedPaper]:
        """Newest first."""
        ...

    async def suggest(self, suggestion: Suggestion) -> Suggestion:
        """Keep it, unless the workspace has the paper; returns the one that is kept."""
        ...

    async def suggestions(self, workspace: Workspace) -> list[Suggestion]:
        """Newest first, at most 200."""
        ...

    async def set_interest(self, person: PersonKey, interest: Interest) -> None:
        """Keep it in place of one with the same facet and term, whatever its stance and the case of its letters."""
        ...

    async def drop_interest(self, person: PersonKey, facet: Facet, term: str) -> bool:
        """False if there was none."""
        ...

    async def interests(self, person: PersonKey, now: datetime) -> list[Interest]:
        """Those that are not over, by stance, facet and term."""
        ...

    async def visit(self, person: PersonKey, at: datetime, gap: timedelta) -> datetime | None:
        """Note that they are here; returns the end of their visit before this one, None at their first.

        What comes less than `gap` after the last sign of them is the same visit.
        """
        ...

    async def forget(self, person: PersonKey) -> Forgotten:
        """Delete their library, interests, visits and votes, and their name from suggestions."""
        ...


class Store(Protocol):
    """Everything that is kept."""

    @property
    def papers(self) -> PaperStore: ...
    @property
    def channels(self) -> ChannelStore: ...
    @property
    def deliveries(self) -> DeliveryStore: ...
    @property
    def people(self) -> PeopleStore: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An app's right to act in one workspace, or in all of an organization's. Its tokens are never shown."""

    platform: str
    organization: str = ""
    """Empty for a workspace of none."""
    workspace: str = ""
    """Empty where it is for the whole organization."""
    token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    """Good once; None where the token does not expire."""
    expires_at: datetime | None = None
    """Real time."""
    bot: str = ""
    """The person that the app is there."""
    scopes: tuple[str, ...] = ()
    installed_by: str = ""
    installed_at: datetime


class InstallationStore(Protocol):
    """Who installed the app where. Tokens are encrypted where they are kept."""

    async def save(self, installation: Installation) -> None:
        """Keep it in place of one of the same workspace or organization."""
        ...

    async def find(self, platform: str, workspace: str) -> Installation | None:
        """The workspace's own, else that of its organization."""
        ...

    async def remove(self, platform: str, *, workspace: str = "", organization: str = "") -> bool:
        """Delete its tokens. False if there were none."""
        ...

    async def workspaces_of(self, platform: str, organization: str) -> list[str]:
        """Those known to belong to it."""
        ...

    async def belongs(self, platform: str, workspace: str, organization: str) -> None:
        """Remember which organization a workspace is of."""
        ...

    async def begin_rotation(self, known: Installation, real: datetime, lease: timedelta) -> bool:
        """Whether the caller is the one to exchange the refresh token now; nobody else is for the lease."""
        ...

    async def finish_rotation(self, known: Installation, fresh: Installation | None) -> None:
        """Keep the new tokens if the old ones are still there; None lets somebody else try."""
        ...

    async def issue_state(self, state: str, real: datetime, until: datetime) -> None:
        """Keep a secret of a way through somebody's browser, as a hash."""
        ...

    async def take_state(self, state: str, real: datetime) -> bool:
        """Whether it was issued, is not over, and nobody took it before."""
        ...

    async def rekey(self) -> int:
        """Encrypt all tokens with the newest key. Returns how many installations there are."""
        ...


@dataclass(frozen=True, slots=True)
class SentMessage:
    remote_id: str
    url: str | None = None


class SendError(Exception):
    """A message did not surely arrive. `outcome` says what may be done about it; `reason` is for people, no secrets."""

    def __init__(self, outcome: Outcome, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.retry_after = retry_after
        """Seconds of real time, where the platform asked for a wait."""


class Platform(Protocol):
    """A way out. It posts what it is given, once, and classifies what went wrong; it decides nothing."""

    @property
    def name(self) -> str:
        """As in channel keys."""
        ...

    def render(self, view: View) -> list[Payload]:
        """The messages that show it, in order; pure."""
        ...

    def fallback(self, view: View) -> Payload:
        """One plain message with the same links, for when the platform refuses the other."""
        ...

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        """Post one message. `key` is the same for every attempt at the same message.

        Raises:
            SendError: with exactly one outcome; anything else is a bug.
        """
        ...

    @property
    def idempotent(self) -> bool:
        """True where `key` makes a second attempt within minutes harmless."""
        ...


class ParkedError(Exception):
    """An adapter cannot run until its operator changes something (a revoked token, a refused intent): no restarts."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


class Adapter(Protocol):
    """A way in that runs beside the others, under a supervisor."""

    @property
    def name(self) -> str: ...

    async def run(self) -> None:
        """Serve until cancelled; then close what was opened.

        Raises:
            ParkedError: Do not restart.
            Exception: Restart after a while.
        """
        ...

    @property
    def connected(self) -> bool:
        """Whether people can reach us this way now."""
        ...
