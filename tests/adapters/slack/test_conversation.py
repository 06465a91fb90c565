"""What Slack shows of an answer, where, and to whom."""

from adapters.slack.asked import Asked
from adapters.slack.conversation import Saying, sayings
from bot.commands import Answer
from bot.models import ChannelKey, Person
from bot.views import CardList, Effect, Notice, Tone
from tests.adapters.examples import EXAMPLES

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


def test_what_cannot_have_buttons_is_shared_as_it_is() -> None:
    (saying,) = sayings(Answer(EXAMPLES["help"]), asked(Effect.PUBLISH))
    assert saying.view == EXAMPLES["help"]


def test_an_error_is_told_to_the_caller_beside_what_was_there() -> None:
    for effect in (None, *Effect):
        assert sayings(Answer(EXAMPLES["error"], public=True), asked(effect)) == [Saying(view=EXAMPLES["error"])]


def test_a_change_is_announced_where_it_was_made() -> None:
    done = Answer(EXAMPLES["notice"], announcement=LINE)
    assert sayings(done, asked())[1:] == [Saying(view=LINE, public=True)]
    same = Answer(EXAMPLES["notice"], announcement=LINE, announce_in=HERE)
    assert sayings(same, asked())[1:] == [Saying(view=LINE, public=True)]


def test_a_change_of_another_channel_is_announced_there() -> None:
    there = ChannelKey("slack", "T1", "C2")
    done = Answer(EXAMPLES["notice"], announcement=LINE, announce_in=there)
    assert sayings(done, asked())[1:] == [Saying(view=LINE, public=True, channel=there)]


def test_a_change_of_ones_own_direct_message_is_announced_to_nobody() -> None:
    mine = ChannelKey("slack", "T1", "U1")
    assert len(sayings(Answer(EXAMPLES["notice"], announcement=LINE), asked(channel=mine))) == 1
