"""Where mail is handed over, and in whose name: what SMTP_URL, MAIL_FROM and MAIL_BOUNCES say; pure."""

import re
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from enum import StrEnum
from ipaddress import ip_address
from typing import Self
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import idna

LONGEST_ADDRESS = 254
LONGEST_LOCAL = 64
"""Octets: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1, and its erratum 1690."""
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
"""A dot-atom: https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1. Quoted ones are refused: nobody has one."""
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_SPECIAL = re.compile(r"[\x00-\x1f\x7f]")


class Encryption(StrEnum):
    """How the way to the server is made private."""

    TLS = "tls"
    """From the first byte: smtps://."""
    STARTTLS = "starttls"
    """Refused without."""
    OFFERED = "offered"
    """STARTTLS where the server has it; only without a password."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """The one that takes our mail and brings it further."""

    host: str
    port: int
    encryption: Encryption
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    authorities: str | None = None
    """A file of certificates to trust instead of the machine's."""

    @classmethod
    def parse(cls, url: str) -> Self:
        """As in SMTP_URL: `smtp://user:password@host:587?starttls=1`, `smtps://host`.

        ValueError says in a few words what is wrong, and repeats nothing of the address.
        """
        parts = urlsplit(url)
        port, options = _port(parts), dict(parse_qsl(parts.query, keep_blank_values=True))
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("is not an smtp:// or smtps:// address")
        if unknown := sorted(options.keys() - {"starttls", "ca"}):
            raise ValueError(f"has an option that I do not know, {unknown[0]!r}; there are starttls and ca")
        user = unquote(parts.username) if parts.username else None
        encryption = _encryption(parts.scheme, options.get("starttls"), private=user is not None or port == 587)
        if user is not None and encryption is Encryption.NONE and not _is_this_machine(parts.hostname):
            raise ValueError("would send the password unencrypted; use starttls=1, or smtps://")
        password = unquote(parts.password) if parts.password else None
        if any(_SPECIAL.search(text or "") for text in (user, password)):
            raise ValueError("has control characters in its user or password")
        standard = 465 if encryption is Encryption.TLS else 587 if encryption is Encryption.STARTTLS else 25
        return cls(parts.hostname, port or standard, encryption, user, password, options.get("ca"))


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise ValueError("has a port that is no number up to 65535") from None


def _encryption(scheme: str, starttls: str | None, *, private: bool) -> Encryption:
    if starttls not in {None, "0", "1"}:
        raise ValueError("has a starttls that is neither 1 nor 0")
    if scheme == "smtps":
        return Encryption.TLS
    if starttls is not None:
        return Encryption.STARTTLS if starttls == "1" else Encryption.NONE
    return Encryption.STARTTLS if private else Encryption.OFFERED


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name mail comes."""

    name: str
    address: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """As in MAIL_FROM: `papers@example.org` or `Papers <papers@example.org>`. ValueError if it is neither."""
        if _SPECIAL.search(text):
            raise ValueError("has control characters")
        name, address = parseaddr(text)
        return cls(name or "Broadsheet", normal_address(address, bare=True))

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def __str__(self) -> str:
        return formataddr((self.name, self.address))


def normal_address(text: str, *, bare: bool = False) -> str:
    """An e-mail address as we keep it: lower case, its domain in ASCII. ValueError if it is none, or too unusual.

    A domain without a dot is refused, unless `bare`: mail for a machine nearby is nobody's subscription.
    No server tells `Ada@` from `ada@`, and two digests for one person would be the cost of believing in one that does.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at or not local or not domain:
        raise ValueError("is not an e-mail address")
    if not local.isascii():
        raise ValueError("has letters before the @ that most mail servers do not take")
    local, domain = local.lower(), _ascii_domain(domain)
    if _LOCAL.fullmatch(local) is None or not _is_domain(domain, bare=bare):
        raise ValueError("is not an e-mail address")
    address = f"{local}@{domain}"
    if len(local) > LONGEST_LOCAL or len(address) > LONGEST_ADDRESS:
        raise ValueError("is longer than an e-mail address can be")
    return address


def _ascii_domain(domain: str) -> str:
    """`bücher.example` as mail servers look for it: https://www.rfc-editor.org/rfc/rfc5891."""
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError("has a domain that cannot be looked for") from None


def _is_domain(domain: str, *, bare: bool) -> bool:
    """Of names, not of numbers."""
    labels = domain.split(".")
    return (bare or len(labels) > 1) and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdecimal()
