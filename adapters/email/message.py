"""A payload as the bytes of a message: headers that a mail program acts on, HTML and text; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from bot.mail_server import Sender
from bot.plain import one_line
from bot.ports import Payload

ONE_CLICK = "List-Unsubscribe=One-Click"
"""https://www.rfc-editor.org/rfc/rfc8058#section-3.1"""
_POLICY = SMTP.clone(cte_type="7bit", utf8=False)
"""Every server takes it: no 8BITMIME, no SMTPUTF8 is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Whose message it is."""

    sender: Sender
    recipient: str
    key: str
    """The same for every attempt at the same message."""
    at: datetime
    """Real time."""
    links: Mapping[str, str]
    """Addresses for the places in the payload, by name."""
    unsubscribe: str = ""
    """Of a digest: one POST there ends it."""

    @property
    def message_id(self) -> str:
        """Deterministic: a mailbox that gets a message twice can tell. https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4."""
        return f"<{self.key}@{self.sender.domain}>"


def message(payload: Payload, envelope: Envelope) -> bytes:
    """The whole message, with CRLF and in 7 bits. The same payload and envelope give the same bytes."""
    made = EmailMessage(policy=_POLICY)
    name = one_line(envelope.sender.name)
    local, _, domain = envelope.sender.address.rpartition("@")
    made["From"] = Address(name, local, domain)
    made["To"] = envelope.recipient
    made["Subject"] = one_line(str(payload["subject"]))
    made["Date"] = envelope.at
    made["Message-ID"] = envelope.message_id
    made["Auto-Submitted"] = "auto-generated"  # https://www.rfc-editor.org/rfc/rfc3834: no holiday answers, please
    made.set_content(joined(payload["text"], envelope.links), charset="utf-8", cte="quoted-printable")
    if "html" in payload:
        html = joined(payload["html"], envelope.links)
        made.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
        made.set_boundary(f"=_{envelope.key}")
    return _list_headers(envelope) + made.as_bytes()


def joined(pieces: object, links: Mapping[str, str]) -> str:
    """A text in pieces, with the links between them."""
    found = [str(piece) for piece in pieces] if isinstance(pieces, list | tuple) else [str(pieces)]
    return "".join(piece if number % 2 == 0 else links[piece] for number, piece in enumerate(found))


def _list_headers(envelope: Envelope) -> bytes:
    """What ends a digest. Written here, since the library would break a long address into encoded words.

    One click is offered by HTTPS alone: https://www.rfc-editor.org/rfc/rfc8058#section-3.1.
    """
    if not envelope.unsubscribe:
        return b""
    lines = [
        f"List-Id: Trending papers <papers.{envelope.sender.domain}>",
        f"List-Unsubscribe: <{envelope.unsubscribe}>",
    ]
    if envelope.unsubscribe.startswith("https://"):
        lines.append(f"List-Unsubscribe-Post: {ONE_CLICK}")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
