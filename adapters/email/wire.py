"""The conversation with the mail server, step by step, so that each failure is known to be before or after the end.

The end of the data is the one moment that matters: after it the server may have taken the message.
https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.4
"""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar, cast

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from adapters.email.failures import BrokenError, RefusedError, Step, UntrustedError
from bot.mail_server import Encryption, MailServer

T = TypeVar("T")

BEFORE_END = 12.0
"""Seconds for all that comes before the end of the data; later it surely was not sent, and is tried again."""
AFTER_END = 15.0
"""Seconds for the server's word on what it got. Together inside the 30 that a delivery waits for an answer."""
IDLE = 20.0
"""Seconds that a connection is kept for the next message; servers wait for minutes."""
CHUNK = 16 * 1024
_LINE_BEGINS_WITH_PERIOD = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class _Kept:
    client: SMTP
    since: float


class Wire:
    """One conversation at a time. A connection is kept for a moment: the next message needs no TLS handshake."""

    def __init__(self, server: MailServer, name: str, *, before: float = BEFORE_END, after: float = AFTER_END) -> None:
        """`name` is what we call ourselves."""
        self._server = server
        self._name = name
        self._before = before
        self._after = after
        self._kept: _Kept | None = None
        self._turn = asyncio.Lock()

    async def send(self, sender: str, recipient: str, message: bytes) -> str:
        """Hand over one message; returns the server's words.

        Raises:
            WireError: With the step that tells whether it may have been taken.
        """
        client = await _within(self._before, Step.DATA, lambda: self._begin(sender, recipient, message))
        try:
            answer = await _within(self._after, Step.END, lambda: _end(client))
            self._kept = _Kept(client, monotonic())
        except BaseException as error:
            await self._part(client, error)
            raise
        finally:
            self._turn.release()
        return answer

    async def check(self, sender: str) -> None:
        """Connect, log in and name the sender; sends nothing.

        Raises:
            WireError: As `send` would.
        """
        async with self._turn:
            client = await _within(self._before, Step.CONNECT, self._ready)
            try:
                await _within(self._before, Step.SENDER, lambda: _name_sender(client, sender))
            finally:
                await _quit(client)

    async def close(self) -> None:
        """Say goodbye, if there is a connection."""
        async with self._turn:
            kept, self._kept = self._kept, None
            if kept is not None:
                await _quit(kept.client)

    async def _ready(self) -> SMTP:
        """A connection on which a message can begin: the kept one if it still answers, else a new one."""
        kept, self._kept = self._kept, None
        if kept is not None:
            if monotonic() - kept.since < IDLE and await _forgets(kept.client):
                return kept.client
            kept.client.close()
        return await _open(self._server, self._name)

    async def _begin(self, sender: str, recipient: str, message: bytes) -> SMTP:
        """All but the end of the data, with the turn taken; waiting for it counts as well."""
        await self._turn.acquire()
        try:
            client = await self._ready()
            try:
                await _transfer(client, sender, recipient, message)
            except BaseException as error:
                await self._part(client, error)
                raise
        except BaseException:
            self._turn.release()
            raise
        return client

    async def _part(self, client: SMTP, error: BaseException) -> None:
        """A refused message leaves a connection of use, once the server forgets what it was told of it."""
        if isinstance(error, RefusedError) and await _forgets(client):
            self._kept = _Kept(client, monotonic())
        else:
            client.close()


async def _open(server: MailServer, name: str) -> SMTP:
    """Connected, encrypted as the settings ask, and logged in."""
    context = await asyncio.to_thread(_trusting, server.authorities)
    direct = server.encryption is Encryption.TLS
    client = SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=name,
        use_tls=direct,
        start_tls=False,
        tls_context=context,
        timeout=None,
    )
    try:
        with _told(Step.CONNECT):
            await client.connect()
            await client.ehlo()
        if not direct:
            await _encrypt(client, server, context)
        if server.user is not None:
            await _log_in(client, server.user, server.password or "")
    except BaseException:
        client.close()
        raise
    return client


