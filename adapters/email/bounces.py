"""Mail that comes back, and complaints about mail: whose it was, by its tag, and whether that is final; pure.

Reports of delivery: https://www.rfc-editor.org/rfc/rfc3464. Complaints that a provider passes on, its feedback loop:
https://www.rfc-editor.org/rfc/rfc5965. The tag is VERP: nothing else in a report says whose it was.
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
_KIND = re.compile(r"[a-z-]{1,20}")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Return:
    """What one report says."""

    tag: str
    final: bool
    """It will not be tried again."""
    status: str
    """Such as 5.1.1, or of a complaint its type, such as abuse; empty where it names none."""
    complaint: bool = False
    """Its reader called it unwanted."""


def read_return(raw: bytes, returns: str, *, recipient: str | None = None) -> Return | None:
    """A message that came to `returns` with a tag, or is about one that did; None if it is no report about ours.

    `recipient` is the address it came to, where the mail server tells.
    """
    try:
        message = message_from_bytes(raw[:LARGEST], policy=compat32)
    except (MessageError, ValueError):
        return None
    addresses = (
        [recipient] if recipient else [str(value) for name in _ARRIVED_AT for value in message.get_all(name, ())]
    )
    complaint = next(_complaints(message), None)
    if complaint is not None:
        return _complaint(complaint, _tag([*addresses, *_returned_to(complaint, message)], returns))
    tag = _tag(addresses, returns)
    reports = list(_reports(message))
    if tag is None or not reports:
        return None
    final = any(str(report.get("Action", "")).strip().lower() == "failed" for report in reports)
    found = (_STATUS.search(str(report.get("Status", ""))) for report in reports)
    return Return(tag, final, next((status[0] for status in found if status), ""))


def _complaint(report: Message, tag: str | None) -> Return | None:
    """`not-spam` takes one back, and is none: https://www.iana.org/assignments/marf-parameters."""
    kind = _KIND.fullmatch(str(report.get("Feedback-Type", "")).strip().lower())
    return Return(tag, final=kind[0] != "not-spam", status=kind[0], complaint=True) if tag and kind else None


def _complaints(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            yield from _inside(part)


def _returned_to(report: Message, message: Message) -> Iterator[str]:
    """Where the mail that somebody complained about would have come back to, as the report and the mail itself say."""
    yield from (str(value) for value in report.get_all("Original-Mail-From", ()))
    for part in message.walk():
        kind = part.get_content_type()
        mails = _inside(part) if kind == "message/rfc822" else _headers(part) if kind == "text/rfc822-headers" else ()
        yield from (str(value) for mail in mails for value in mail.get_all("Return-Path", ()))


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _headers(part: Message) -> list[Message]:
    payload = part.get_payload(decode=True)
    return [message_from_bytes(payload, policy=compat32)] if isinstance(payload, bytes) else []


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
