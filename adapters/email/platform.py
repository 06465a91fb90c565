"""The way out by e-mail: each digest handed once to the mail server of SMTP_URL."""

from collections.abc import Mapping

from adapters.email.failures import RefusedError, Step, WireError
from adapters.email.letters import sheet_of
from adapters.email.message import Envelope, message
from adapters.email.outcomes import outcome_of
from adapters.email.render import fallback, message_of, render
from adapters.email.wire import Wire
from bot.clock import Clock, SystemClock
from bot.mail_server import normal_address
from bot.mailing import Links, Purpose
from bot.mailing.settings import MailSettings
from bot.models import ChannelKey, Outcome
from bot.ports import Letter, Payload, SendError, SentMessage
from bot.views import View


class EmailPlatform:
    """A Platform for digests and a Post for letters.

    Not idempotent: a mailbox may drop a second message with the same Message-ID, and RFC 5321 lets none count on it.
    """

    name = "email"
    idempotent = False

    def __init__(
        self, settings: MailSettings, links: Links, *, clock: Clock | None = None, wire: Wire | None = None
    ) -> None:
        """`clock` is real time. Letters have a connection of their own: somebody waits for them."""
        self.links = links
        self._settings = settings
        self._clock = clock or SystemClock()
        self._wire = wire or Wire(settings.server, settings.sender.domain)
        self._wire_of_letters = wire or Wire(settings.server, settings.sender.domain)
        self._proven = False

    def render(self, view: View) -> list[Payload]:
        return render(view, self._settings.site)

    def fallback(self, view: View) -> Payload:
        return fallback(view, self._settings.site)

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        """Send one digest; `key` becomes its Message-ID."""
        try:
            address = normal_address(channel.channel)
        except ValueError as error:
            raise SendError(Outcome.DEAD_CHANNEL, f"The address {error}.") from None
        links = await self._links_of(address)
        envelope = self._envelope(address, key, links)
        await self._hand_over(self._wire, envelope, payload)
        return SentMessage(envelope.message_id)

    async def post(self, letter: Letter, key: str) -> None:
        """Send one letter: no list, so nothing to unsubscribe from."""
        envelope = self._envelope(letter.address, key, {})
        await self._hand_over(self._wire_of_letters, envelope, message_of(sheet_of(letter), self._settings.site))

    async def check(self) -> None:
        """Connect, log in, name the sender; sends nothing.

        Raises:
            WireError: What the server did not like.
        """
        await self._wire.check(self._settings.sender.address)

    async def close(self) -> None:
        await self._wire.close()
        await self._wire_of_letters.close()

    async def _hand_over(self, wire: Wire, envelope: Envelope, payload: Payload) -> None:
        content = message(payload, envelope)
        sender = await self._return_path(envelope.recipient)
        try:
            await wire.send(sender, envelope.recipient, content)
        except WireError as error:
            self._proven |= isinstance(error, RefusedError) and error.step in {Step.DATA, Step.END}
            raise outcome_of(error, proven=self._proven) from None
        self._proven = True

    def _envelope(self, address: str, key: str, links: Mapping[str, str]) -> Envelope:
        return Envelope(
            sender=self._settings.sender,
            recipient=address,
            key=key,
            at=self._clock.now(),
            links=links,
            unsubscribe=links.get(Purpose.UNSUBSCRIBE, ""),
        )

    async def _links_of(self, address: str) -> dict[str, str]:
        """The recipient's own; they are made as late as this, so that the ledger holds none."""
        purposes = (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES)
        return {str(purpose): await self.links.seal(purpose, {"a": address}) for purpose in purposes}

    async def _return_path(self, address: str) -> str:
        """Where it goes when it cannot be delivered: by its tag we know whose it was (VERP)."""
        returns = self._settings.returns
        if returns is None:
            return self._settings.sender.address
        local, _, domain = returns.rpartition("@")
        return f"{local}+{await self.links.tag(address)}@{domain}"
