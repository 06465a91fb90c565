"""Who may do what where, and what they read who may not."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from adapters.discord.permissions import (
    ADMINISTRATOR,
    EMBED_LINKS,
    MANAGE_SERVER,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    Asked,
    Forum,
    Place,
    permit,
    permit_sharing,
)
from bot.commands import Answer, Call, Command, Kind, Option
from bot.errors import UserError
from bot.models import ChannelKey, Person
from bot.service import Service
from bot.views import Notice, Tone

READ_WRITE = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS
THREADS = VIEW_CHANNEL | SEND_IN_THREADS | EMBED_LINKS
CHANNEL: Option[str | None] = Option("channel", "Which channel", lambda text: text, None, kind=Kind.CHANNEL)


async def run(_service: Service, _call: Call) -> Answer:
    return Answer(Notice(tone=Tone.OK, text="Done."))


SUBSCRIBE = Command("subscribe", "Start", run, (CHANNEL,), group="digest", configures=True)
UNSUBSCRIBE = Command("unsubscribe", "End", run, (CHANNEL,), group="digest", configures=True)
STATUS = Command("status", "Look", run, (CHANNEL,), group="digest")


def place(name: str = "ml", *, caller: int = READ_WRITE, bot: int | None = READ_WRITE, thread: bool = False) -> Place:
    return Place(name=name, thread=thread, caller=caller, bot=bot)


def asked(here: Place | None = None, others: Mapping[str, Place] | None = None, workspace: str = "900") -> Asked:
    return Asked(
        id="1",
        caller=Person(id="77", name="Ada"),
        channel=ChannelKey("discord", workspace, "901"),
        here=here or place(),
        place=(others or {}).get,
    )


def refusal(who: Asked, command: Command, *, by_discord: bool = True, **raw: str) -> UserError | None:
    try:
        permit(who, command, raw, by_discord=by_discord)
    except UserError as error:
        return error
    return None


def test_one_whom_discord_let_through_may_configure() -> None:
    """By Manage Server, or by what an administrator granted."""
    assert refusal(asked(), SUBSCRIBE) is None


@pytest.mark.parametrize("bits", [MANAGE_SERVER, ADMINISTRATOR])
def test_a_button_that_configures_works_for_managers(bits: int) -> None:
    assert refusal(asked(place(caller=bits)), SUBSCRIBE, by_discord=False) is None


def test_a_button_that_configures_is_refused_to_others_with_a_way_on() -> None:
    error = refusal(asked(), SUBSCRIBE, by_discord=False)
    assert error is not None
    assert error.code == "not_allowed"
    assert "Manage Server" in error.message
    assert "Integrations" in error.hint


def test_a_button_that_only_reads_works_for_everybody() -> None:
    assert refusal(asked(), STATUS, by_discord=False) is None


def test_everybody_configures_their_own_direct_messages() -> None:
    assert refusal(asked(place(caller=0, bot=EMBED_LINKS), workspace="@me"), SUBSCRIBE, by_discord=False) is None


@pytest.mark.parametrize(
    ("bot", "thread", "lacking"),
    [
        (VIEW_CHANNEL | EMBED_LINKS, False, "Send Messages"),
        (0, False, "View Channel, Send Messages and Embed Links"),
        (VIEW_CHANNEL | SEND_MESSAGES, False, "Embed Links"),
        (READ_WRITE, True, "Send Messages in Threads"),
    ],
)
def test_a_missing_permission_is_named_with_the_way_to_give_it(bot: int, thread: bool, lacking: str) -> None:
    error = refusal(asked(place(bot=bot, thread=thread)), SUBSCRIBE)
    assert error is not None
    assert error.message == f"I cannot post in #ml: I lack {lacking} there."
    assert f"allow {lacking}" in error.hint


@pytest.mark.parametrize("bot", [ADMINISTRATOR, None, THREADS])
def test_a_bot_that_may_or_of_which_nothing_is_known_is_let_through(bot: int | None) -> None:
    assert refusal(asked(place(bot=bot, thread=bot == THREADS)), SUBSCRIBE) is None


def test_a_forum_is_begun_with_one_permission_and_gone_on_with_another() -> None:
    error = refusal(asked(replace(place(), forum=Forum())), SUBSCRIBE)
    assert error is not None
    assert "I lack Send Messages in Threads there" in error.message
    assert refusal(asked(replace(place(bot=READ_WRITE | SEND_IN_THREADS), forum=Forum())), SUBSCRIBE) is None


def test_ending_a_digest_needs_no_permission_to_post() -> None:
    assert refusal(asked(place(bot=0)), UNSUBSCRIBE) is None


@pytest.mark.parametrize("named", ["<#902>", "902", "discord:900:902"])
def test_a_named_channel_is_the_one_that_counts(named: str) -> None:
    who = asked(place(bot=0), {"902": place("general")})
    assert refusal(who, SUBSCRIBE, channel=named) is None


@pytest.mark.parametrize("command", [SUBSCRIBE, STATUS])
@pytest.mark.parametrize("others", [{}, {"902": place("secret", caller=SEND_MESSAGES)}])
def test_a_channel_that_the_caller_cannot_see_is_not_named(command: Command, others: dict[str, Place]) -> None:
    error = refusal(asked(others=others), command, channel="<#902>")
    assert error is not None
    assert error.code == "bad_channel"
    assert "secret" not in error.message + error.hint


@pytest.mark.parametrize(
    ("here", "workspace", "allowed"),
    [
        (place(), "900", True),
        (place(caller=VIEW_CHANNEL), "900", False),
        (place(caller=READ_WRITE, thread=True), "900", False),
        (place(caller=SEND_IN_THREADS, thread=True), "900", True),
        (place(caller=0), "@me", True),
    ],
)
def test_only_who_may_write_in_a_channel_shares_there(here: Place, workspace: str, allowed: bool) -> None:
    who = asked(here, workspace=workspace)
    if allowed:
        permit_sharing(who)
    else:
        with pytest.raises(UserError, match="may not write"):
            permit_sharing(who)


SEND = Command("send", "Post", run, (CHANNEL,), group="digest", configures=True)


def test_in_a_direct_message_a_retry_may_name_a_channel_of_a_server_and_nothing_else_may() -> None:
    inbox = asked(workspace="@me")
    assert refusal(inbox, SEND, by_discord=False, channel="discord:900:901") is None
    refused = refusal(inbox, SUBSCRIBE, by_discord=False, channel="discord:900:901")
    assert refused is not None
    assert refused.code == "bad_channel"
    assert refusal(asked(), SEND, channel="discord:900:999") is not None, "a server's own buttons name what it has"
