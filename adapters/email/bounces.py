"""Mail that comes back: whose it was, by the tag in the address it came back to, and whether that is final; pure.

Reports of delivery: https://www.rfc-editor.org/rfc/rfc3464. The tag is VERP: nothing in the report itself is believed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

LARGEST = 256 * 1024
"""Bytes that are looked at; what comes after is the mail that was returned."""
_ARRIVED_AT = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
_TAG = re.compile(r"\+([a-z2-7]{20})@", re.IGNORECASE)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Return:
    """What one report says."""

    tag: str
    final: bool
    """It will not be tried again."""
    status: str
    """Such as 5.1.1; empty where it names none."""


def read_return(raw: bytes, returns: str, *, recipient: str | None = None) -> Return | None:
    """A message that came to `returns` with a tag; None if it is no report about mail of ours.

    `recipient` is the address it came to, where the mail server tells.
    """
    try:
        message = message_from_bytes(raw[:LARGEST], policy=compat32)
    except (MessageError, ValueError):
        return None
    addresses = (
        [recipient] if recipient else [str(value) for name in _ARRIVED_AT for value in message.get_all(name, ())]
    )
    tag = _tag(addresses, returns)
    reports = list(_reports(message))
    if tag is None or not reports:
        return None
    final = any(str(report.get("Action", "")).strip().lower() == "failed" for report in reports)
    found = (_STATUS.search(str(report.get("Status", ""))) for report in reports)
    return Return(tag, final, next((status[0] for status in found if status), ""))


def _tag(addresses: Iterable[str], returns: str) -> str | None:
    """Of the first address that is `returns` with a tag."""
    for _, address in getaddresses(list(addresses)):
        found = _TAG.search(address)
        if found and _TAG.sub("@", address).lower() == returns.lower():
            return found[1].lower()
    return None


def _reports(message: Message) -> Iterator[Message]:
    """What it says of each recipient: the second block and those after it of a message/delivery-status."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from (block for block in blocks[1:] if isinstance(block, Message))
