"""Statements and rows of the ledger: what the two databases are asked, without asking."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Text,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from bot.delivery.keys import lane_of
from bot.models import ChannelKey, Delivery, DeliveryKind, DeliveryState, MessagePart, Outcome, PartState, Subscription
from bot.ports import Payload, Shown, Standing
from storage.channels import subscription_from
from storage.lanes import BLOCK_COLUMNS, block_from
from storage.rows import AnyRow, AnySelect
from storage.schema import subscription
from storage.schema_deliveries import delivery, lane, part
from storage.types import UTCDateTime, as_listed

ONCE = ("subscription_id", "slot", "kind")
"""What of a delivery exists once."""
OUT = (DeliveryState.SENT, DeliveryState.UNKNOWN)
OPEN = (DeliveryState.PENDING, DeliveryState.SENDING)


AS_DELIVERY = tuple(
    delivery.c[name]
    for name in (
        *("id", "subscription_id", "channel", "slot", "state", "due_at", "next_attempt_at", "expires_at", "kind"),
        *("generation", "attempts", "outcome", "reason", "selection", "sent_at", "url"),
    )
)
"""Select these first: `delivery_from` reads them by place, which takes half as long as by name."""
_STATES = {state.value: state for state in DeliveryState}
_KINDS = {kind.value: kind for kind in DeliveryKind}
_OUTCOMES: dict[str | None, Outcome | None] = {None: None, **{outcome.value: outcome for outcome in Outcome}}


def delivery_from(row: AnyRow) -> Delivery:
    """From a row that begins with AS_DELIVERY."""
    key, subscription_id, channel, slot, state, due_at, next_attempt_at, expires_at, kind, *rest = row
    generation, attempts, outcome, reason, selection, sent_at, url, *_ = rest
    return Delivery(
        id=key,
        subscription_id=subscription_id,
        channel=ChannelKey.parse(channel),
        slot=slot,
        state=_STATES[state],
        due_at=due_at,
        next_attempt_at=next_attempt_at,
        expires_at=expires_at,
        kind=_KINDS[kind],
        generation=generation,
        attempts=attempts,
        outcome=_OUTCOMES[outcome],
        reason=reason,
        selection=selection,
        sent_at=sent_at,
        url=url,
    )


def part_from(row: AnyRow) -> MessagePart:
    return MessagePart(
        number=row.number,
        payload=row.payload,
        state=PartState(row.state),
        remote_id=row.remote_id,
        marked_at=row.marked_at,
    )


def standing_from(row: AnyRow, parts: Sequence[MessagePart]) -> Standing:
    """From a row of `around`."""
    return Standing(
        parts=tuple(parts),
        subscription=subscription_from(row) if row.id is not None else None,
        newest_slot=row.newest_slot,
        block=block_from(row),
        failures=row.fail_streak or 0,
    )


def new_delivery(of: Subscription, **values: Any) -> dict[str, Any]:
    """All columns of a row for the slot; `values` are those that differ from a fresh, pending one."""
    fresh: dict[str, Any] = {
        "subscription_id": of.id,
        "channel": str(of.channel),
        "lane": lane_of(of.channel),
        "state": DeliveryState.PENDING,
        "next_attempt_at": None,
        "expires_at": None,
        "owner": None,
        "kind": DeliveryKind.DIGEST,
        "generation": 0,
        "attempts": 0,
        "reason": None,
        "selection": (),
    }
    return fresh | values


def earlier(new: Any) -> ColumnElement[Any]:
    """A lane's next time, or that of the row that was to be inserted."""
    return case((lane.c.next_attempt_at <= new.next_attempt_at, lane.c.next_attempt_at), else_=new.next_attempt_at)


PART_COLUMNS = ("delivery_id", "number", "payload", "state", "marked_at")


def part_rows(
    delivery_id: int, first: int, payloads: Sequence[Payload], begun_at: datetime | None = None
) -> list[tuple[Any, ...]]:
    """Values of PART_COLUMNS, numbered from `first`; that part is marked as being sent if `begun_at` says when."""
    rows: list[tuple[Any, ...]] = [
        (delivery_id, number, payload, PartState.READY, None) for number, payload in enumerate(payloads, first)
    ]
    if begun_at is not None:
        rows[0] = (*rows[0][:3], PartState.SENDING, begun_at)
    return rows


def around(ids: Collection[int]) -> AnySelect:
    """A row for each delivery, known by `of_id`: its subscription, that one's newest slot, and its lane's last block.

    The subscription's columns are NULL once it was removed.
    """
    others = delivery.alias("others")
    newest = select(func.max(others.c.slot)).where(*_akin(others))
    running = and_(subscription.c.id == delivery.c.subscription_id, subscription.c.removed_at.is_(None))
    joined = delivery.outerjoin(subscription, running).outerjoin(lane, lane.c.name == delivery.c.lane)
    columns = (*subscription.c, *BLOCK_COLUMNS, lane.c.fail_streak)
    return (
        select(delivery.c.id.label("of_id"), *columns, newest.scalar_subquery().label("newest_slot"))
        .select_from(joined)
        .where(delivery.c.id.in_(ids))
    )


