"""What is left of a deleted channel is for who set its digest up and for who manages the server."""

import pytest

from adapters.discord.checking import for_reader
from adapters.discord.deleted import with_deleted
from adapters.discord.permissions import MANAGE_SERVER, VIEW_CHANNEL, Asked, Place, permit
from bot.buttons import Button, Effect
from bot.commands import all_commands
from bot.errors import UserError
from bot.models import CHANNEL_DELETED, ChannelKey, Person, Subscription
from bot.views import ChannelLine, ChannelList
from tests.builders import make_subscription

GONE = ChannelKey("discord", "900", "999")
ADA, BOB = Person(id="77", name="Ada"), Person(id="78", name="Bob")


def asked(caller: Person, bits: int = VIEW_CHANNEL, workspace: str = "900") -> Asked:
    here = Place(name="ml", thread=False, caller=bits, bot=VIEW_CHANNEL)
    there = ChannelKey("discord", workspace, "901")
    return Asked(id="1", caller=caller, channel=there, here=here, place={"901": here}.get)


async def allowed(who: Asked, path: str, because: str | None = CHANNEL_DELETED, *, by_discord: bool = True) -> bool:
    command = next(one for one in all_commands() if one.path == path)
    raw = {"channel": str(GONE)}

    async def known(channel: ChannelKey) -> Subscription | None:
        return make_subscription(GONE, set_up_by=ADA, paused_because=because) if channel == GONE else None

    try:
        permit(await with_deleted(who, command, raw, known), command, raw, by_discord=by_discord)
    except UserError as error:
        assert error.code in {"bad_channel", "not_allowed"}  # noqa: PT017 - what it says otherwise is no refusal
        return False
    return True


@pytest.mark.parametrize("path", ["digest status", "digest history", "digest unsubscribe"])
async def test_who_set_it_up_and_who_manages_may_look_and_end_it(path: str) -> None:
    assert await allowed(asked(ADA), path)
    assert await allowed(asked(BOB, VIEW_CHANNEL | MANAGE_SERVER), path)
    assert not await allowed(asked(BOB), path)


async def test_nothing_else_can_be_done_and_a_button_asks_for_manage_server() -> None:
    assert not await allowed(asked(ADA), "digest schedule")
    assert not await allowed(asked(ADA), "digest unsubscribe", by_discord=False)


@pytest.mark.parametrize("because", [None, "its channel was archived"])
async def test_a_channel_that_only_nobody_here_knows_stays_hidden(because: str | None) -> None:
    assert not await allowed(asked(ADA), "digest status", because)


def test_a_list_shows_deleted_channels_to_those_who_manage_the_server_with_their_buttons() -> None:
    line = ChannelLine(str(GONE), "stopped", CHANNEL_DELETED, None, ADA.id)
    end = Button("End 999", f"digest unsubscribe channel:{GONE}", Effect.ANSWER)
    view = ChannelList(title="Digests", channels=(line,), buttons=(end,))
    assert for_reader(view, lambda _: None, manages=True) is view
    hidden = for_reader(view, lambda _: None)
    assert isinstance(hidden, ChannelList)
    assert (hidden.channels, hidden.buttons) == ((), ())
    assert hidden.title == "Digests (1 more in a channel that you cannot see)"
