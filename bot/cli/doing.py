"""How this process is doing, as /readyz and /metrics tell it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import structlog

from bot.running import Running
from bot.supervisor import State
from storage import migrations

if TYPE_CHECKING:
    from adapters.web.state import AdapterState, DatabaseState

log = structlog.get_logger(__name__)

_WORDS: Mapping[State, Literal["up", "starting", "waiting", "parked"]] = {
    State.STARTING: "starting",
    State.UP: "up",
    State.WAITING: "waiting",
    State.PARKED: "parked",
}


@dataclass(frozen=True)
class Doing:
    """An adapters.web.state.RunState."""

    running: Running
    database_url: str

    @property
    def draining(self) -> bool:
        return self.running.draining

    async def database(self) -> "DatabaseState":
        from adapters.web.state import DatabaseState  # noqa: PLC0415  # as in bot.__main__: the pages take long to load

        problem = await asyncio.to_thread(migrations.check, self.database_url)
        if problem is None:
            return DatabaseState(reachable=True, migrated=True)
        if problem.code in {"database_empty", "database_older", "database_newer"}:
            return DatabaseState(reachable=True, migrated=False, reason=problem.message)
        log.warning("the database cannot be opened", reason=problem.message)  # with its address, which is not for all
        return DatabaseState(reachable=False, migrated=False, reason="The database cannot be opened.")

    def adapters(self) -> "Sequence[AdapterState]":
        from adapters.web.state import AdapterState  # noqa: PLC0415  # the same

        return [AdapterState(one.adapter.name, _WORDS[one.now], one.reason or "") for one in self.running.adapters]