def digest_of(
    subscription_id: int | BindParameter[Any],
    slot: date | BindParameter[Any],
    kind: DeliveryKind | BindParameter[Any] = DeliveryKind.DIGEST,
) -> tuple[ColumnElement[bool], ...]:
    """The digest of a date, and no other kind of delivery; or that of the kind."""
    of_date = (delivery.c.subscription_id == subscription_id, delivery.c.slot == slot)
    return (*of_date, delivery.c.kind == kind)


def held(one: Delivery, owner: str) -> Update:
    """An update of the delivery that touches no row once somebody else has claimed it."""
    return update(delivery).where(delivery.c.id == one.id, delivery.c.owner == owner)


@cache
def newest() -> AnySelect:
    """The `most` last deliveries of a `channel`. As those below made once: it takes as long as asking."""
    order = (delivery.c.slot.desc(), delivery.c.id.desc())
    of_channel = delivery.c.channel == bindparam("channel")
    return select(*AS_DELIVERY).where(of_channel).order_by(*order).limit(bindparam("most"))


@cache
def planned() -> AnySelect:
    """The delivery of a `kind` of a `subscription` for a `slot`."""
    of_slot = digest_of(bindparam("subscription", type_=Integer), bindparam("slot", type_=Date), bindparam("kind"))
    return select(*AS_DELIVERY).where(*of_slot)


@cache
def shown() -> AnySelect:
    """Selections of a `channel`'s digests due `since` then that came, or may have come, to be seen, or are to come.

    An alert that waits names its paper, and so does a digest that is tried again: others leave it out meanwhile.
    """
    begun = exists().where(part.c.delivery_id == delivery.c.id, part.c.state != PartState.READY)
    seen = or_(delivery.c.state.in_((*OUT, *OPEN)), delivery.c.generation > 0, begun)
    since = bindparam("since", type_=UTCDateTime)
    of_channel = and_(delivery.c.channel == bindparam("channel"), delivery.c.due_at >= since)
    return select(delivery.c.selection).where(of_channel, seen)


@lru_cache(maxsize=64)
def shown_among(count: int) -> AnySelect:
    """What came to a workspace's channels and may hold one of so many papers: text is compared, not lists.

    Its values are those of `among`.
    """
    holding, since = type_coerce(delivery.c.selection, Text), bindparam("since", type_=UTCDateTime)
    return (
        select(delivery.c.channel, delivery.c.slot, delivery.c.selection, delivery.c.url)
        .where(delivery.c.channel >= bindparam("place"), delivery.c.channel < bindparam("after"))
        .where(delivery.c.due_at >= since, delivery.c.state == DeliveryState.SENT, delivery.c.url.is_not(None))
        .where(or_(*(holding.like(bindparam(f"held_{number}"), escape=_ESCAPE) for number in range(count))))
        .order_by(delivery.c.due_at.desc(), delivery.c.id.desc())
    )


def among(platform: str, workspace: str, paper_ids: Collection[str], since: datetime) -> dict[str, Any]:
    """Values of `shown_among(len(paper_ids))`."""
    held = {f"held_{number}": f"%{_literally(as_listed(one))}%" for number, one in enumerate(paper_ids)}
    place = f"{platform}:{workspace}"  # ";" is the character after ":", so an index of channels finds the range
    return {"place": f"{place}:", "after": f"{place};", "since": since, **held}


_ESCAPE = "/"


def _literally(text: str) -> str:
    """For LIKE: what stands for itself alone."""
    for character in (_ESCAPE, "%", "_"):
        text = text.replace(character, f"{_ESCAPE}{character}")
    return text


def shown_from(row: AnyRow, names: Mapping[str, str | None]) -> Shown:
    """From a row of `shown_among`; `names` tells whose each other name is, and None of a paper's own id."""
    held_ids = tuple(dict.fromkeys(names[one] or one for one in row.selection if one in names))
    return Shown(channel=ChannelKey.parse(row.channel), slot=row.slot, paper_ids=held_ids, url=row.url)


def outlived(before: datetime, limit: int) -> AnySelect:
    """Ids of final deliveries due before then, oldest in the ledger first; the newest of each subscription stays."""
    others = delivery.alias("others")
    overtaken = exists().where(*_akin(others), others.c.slot > delivery.c.slot)
    final = delivery.c.next_attempt_at.is_(None)
    return (
        select(delivery.c.id).where(delivery.c.due_at < before, final, overtaken).order_by(delivery.c.id).limit(limit)
    )


def _akin(others: FromClause) -> tuple[ColumnElement[bool], ...]:
    """Of the same subscription and kind."""
    return others.c.subscription_id == delivery.c.subscription_id, others.c.kind == delivery.c.kind
