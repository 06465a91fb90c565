"""Links that need no session: what they are for is sealed in them, and nobody else can seal it.

Encrypted and authenticated (Fernet: AES-CBC and HMAC-SHA256, compared in constant time), so that an address can be
read in no log of a proxy and in nobody's browser history. Each purpose has a key of its own, derived from the
installation's: a link for one purpose opens nothing else. https://cryptography.io/en/latest/fernet/
"""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.clock import Clock
from bot.errors import UserError
from bot.ports import KeyStore


class Purpose(StrEnum):
    """What a link is for; also the first part of its path."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"


LIFETIMES = {Purpose.CONFIRM: timedelta(hours=48), Purpose.PREFERENCES: timedelta(days=30)}
"""From when it is sent. Who unsubscribes may do so from an old mail too: that link never ends."""
LONGEST_TOKEN = 4096
_SKEW = timedelta(minutes=5)
"""The clocks of two machines may differ by so much."""


class LinkError(UserError):
    """A link that opens nothing. The same words for a forged one and a damaged one."""


class Links:
    """Seals and opens; `clock` is real time, which a virtual clock never touches."""

    def __init__(self, keys: KeyStore, site: str, clock: Clock) -> None:
        """`site` is the address of our pages from outside, without a slash at its end."""
        self._keys = keys
        self._clock = clock
        self.site = site

    async def seal(self, purpose: Purpose, content: Mapping[str, Any]) -> str:
        """The whole address of a link."""
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        token = (await self._fernet(purpose)).encrypt_at_time(text.encode(), int(self._clock.now().timestamp()))
        return f"{self.site}/{purpose}/{token.decode().rstrip('=')}"

    async def open(self, purpose: Purpose, token: str) -> dict[str, Any]:
        """What was sealed.

        Raises:
            LinkError: `bad_link`, or `expired_link`.
        """
        padded = token.encode("utf-8", "replace") + b"=" * (-len(token) % 4)
        try:
            if len(token) > LONGEST_TOKEN:
                raise InvalidToken  # noqa: TRY301 - one answer for all that is no link
            fernet = await self._fernet(purpose)
            text = fernet.decrypt(padded)
            sealed = fernet.extract_timestamp(padded)
        except InvalidToken:
            raise _bad_link() from None
        self._refuse_old(purpose, sealed)
        content: dict[str, Any] = json.loads(text)
        return content

    async def tag(self, address: str) -> str:
        """20 letters and digits that stand for an address and tell nobody what it is: for the returns of mail."""
        return await self._digest("returns", address)

    async def blind(self, text: str) -> str:
        """The same of anything that is counted."""
        return await self._digest("limits", text)

    async def _digest(self, purpose: str, text: str) -> str:
        digest = hmac.digest(await self._derived(purpose), text.encode("utf-8", "replace"), "sha256")
        return base64.b32encode(digest)[:20].decode().lower()

    def _refuse_old(self, purpose: Purpose, sealed: int) -> None:
        age = timedelta(seconds=self._clock.now().timestamp() - sealed)
        lifetime = LIFETIMES.get(purpose)
        if age < -_SKEW:
            raise _bad_link()
        if lifetime is not None and age > lifetime:
            raise LinkError("expired_link", "This link is too old.", "Ask for a new one at /subscribe.")

    async def _fernet(self, purpose: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(await self._derived(f"link {purpose}")))

    async def _derived(self, purpose: str) -> bytes:
        """A key for one purpose: https://www.rfc-editor.org/rfc/rfc5869."""
        info = f"broadsheet mail {purpose}".encode()
        return HKDF(SHA256(), 32, salt=None, info=info).derive(await self._keys.key())


def _bad_link() -> LinkError:
    message = "This link is not one of ours, or a part of it is missing."
    return LinkError("bad_link", message, "Open it once more from the mail.")
