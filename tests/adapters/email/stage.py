"""A real mail server (aiosmtpd) in the loop of the test, that answers as scripted, and a platform that talks to it."""

import asyncio
import socket
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.email.platform import EmailPlatform
from adapters.email.wire import Wire
from bot.clock import Clock, VirtualClock
from bot.mail_server import MailServer, Sender
from bot.mailing import Links
from bot.mailing.settings import MailSettings
from tests.builders import NOON

SITE = "https://papers.example.org"
SENDER = Sender("Broadsheet", "papers@example.org")
STILL = VirtualClock(NOON, 0)


class FixedKey:
    """A KeyStore."""

    async def key(self) -> bytes:
        return b"k" * 32


def make_links(clock: Clock = STILL) -> Links:
    return Links(FixedKey(), SITE, clock)


@dataclass
class Arrived:
    """A message that the server took."""

    sender: str
    recipients: list[str]
    raw: bytes
    encrypted: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.raw, policy=default)
        assert isinstance(message, EmailMessage)
        return message

    def part(self, kind: str) -> str:
        body = self.message.get_body(preferencelist=(kind,))
        assert body is not None
        return str(body.get_content())


@dataclass
class Script:
    """What the server says; without a line it takes everything."""

    sender: list[str] = field(default_factory=list)
    recipient: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    cut: str = ""
    """Where it breaks the connection: `greeting`, `command`, `data` after its first bytes, `end` after all of it."""
    silent: bool = False
    """It never says what became of the message."""
    arrived: list[Arrived] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)
    """Recipients named, accepted or not."""
    connections: int = 0
    credentials: tuple[bytes, bytes] = (b"papers", b"open sesame")


def break_off(transport: asyncio.BaseTransport | None) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


class Handler:
    """aiosmtpd's hooks: https://aiosmtpd.aio-libs.org/en/latest/handlers.html."""

    def __init__(self, script: Script) -> None:
        self._script = script

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._script.sender:
            return self._script.sender.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self._script.attempts.append(address)
        if self._script.recipient and (answer := self._script.recipient.pop(0)):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self._script.data.pop(0) if self._script.data else "250 OK queued"
        if answer.startswith("250"):
            self._take(session, envelope)
        if self._script.cut == "end":
            break_off(server.transport)
        if self._script.silent:
            await asyncio.Event().wait()
        return answer

    def _take(self, session: Session, envelope: Envelope) -> None:
        known: object = session.auth_data
        user = known.login.decode() if isinstance(known, LoginPassword) else None
        content = envelope.original_content
        assert content is not None
        self._script.arrived.append(
            Arrived(envelope.mail_from or "", list(envelope.rcpt_tos), content, session.ssl is not None, user)
        )


class Server(SMTP):
    """aiosmtpd's, which also breaks connections in the middle."""

    def __init__(self, script: Script, **options: Any) -> None:
        super().__init__(Handler(script), hostname="mx.example.org", **options)
        self._script = script

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._script.connections += 1
        super().connection_made(transport)
        if self._script.cut == "greeting":
            break_off(transport)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self._script.cut == "command":
            break_off(self.transport)
        elif self._script.cut == "data":
            await self.push("354 go on")
            await self._reader.read(100)
            break_off(self.transport)
        else:
            await super().smtp_DATA(arg)


def checks(script: Script) -> Any:
    """An authenticator that knows one user."""

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == script.credentials
        return AuthResult(success=known, handled=False, auth_data=data)

    return authenticate


@asynccontextmanager
async def mail_server(
    script: Script,
    *,
    tls: ssl.SSLContext | None = None,
    direct: bool = False,
    login: bool = False,
    narrow: bool = False,
) -> AsyncIterator[int]:
    """The port of a server; `direct` is TLS from the first byte, `login` asks for one, `narrow` reads very slowly."""
    options: dict[str, Any] = {"tls_context": None if direct else tls}
    if login:
        options |= {"authenticator": checks(script), "auth_required": True, "auth_require_tls": not direct}
    loop = asyncio.get_running_loop()
    listening = socket.create_server(("127.0.0.1", 0))
    if narrow:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    protocols: list[Server] = []

    def made() -> Server:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it does not know that TLS came before it
            protocols.append(Server(script, loop=loop, **options))
        return protocols[-1]

    server = await loop.create_server(made, sock=listening, ssl=tls if direct else None)
    try:
        yield listening.getsockname()[1]
    finally:
        server.close()
        for protocol in protocols:
            break_off(protocol.transport)
            if protocol._handler_coroutine is not None:
                protocol._handler_coroutine.cancel()
                await asyncio.gather(protocol._handler_coroutine, return_exceptions=True)
        await server.wait_closed()
        await asyncio.sleep(0)  # a connection that is broken off is gone with the loop's next round


class Mute(asyncio.Protocol):
    """Takes a connection and says nothing."""

    def __init__(self, transports: list[asyncio.BaseTransport]) -> None:
        self._transports = transports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transports.append(transport)


@asynccontextmanager
async def mute_server() -> AsyncIterator[int]:
    """The port of a server that never greets."""
    transports: list[asyncio.BaseTransport] = []
    server = await asyncio.get_running_loop().create_server(lambda: Mute(transports), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for transport in transports:
            break_off(transport)


def make_platform(
    url: str, *, returns: str | None = None, clock: Clock = STILL, before: float = 10, after: float = 10
) -> EmailPlatform:
    server = MailServer.parse(url)
    settings = MailSettings(server=server, sender=SENDER, site=SITE, returns=returns)
    return EmailPlatform(
        settings, make_links(clock), clock=clock, wire=Wire(server, "example.org", before=before, after=after)
    )


@dataclass(frozen=True)
class Certificate:
    """Of 127.0.0.1 and localhost, signed by itself."""

    file: Path
    context: ssl.SSLContext


def make_certificate(folder: Path, name: str = "localhost") -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return Certificate(file, context)


@asynccontextmanager
async def platform_before(script: Script) -> AsyncIterator[EmailPlatform]:
    """One that sends to a server which does as the script says."""
    async with mail_server(script) as port:
        made = make_platform(f"smtp://127.0.0.1:{port}")
        yield made
        await made.close()
