"""A few commands for tests of the way in, and a reader of their texts; they need no service."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from bot import cards
from bot.buttons import Button, Effect
from bot.commands import Answer, Call, Command, Option
from bot.delivery.precedence import Precedence
from bot.errors import UsageError
from bot.models import ChannelKey
from bot.service import Service
from bot.service.announcing import Announcing
from bot.views import Notice, Tone
from tests.adapters.examples import EXAMPLES, RANKED
from tests.builders import make_digest
from tests.memory_store import MemoryStore


class NothingHalted:
    """Where there are no digests, none is stopped."""

    async def lift_workspace(self, *_: str) -> int:
        return 0


NO_SERVICE = cast(
    "Service",
    SimpleNamespace(precedence=Precedence(), halting=NothingHalted(), announcing=Announcing(MemoryStore(), {})),
)

GONE = Button("👎", "broken", Effect.COUNT)
PAGE: Option[str] = Option("page", "Which page", str, "1")
CHANNEL: Option[str] = Option("channel", "Which channel", str, "")


async def _list(_: Service, call: Call) -> Answer:
    del call
    return Answer(EXAMPLES["list"])


async def _agenda(_: Service, call: Call) -> Answer:
    return Answer(Notice(tone=Tone.INFO, text=f"Agenda for {call.caller.name}"), public=True)


async def _subscribe(_: Service, call: Call) -> Answer:
    where = ChannelKey("slack", call.channel.workspace, call[CHANNEL]) if call[CHANNEL] else None
    return Answer(
        Notice(tone=Tone.OK, text=f"Daily at 09:00, {call.zone}."),
        announcement=Notice(tone=Tone.INFO, text=f"This channel now gets a digest, set up by {call.caller.name}."),
        announce_in=where,
    )


async def _echo(_: Service, call: Call) -> Answer:
    return Answer(Notice(tone=Tone.INFO, text=f"{call.channel} said {call[PAGE]}"))


async def _vote(_: Service, call: Call) -> Answer:
    up = Button(f"👍 {1 + int(call[PAGE])}", f"vote page:{call[PAGE]}", Effect.COUNT)
    return Answer(Notice(tone=Tone.OK, text="Your vote counts."), relabelled=(up,))


async def _card(_: Service, call: Call) -> Answer:
    del call
    first = replace(cards.card(RANKED[0]), buttons=(Button("👍", "vote page:1", Effect.COUNT), GONE))
    view = cards.digest_post(make_digest(RANKED[0]), command="/papers")
    return Answer(replace(view, cards=(first,)), public=True)


async def _broken(_: Service, call: Call) -> Answer:
    raise RuntimeError(f"secret detail of {call.caller.id}")


COMMANDS = {
    command.path: command
    for command in (
        Command("trending", "A list", _list, (PAGE,)),
        Command("agenda", "For everybody", _agenda),
        Command("echo", "What was typed", _echo, (PAGE,)),
        Command("vote", "Counts", _vote, (PAGE,)),
        Command("card", "A paper to vote for", _card),
        Command("broken", "Fails", _broken),
        Command("subscribe", "Sets a digest up", _subscribe, (CHANNEL,), group="digest", configures=True),
    )
}


def parse(text: str) -> tuple[Command, dict[str, str]]:
    """`VERB [NAME:VALUE]…`, or `echo` and any text."""
    words = text.split()
    path = " ".join(words[: 2 if words[:1] == ["digest"] else 1])
    command: Command | None = COMMANDS.get(path)
    if command is None:
        raise UsageError("unknown_command", f"I didn't know `{path}`.", "Example: /papers trending")
    if path == "echo":
        return command, {"page": text.removeprefix("echo").strip()}
    raw: dict[str, Any] = dict(word.split(":", 1) for word in words if ":" in word)
    return command, raw
