"""What Slack shows of an answer, where, and to whom."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.asked import Asked, Pressed
from adapters.slack.conversation import Conversation, Parse, Saying, sayings
from bot.buttons import Button, Effect
from bot.commands import Answer, grammar
from bot.config import Settings
from bot.models import ChannelKey, Person
from bot.service import Service
from bot.views import CardList, Notice, Tone
from tests.adapters.examples import EXAMPLES
from tests.adapters.slack.commands import NO_SERVICE, parse
from tests.adapters.slack.session import FakeSession
from tests.service import make_desk

HERE = ChannelKey("slack", "T1", "C1")
LIST = EXAMPLES["list"]
LINE = Notice(tone=Tone.INFO, text="This channel now gets a digest, set up by ada.")


def asked(effect: Effect | None = None, *, private: bool = True, channel: ChannelKey = HERE) -> Asked:
    return Asked(
        text="trending",
        caller=Person(id="U1", name="ada"),
        channel=channel,
        response_url="https://hooks.slack.com/x",
        effect=effect,
        private=private,
    )


def test_an_answer_is_private_unless_its_command_says_otherwise() -> None:
    assert sayings(Answer(LIST), asked()) == [Saying(view=LIST)]
    assert sayings(Answer(LIST, public=True), asked()) == [Saying(view=LIST, public=True)]


def test_turning_a_page_replaces_the_message_and_keeps_who_sees_it() -> None:
    assert sayings(Answer(LIST), asked(Effect.REPLACE)) == [Saying(view=LIST, replace=True)]
    public = sayings(Answer(LIST), asked(Effect.REPLACE, private=False))
    assert public == [Saying(view=LIST, public=True, replace=True)]


def test_sharing_says_who_did_and_leaves_out_the_buttons_for_one() -> None:
    (saying,) = sayings(Answer(LIST), asked(Effect.PUBLISH))
    assert saying.public
    assert not saying.replace
    assert saying.closing == "Shared by @ada"
    assert isinstance(saying.view, CardList)
    assert saying.view.buttons == ()
    (detail,) = sayings(Answer(EXAMPLES["detail"]), asked(Effect.PUBLISH))
    assert [button.label for button in getattr(detail.view, "buttons", ())] == ["Why?"]


def test_a_count_shows_in_the_labels_alone_where_it_can() -> None:
    counted = Answer(EXAMPLES["notice"], relabelled=(Button("👍 2", "vote 1 up", Effect.COUNT),))
    message = Pressed(channel="C1", timestamp="1.2", text="", blocks=({"type": "divider"},))
    assert sayings(counted, replace(asked(Effect.COUNT), message=message)) == []
    unknown = replace(message, blocks=())
    assert sayings(counted, replace(asked(Effect.COUNT), message=unknown)) == [Saying(view=EXAMPLES["notice"])]
    assert sayings(Answer(EXAMPLES["notice"]), asked(Effect.COUNT)) == [Saying(view=EXAMPLES["notice"])]


def test_another_question_is_answered_in_private_beside_the_message() -> None:
    assert sayings(Answer(LIST, public=True), asked(Effect.ANSWER, private=False)) == [Saying(view=LIST)]


def test_what_cannot_have_buttons_is_shared_as_it_is() -> None:
    (saying,) = sayings(Answer(EXAMPLES["help"]), asked(Effect.PUBLISH))
    assert saying.view == EXAMPLES["help"]


def test_an_error_is_told_to_the_caller_beside_what_was_there() -> None:
    for effect in (None, *Effect):
        assert sayings(Answer(EXAMPLES["error"], public=True), asked(effect)) == [Saying(view=EXAMPLES["error"])]


def test_a_change_is_announced_where_it_was_made() -> None:
    done = Answer(EXAMPLES["notice"], announcement=LINE)
    assert sayings(done, asked())[1:] == [Saying(view=LINE, public=True, tells=HERE)]
    same = Answer(EXAMPLES["notice"], announcement=LINE, announce_in=HERE)
    assert sayings(same, asked())[1:] == [Saying(view=LINE, public=True, tells=HERE)]


def test_a_change_of_another_channel_is_announced_there() -> None:
    there = ChannelKey("slack", "T1", "C2")
    done = Answer(EXAMPLES["notice"], announcement=LINE, announce_in=there)
    assert sayings(done, asked())[1:] == [Saying(view=LINE, public=True, channel=there, tells=there)]


def test_a_change_of_ones_own_direct_message_is_announced_to_nobody() -> None:
    mine = ChannelKey("slack", "T1", "U1")
    assert len(sayings(Answer(EXAMPLES["notice"], announcement=LINE), asked(channel=mine))) == 1


class FakeClient:
    """Tells that everybody is a member of T1, or refuses; cannot post."""

    def __init__(self, *, tells: bool = True) -> None:
        self._tells = tells
        self.posted: list[str] = []
        self.told: list[tuple[str, str]] = []

    async def users_info(self, *, user: str) -> dict[str, object]:
        if not self._tells:
            raise TimeoutError
        return {"user": {"id": user, "team_id": "T1", "tz": "Europe/Berlin"}}

    async def conversations_members(self, *, channel: str, limit: int, cursor: str) -> dict[str, object]:
        """On two pages; nobody is in C9, and there is no C8."""
        if channel == "C8":
            response = SimpleNamespace(status_code=200, data={"ok": False, "error": "channel_not_found"}, headers={})
            raise cast("type[Any]", SlackApiError)("refused", response)
        if not self._tells:
            raise TimeoutError
        pages = {"": ("two", ["U7", "U8"]), "two": ("", [] if channel == "C9" else ["U1"])}
        following, members = pages[cursor]
        return {"members": members[:limit], "response_metadata": {"next_cursor": following}}

    async def chat_postEphemeral(self, *, channel: str, user: str, text: str, blocks: object) -> None:  # noqa: ARG002, N802  # slack_sdk's names
        self.told.append((f"{channel}:{user}", text))

    async def chat_postMessage(self, *, channel: str, **_: object) -> None:  # noqa: N802  # slack_sdk's name
        self.posted.append(channel)
        response = SimpleNamespace(status_code=200, data={"ok": False, "error": "not_in_channel"}, headers={})
        raise cast("type[Any]", SlackApiError)("refused", response)


def conversation(
    session: FakeSession, client: FakeClient | None = None, reader: Parse = parse, service: Service = NO_SERVICE
) -> Conversation:
    settings = Settings(_env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own option
    return Conversation(
        settings,
        service,
        cast("aiohttp.ClientSession", session),
        lambda _: cast("AsyncWebClient", client or FakeClient()),
        parse=reader,
        pause=session.pause,
    )


def question(text: str) -> Asked:
    return Asked(text=text, caller=Person(id="U1", name="ada"), channel=HERE, response_url="https://hooks.slack.com/x")


async def test_a_question_is_answered_once_and_in_private() -> None:
    session = FakeSession((200, "ok"))
    await conversation(session).answer(question("echo hello"))
    (said,) = session.posted
    assert said["response_type"] == "ephemeral"
    assert "said hello" in said["text"]


async def test_a_fault_of_our_own_is_told_with_a_reference_and_without_its_detail() -> None:
    def unreadable(_: str) -> Any:
        raise RuntimeError("secret detail")

    session = FakeSession((200, "ok"))
    await conversation(session, reader=unreadable).answer(question("trending"))
    (said,) = session.posted
    assert "the fault is ours" in said["text"]
    assert "Reference" in said["text"]
    assert "secret detail" not in str(said)


async def test_a_change_stands_even_if_its_line_cannot_be_posted_elsewhere() -> None:
    session, client = FakeSession((200, "ok"), (200, "ok")), FakeClient()
    await conversation(session, client).answer(question("digest subscribe channel:C000002"))
    assert client.posted == ["C000002"]
    said, doubt = session.posted
    assert "Europe/Berlin" in said["text"]
    assert "not sure that the channel was told" in doubt["text"]


@pytest.mark.parametrize("error", ["expired_url", "used_url"])
async def test_where_the_address_takes_no_more_the_answer_and_the_line_go_another_way(error: str) -> None:
    refusal = (404, json.dumps({"ok": False, "error": error}))
    session, client = FakeSession(refusal, refusal, refusal), FakeClient()
    await conversation(session, client).answer(question("digest subscribe"))
    told, doubt = client.told
    assert "not sure that the channel was told" in doubt[1]
    assert told[0] == f"{HERE.channel}:U1"
    assert "Europe/Berlin" in told[1]
    assert client.posted == [HERE.channel]


@pytest.mark.parametrize("channel", ["C8", "C9"])
async def test_a_channel_that_is_not_there_and_one_that_is_not_for_me_sound_alike(channel: str) -> None:
    session, client = FakeSession((200, "ok")), FakeClient()
    await conversation(session, client).answer(question(f"digest subscribe channel:slack:T1:{channel}"))
    (said,) = session.posted
    assert said["text"].startswith("I can only do that for a channel in which you are, and in which I can see that.")
    assert channel not in said["text"]
    assert client.posted == []


async def test_while_slack_does_not_tell_who_is_in_a_channel_nothing_is_done_there() -> None:
    session = FakeSession((200, "ok"))
    asking = question("digest status channel:slack:T1:C2")
    desk = make_desk()
    await conversation(session, FakeClient(tells=False), grammar.parse, desk.service).answer(asking)
    (said,) = session.posted
    assert "I did nothing" in said["text"]


@pytest.mark.parametrize(("tells", "zone"), [(True, "Europe/Berlin"), (False, "UTC")])
async def test_ones_own_digest_comes_in_ones_own_zone_where_slack_tells_it(tells: bool, zone: str) -> None:
    session, desk = FakeSession((200, "ok")), make_desk()
    talk = conversation(session, FakeClient(tells=tells), grammar.parse, desk.service)
    await talk.answer(question("subscribe"))
    (said,) = session.posted
    assert zone in said["text"]


async def test_nobody_configures_while_slack_does_not_tell_who_they_are() -> None:
    session = FakeSession((200, "ok"))
    await conversation(session, FakeClient(tells=False)).answer(question("digest subscribe"))
    (said,) = session.posted
    assert "I changed nothing" in said["text"]


async def test_plain_text_is_the_last_word_on_a_view() -> None:
    session = FakeSession((400, json.dumps({"ok": False, "error": "invalid_blocks"})), (200, "ok"))
    await conversation(session).answer(question("trending"))
    assert ["blocks" in said for said in session.posted] == [True, False]


async def test_an_old_button_says_what_to_type() -> None:
    session = FakeSession((200, "ok"))
    await conversation(session).old_button("https://hooks.slack.com/x")
    assert "/papers help" in session.posted[0]["text"]


async def test_only_an_admin_links_the_whole_team() -> None:
    session = FakeSession((200, "ok"))
    await conversation(session, FakeClient(), grammar.parse).answer(question("digest link"))
    (said,) = session.posted
    assert "Only admins" in said["text"]
