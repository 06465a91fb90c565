"""Answers to one interaction, by the token that came with it: good for 15 minutes, for this interaction only.

https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from adapters.discord.layout import EPHEMERAL, SUPPRESS_NOTIFICATIONS, plain_message
from adapters.discord.outcomes import outcome_of
from adapters.discord.rest import CallError, HeldError, NoAnswerError, NotReachedError, RefusedError, Rest
from bot.models import Outcome
from bot.ports import Payload

THINKING, UPDATING, CHOICES, MODAL = 5, 6, 8, 9
"""Kinds of acknowledgement: "thinking…", nothing visible under a button, what an option may be, and a form.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object
"""
FOLLOW_UPS = 5
"""https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages."""
NO_MORE = (
    "{count} more messages belong to this answer. Discord lets me post five where I am no member: "
    "add me to the server, or ask me in a direct message."
)
UNKNOWN_WEBHOOK = 10015
ATTEMPTS = 3
PAUSE = 1.0
"""Seconds before another attempt, where Discord names none."""
LONGEST_PAUSE = 30.0
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = f"{WEBHOOK}/messages/@original"


class Reply:
    """What the one who asked sees: a first answer that may be edited, and more messages after it."""

    _left: int | None = None
    """How many more messages Discord takes; None: it does not count them."""

    def __init__(
        self,
        rest: Rest,
        application: str,
        interaction: str,
        token: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        guest: bool = False,
    ) -> None:
        """`guest`: the one who asks brought the app along to where it is no member."""
        self._rest = rest
        self._interaction = {"interaction_id": interaction, "interaction_token": token}
        self._webhook = {"webhook_id": application, "webhook_token": token}
        self._sleep = sleep
        if guest:
            self._left = FOLLOW_UPS
        self.answered = False
        """Whether Discord has its first answer, which it waits for three seconds."""
        self._thinking = False
        """Whether nothing but "thinking…" is shown."""
        self._turn = asyncio.Lock()

    async def acknowledge(self, *, thinking: bool) -> None:
        """Within three seconds: the answer comes later. What thinking becomes is for the one who asked alone.

        Raises:
            CallError: Too late, or somebody else did.
        """
        body: Payload = {"type": THINKING, "data": {"flags": EPHEMERAL}} if thinking else {"type": UPDATING}
        try:
            await self._acknowledge(body)
        except NoAnswerError:
            if not await self._acknowledged():
                await self._acknowledge(body)
        self.answered, self._thinking = True, thinking

    async def open(self, modal: Payload) -> None:
        """Show a form, which Discord takes only in place of an acknowledgement.

        Raises:
            CallError: Too late, refused, or it may not be there.
        """
        await self._acknowledge({"type": MODAL, "data": modal})

    async def offer(self, choices: Sequence[Payload]) -> None:
        """Say what may stand in the option that is being typed.

        Raises:
            CallError: Too late, or refused.
        """
        await self._acknowledge({"type": CHOICES, "data": {"choices": list(choices)}})

    async def edit(self, payload: Payload) -> None:
        """Show it in place of "thinking…", or of the message that held the pressed button.

        Raises:
            CallError: It is not there.
        """
        async with self._begun():
            await self._call("PATCH", ORIGINAL, self._webhook, payload, again=True)

    async def excuse(self, payload: Payload) -> None:
        """In place of "thinking…" if that still stands there; an answer that comes all the same stands after it.

        Raises:
            CallError: It is not there.
        """
        async with self._turn:
            if self._thinking:
                self._thinking = False
                await self._rest.call("PATCH", ORIGINAL, self._webhook, payload, counted=False)

    async def original(self) -> Payload:
        """The message that held the pressed button, as it stands now.

        Raises:
            CallError: It could not be read.
        """
        message: Payload = await self._call("GET", ORIGINAL, self._webhook, None, again=True)
        return message

    def fitting(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Those that may still be posted; the last of them says so where some may not."""
        if self._left is None or len(payloads) <= self._left:
            return list(payloads)
        kept = payloads[: max(0, self._left - 1)]
        return [*kept, plain_message(NO_MORE.format(count=len(payloads) - len(kept)))] if self._left else []

    async def post(self, payload: Payload, *, private: bool) -> None:
        """One more message: for the one who asked, or silently for the whole channel.

        Raises:
            CallError: It is not surely there.
        """
        flags = payload.get("flags")
        extra = EPHEMERAL if private else SUPPRESS_NOTIFICATIONS
        body = {**payload, "flags": (flags if isinstance(flags, int) else 0) | extra}
        async with self._begun():
            await self._call("POST", WEBHOOK, self._webhook, body)
        if self._left is not None:
            self._left -= 1

    async def drop(self) -> None:
        """Take the first answer away.

        Raises:
            CallError: It may still be there.
        """
        async with self._begun():
            await self._call("DELETE", ORIGINAL, self._webhook, None)

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[None]:
        """The answer comes; an excuse that is on its way goes first, so that it cannot take the answer's place."""
        self._thinking = False
        async with self._turn:
            yield

    async def _acknowledge(self, body: Payload) -> None:
        await self._call("POST", CALLBACK, self._interaction, body)
        self.answered = True

    async def _acknowledged(self) -> bool:
        """Asked where the answer to an acknowledgement was lost: a second one would be refused."""
        try:
            await self._rest.call("GET", ORIGINAL, self._webhook, counted=False)
        except RefusedError as refusal:
            return refusal.code != UNKNOWN_WEBHOOK
        return True

    async def _call(
        self, method: str, route: str, parameters: Mapping[str, str], body: object, *, again: bool = False
    ) -> Any:
        """`again`: carried out twice, it changes nothing."""
        for attempt in range(ATTEMPTS):
            try:
                return await self._rest.call(method, route, parameters, body, counted=False)
            except CallError as failure:
                pause = _named(failure) or PAUSE * 2**attempt
                if attempt == ATTEMPTS - 1 or pause > LONGEST_PAUSE or not _may_go_again(failure, harmless=again):
                    raise
                await self._sleep(pause)
        return None


def _named(failure: CallError) -> float | None:
    """The wait that Discord asks for. Where it names none, people do not wait for a minute."""
    return failure.retry_after if isinstance(failure, RefusedError | HeldError) else None


def _may_go_again(failure: CallError, *, harmless: bool) -> bool:
    """What did not leave may, and what Discord put off; what may have been carried out only where that is harmless."""
    if isinstance(failure, NotReachedError | HeldError):
        return True
    outcome = outcome_of(failure).outcome
    return outcome is Outcome.LIMITED or (harmless and outcome is Outcome.UNKNOWN)