def _trusting(authorities: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authorities)
    except OSError:
        raise UntrustedError(Step.ENCRYPT, "the file that `ca` of SMTP_URL names holds no certificates") from None


async def _encrypt(client: SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    offered = client.supports_extension("starttls")
    if server.encryption is Encryption.STARTTLS and not offered:
        raise UntrustedError(Step.ENCRYPT, "the server does not offer STARTTLS")
    if offered and server.encryption is not Encryption.NONE:
        with _told(Step.ENCRYPT):
            await client.starttls(tls_context=context)
            await client.ehlo()


async def _log_in(client: SMTP, user: str, password: str) -> None:
    if not client.supported_auth_methods:
        raise UntrustedError(Step.LOGIN, "the server offers no way to log in that I know")
    with _told(Step.LOGIN):
        await client.login(user, password)


async def _transfer(client: SMTP, sender: str, recipient: str, message: bytes) -> None:
    """All but the end of the data."""
    await _name_sender(client, sender, len(message))
    with _told(Step.RECIPIENT):
        await client.rcpt(recipient)
    with _told(Step.DATA):
        answer = await client.execute_command(b"DATA")
        if answer.code != 354:
            raise SMTPResponseException(answer.code, answer.message)
        stuffed = _LINE_BEGINS_WITH_PERIOD.sub(b"..", message)
        for start in range(0, len(stuffed), CHUNK):
            await _write(client, stuffed[start : start + CHUNK])


async def _name_sender(client: SMTP, sender: str, size: int = 0) -> None:
    """With its size where the server wants to know, so that it can refuse early: RFC 1870."""
    options = [f"SIZE={size}"] if size and client.supports_extension("size") else []
    with _told(Step.SENDER):
        await client.mail(sender, options=options)


async def _write(client: SMTP, piece: bytes) -> None:
    """Returns once the operating system has it, so that a broken connection is seen before the end is written."""
    protocol = client.protocol
    if protocol is None:
        raise BrokenError(Step.DATA, _words(Step.DATA))
    protocol.write(piece)
    while protocol.transport is not None:
        if not cast("asyncio.WriteTransport", protocol.transport).get_write_buffer_size():
            return
        await asyncio.sleep(0.005)


async def _end(client: SMTP) -> str:
    """The end of the data, and the server's word on it."""
    if not client.is_connected:
        raise BrokenError(Step.DATA, _words(Step.DATA))
    with _told(Step.END):
        answer = await client.execute_command(b".")
        if answer.code != 250:
            raise SMTPResponseException(answer.code, answer.message)
    return answer.message


async def _forgets(client: SMTP) -> bool:
    """Whether the server still answers, and begins anew."""
    try:
        async with asyncio.timeout(3):
            return client.is_connected and (await client.rset()).code == 250
    except (SMTPException, OSError):
        return False


async def _quit(client: SMTP) -> None:
    try:
        async with asyncio.timeout(3):
            await client.quit()
    except (SMTPException, OSError):
        pass
    finally:
        client.close()


async def _within(seconds: float, step: Step, work: Callable[[], Awaitable[T]]) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await work()
    except TimeoutError:
        raise BrokenError(step, f"no answer within {seconds:.0f} s") from None


@contextmanager
def _told(step: Step) -> Iterator[None]:
    """The library's and the system's errors as ours."""
    try:
        yield
    except SMTPResponseException as error:
        if 400 <= error.code < 600:
            raise RefusedError(step, error.code, error.message) from None
        raise BrokenError(step, "the server's answer means nothing") from None
    except (SMTPException, OSError) as error:
        why = _distrust(error) or (_distrust(error.__cause__) if error.__cause__ else "")
        if why:
            raise UntrustedError(step, why) from None
        raise BrokenError(step, _words(step)) from None


def _distrust(error: BaseException) -> str:
    """Why the way cannot be made private; empty where that is not it."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not to be trusted: {error.verify_message}"
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return ""
        case ssl.SSLError():
            return "it does not speak TLS as we do there; smtp:// with starttls=1, or smtps://, may be meant"
        case _:
            return ""


def _words(step: Step) -> str:
    return "the server could not be reached" if step is Step.CONNECT else "the connection broke"
