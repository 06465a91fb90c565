"""What a claimed delivery says: its digest, chosen now, as messages of its platform."""

from collections.abc import Awaitable, Callable, Mapping

from bot.delivery.mishaps import our_fault
from bot.delivery.verdict import ENDED
from bot.models import Delivery, Outcome
from bot.ports import Payload, Platform
from bot.views import DigestPost

Compose = Callable[[Delivery], Awaitable[DigestPost | None]]
"""The digest of a claimed delivery, chosen now; None if its channel has no digest any more."""
Drawn = tuple[list[str], list[Payload], Payload]
"""Ids of papers, messages, and what to say if their form is refused."""


class Drawing:
    """Has a digest composed, and draws it."""

    def __init__(self, platforms: Mapping[str, Platform], compose: Compose) -> None:
        self._platforms = platforms
        self._compose = compose

    async def drawn(self, delivery: Delivery) -> Drawn | str:
        """What the digest holds and its messages, or why there are none. It takes the processor for milliseconds.

        Raises:
            SendError: It could not be chosen or drawn.
        """
        post = await self._composed(delivery)
        if post is None:
            return ENDED
        if not post.digest.papers and not post.digest.even_empty:
            return post.digest.quiet_because or "nothing new matched"
        payloads, fallback = self._rendered(post, delivery)
        return [ranked.paper.id for ranked in post.digest.papers], payloads, fallback

    async def _composed(self, delivery: Delivery) -> DigestPost | None:
        try:
            return await self._compose(delivery)
        except Exception as error:
            raise our_fault(error, Outcome.NOT_SENT, "the digest could not be chosen", delivery) from error

    def _rendered(self, post: DigestPost, delivery: Delivery) -> tuple[list[Payload], Payload]:
        platform = self._platforms[delivery.channel.platform]
        try:
            return platform.render(post), platform.fallback(post)
        except Exception as error:
            raise our_fault(error, Outcome.NOT_SENT, "the digest could not be drawn", delivery) from error
