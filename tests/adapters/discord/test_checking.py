"""Answers tell what Discord knows of their place, and name no channel that their reader may not see."""

from typing import cast

import pytest

from adapters.discord.checking import for_reader, tag_needed, with_checks
from adapters.discord.permissions import EMBED_LINKS, SEND_IN_THREADS, SEND_MESSAGES, VIEW_CHANNEL, Forum, Place
from bot.views import ChannelLine, ChannelList, Notice, Status, Tone
from tests.adapters.discord.views import VIEWS

ALL = VIEW_CHANNEL | SEND_MESSAGES | SEND_IN_THREADS | EMBED_LINKS
STATUS = cast("Status", VIEWS["status"])
SAVED = Notice(tone=Tone.OK, text="Saved.")
ASKING = Forum(asks_for_tag=True, tags=("papers", "off topic"))


def place(bot: int | None = ALL, forum: Forum | None = None, caller: int = ALL) -> Place:
    return Place(name="ml", thread=False, caller=caller, bot=bot, forum=forum)


def checks(where: Place, *tags: str) -> list[tuple[str, bool, str]]:
    view = with_checks(STATUS, where, tags)
    assert isinstance(view, Status)
    return [(one.name, one.ok, one.message) for one in view.checks[len(STATUS.checks) :]]


def test_the_status_says_whether_the_bot_may_post() -> None:
    assert checks(place()) == [("permissions", True, "I may post in #ml")]
    assert checks(place(VIEW_CHANNEL)) == [("permissions", False, "I lack Send Messages and Embed Links in #ml")]
    assert checks(place(None)) == []


def test_the_status_says_which_tag_a_forum_still_needs() -> None:
    _, (name, ok, message) = checks(place(forum=ASKING))
    assert (name, ok) == ("tag", False)
    assert "“papers”, “off topic”" in message
    assert len(checks(place(forum=ASKING), "PAPERS")) == 1


def test_one_who_sets_a_digest_up_in_such_a_forum_is_told() -> None:
    told = with_checks(SAVED, place(forum=ASKING), ())
    assert isinstance(told, Notice)
    assert "format tags:papers" in told.fields[-1].text
    assert with_checks(SAVED, place(forum=Forum(tags=("papers",))), ()) == SAVED
    assert with_checks(SAVED, place(), ()) == SAVED


def test_tags_that_a_forum_does_not_offer_are_named() -> None:
    told = with_checks(SAVED, place(forum=ASKING), ("papers", "typo"))
    assert isinstance(told, Notice)
    assert told.fields[-1].text == "The forum has no “typo” that I may give. It has “papers”, “off topic”."
    assert with_checks(SAVED, place(forum=Forum()), ("typo",)) == SAVED, "its tags are not known here"


def test_a_failure_is_told_without_a_word_about_tags() -> None:
    failed = Notice(tone=Tone.ERROR, text="No.")
    assert with_checks(failed, place(forum=ASKING), ()) == failed
    assert tag_needed(place(), ()) == ""


def listed(*keys: str) -> ChannelList:
    return ChannelList(title="Digests", channels=tuple(ChannelLine(key, "active", "daily", None) for key in keys))


@pytest.mark.parametrize(("hidden", "told"), [(["7"], "1 more in a channel"), (["7", "8"], "2 more in channels")])
def test_a_list_leaves_out_what_its_reader_may_not_see_and_says_how_many(hidden: list[str], told: str) -> None:
    """A channel that the gateway does not know is one of those."""
    view = listed("discord:900:1", *(f"discord:900:{one}" for one in hidden), "discord:@me:5", "terminal:x", "broken")
    places = {"1": place(), "7": place(caller=SEND_MESSAGES)}
    seen = for_reader(view, places.get)
    assert isinstance(seen, ChannelList)
    assert [line.channel for line in seen.channels] == ["discord:900:1", "discord:@me:5", "terminal:x", "broken"]
    assert told in seen.title


def test_a_list_of_what_its_reader_sees_stays_as_it_is() -> None:
    view = listed("discord:900:1")
    assert for_reader(view, {"1": place()}.get) is view
    assert for_reader(SAVED, {"1": place()}.get) is SAVED
