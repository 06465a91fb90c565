"""Few answers at a time: what comes first is answered first, and an acknowledgement never waits behind all of them.

Two hundred answers begun at once are all ready at the end of all the work; one after the other, half of them are
ready at half of it, and the loop is free for what a platform gives three seconds.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from secrets import token_hex

from bot.commands import Answer, Call, Command
from bot.commands.dispatch import answer_options
from bot.commands.options import MORE
from bot.rounds import Rounds
from bot.service import Service

AT_ONCE = 6
"""With sixteen an acknowledgement took 980 ms at the 99th percentile, with six 185; the answers came no sooner."""
IN_A_ROUND = 1
"""Answers begun in one round of the event loop. A vote goes to its database and back in eight rounds: with six answers
of 5 ms in each it took a quarter of a second."""


class Turns:
    """Of one way in."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._free = asyncio.Semaphore(AT_ONCE)
        self._rounds = Rounds(IN_A_ROUND)

    async def answer(self, command: Command, raw: Mapping[str, str], call: Call) -> Answer:
        """As `answer_options`; what waits for somebody else's server takes nobody's turn.

        What the command changes is owed to its channels until the way in has told them.
        """
        if not command.configures:
            return await self._answer(command, raw, call)
        asking = call.caller.asking or token_hex(12)  # the platform's own name for it, if there is one
        answer = await self._answer(command, raw, replace(call, caller=replace(call.caller, asking=asking)))
        return replace(answer, asking=asking)

    async def _answer(self, command: Command, raw: Mapping[str, str], call: Call) -> Answer:
        if command.posts or MORE.name in raw:
            return await answer_options(self._service, command, raw, call)
        async with self._free:
            await self._rounds.turn()
            return await answer_options(self._service, command, raw, call)
