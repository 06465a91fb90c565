"""What somebody follows or mutes, missed, finds alike, and their own digest."""

from datetime import timedelta

import pytest

from bot.commands import Call
from bot.models import ChannelKey
from bot.service.similarity import likeness
from bot.views import CardList
from tests.bot.people_desk import BENS, eight_papers, ids, notice, paper
from tests.builders import ADA, CHANNEL, NOON, days, make_paper
from tests.service import Desk


@pytest.fixture
async def desk() -> Desk:
    return await eight_papers()


async def test_what_somebody_muted_is_in_none_of_their_lists_and_in_everybody_elses(desk: Desk) -> None:
    await desk.ask("mute eve sample what:author")
    odd = {paper(number) for number in (1, 3, 5, 7)}
    for text in ("trending limit:8", "search study limit:8", "catchup since:30d limit:8"):
        assert not odd & set(await ids(desk.ask(text))), text
        assert odd <= set(await ids(desk.ask(text, BENS))), text
    view = await desk.ask("trending limit:8")
    assert isinstance(view, CardList)
    assert view.papers.total == 4
    await desk.ask("mute remove Eve Sample")
    assert len(await ids(desk.ask("trending limit:8"))) == 8


@pytest.mark.parametrize(
    ("term", "hidden"),
    [
        ("robots", True),
        ("robot", True),
        ("manipulation what:keyword", True),
        ("study what:keyword", False),
        ("example labs what:organization", True),
        ("grasping what:organization", False),
        ("eve what:author", True),
        ("robot what:author", False),
    ],
)
async def test_each_facet_looks_at_its_own_part_of_a_paper(desk: Desk, term: str, hidden: bool) -> None:
    await desk.ask(f"mute {term}")
    assert (paper(1) not in await ids(desk.ask("trending limit:8"))) is hidden


async def test_a_mute_for_a_while_says_until_when(desk: Desk) -> None:
    view = await notice(desk.ask("mute robot for:14d"))
    assert [(field.label, field.text) for field in view.fields] == [("robot", "topic, until 24 Mar 2026")]
    assert (await notice(desk.ask("mute robot for:soon"))).option == "for"


async def test_following_something_muted_is_one_interest(desk: Desk) -> None:
    await desk.ask("mute robot")
    await desk.ask("follow Robot")
    assert (await notice(desk.ask("mute list"))).fields == ()
    assert [field.label for field in (await notice(desk.ask("follow"))).fields] == ["Robot"]


async def test_catching_up_starts_at_the_last_visit_and_shows_what_is_followed_first(desk: Desk) -> None:
    person = Call(ADA, CHANNEL)
    await desk.store.people.visit(person.person, NOON - days(5.5), timedelta(hours=1))
    await desk.ask("follow language")
    view = await desk.ask("catchup limit:8")
    assert isinstance(view, CardList)
    assert [card.ranked.paper.id for card in view.cards] == [paper(2), paper(4), paper(1), paper(3), paper(5)]
    assert "5 Mar" in view.title
    first = await desk.ask("catchup", BENS)
    assert isinstance(first, CardList)
    assert "first visit" in first.notes[0]


async def test_pages_of_catching_up_keep_their_start(desk: Desk) -> None:
    view = await desk.ask("catchup limit:2")
    seen = []
    while True:
        assert isinstance(view, CardList)
        seen += [card.ranked.paper.id for card in view.cards]
        following = [button.command for button in view.buttons if button.label.startswith("Next")]
        if not following:
            break
        view = await desk.ask(following[0])
    assert sorted(seen) == [paper(number) for number in range(1, 8)]


def test_a_phrase_is_shared_by_whom_it_stands_in_as_such() -> None:
    terms = [("spatial map", 3.0), ("robot", 1.0)]
    for text, shared in (
        ("A spatial map.", ("spatial map",)),
        ("Spatial maps of a robot", ("spatial map", "robot")),
        ("A geospatial map, and spatial mapping", ()),
    ):
        assert likeness(make_paper("2603.00001", title=text, abstract=""), 0.5, terms).shared == shared


async def test_similar_papers_say_what_they_share(desk: Desk) -> None:
    view = await desk.ask("similar 2603.00001 limit:8")
    assert isinstance(view, CardList)
    found = [card.ranked.paper.id for card in view.cards]
    assert paper(1) not in found
    assert set(found[:3]) == {paper(3), paper(5), paper(7)}
    assert "shares: manipulation, grasping, robot" in view.cards[0].facts
    for card in view.cards:
        assert card.ranked.score == sum(part.part for part in card.ranked.parts)


async def test_ones_own_digest_comes_by_direct_message_and_is_nobody_elses_business(desk: Desk) -> None:
    await desk.ask("follow robot")
    answer = await desk.answer("subscribe daily 7:30")
    assert answer.announcement is None
    direct = ChannelKey("slack", "T0001", ADA.id)
    saved = await desk.service.channels.get(direct)
    assert (saved.topics.include, f"{saved.schedule.at:%H:%M}") == (("robot",), "07:30")
    assert str(direct) not in str(await desk.ask("digest list", BENS))
    assert str(direct) in str(await desk.ask("digest list"))
    assert (await notice(desk.ask(f"digest status channel:{direct}", BENS))).code == "bad_channel"
    await desk.ask("subscribe stop")
    assert (await notice(desk.ask("subscribe stop"))).code == "not_subscribed"


async def test_ones_own_digest_that_had_stopped_says_why_when_it_is_asked_for_again(desk: Desk) -> None:
    await desk.ask("subscribe")
    own = await desk.service.channels.get(ChannelKey("slack", "T0001", ADA.id))
    await desk.store.deliveries.pause(own.id, "That person takes no direct messages from me.")
    again = await notice(desk.ask("subscribe"))
    assert "had stopped; it comes again" in again.text
    assert again.fields[0].text == "That person takes no direct messages from me."
    assert "stopped" not in (await notice(desk.ask("subscribe"))).text


async def test_where_nobody_can_be_written_to_a_subscription_is_refused(desk: Desk) -> None:
    web = Call(ADA, ChannelKey("terminal", "", "try"))
    assert (await notice(desk.ask("subscribe", web))).code == "no_direct_messages"


@pytest.mark.parametrize("verb", ["clear", "Reset", "nothing"])
async def test_all_of_it_goes_once_that_is_confirmed(desk: Desk, verb: str) -> None:
    await desk.ask("follow robotics, graph nets")
    await desk.ask("follow Ada Example what:author")
    asked = await notice(desk.ask(f"follow {verb}"))
    assert asked.text == "This takes away all that you follow."
    assert {field.label for field in asked.fields} == {"robotics", "graph nets", "Ada Example"}
    assert len((await notice(desk.ask("follow list"))).fields) == 3, "nothing is gone yet"
    (button,) = asked.buttons
    assert asked.hint == f"To do it: /papers {button.command}"
    await desk.ask(button.command)
    assert (await notice(desk.ask("follow list"))).fields == ()


async def test_there_is_nothing_to_confirm_where_nothing_is_kept_and_mutes_are_their_own(desk: Desk) -> None:
    await desk.ask("mute survey")
    asked = await notice(desk.ask("follow clear"))
    assert (asked.text, asked.buttons) == ("You follow nothing yet.", ())
    assert (await notice(desk.ask("mute clear"))).buttons[0].command == "mute remove survey"


@pytest.mark.parametrize("typed", ["delete robotics", "rm robotics", "unfollow robotics"])
async def test_another_word_for_remove_is_no_topic(desk: Desk, typed: str) -> None:
    refused = await notice(desk.ask(f"follow {typed}"))
    assert refused.code == "bad_value"
    assert refused.hint.startswith("Example: /papers follow remove robotics. ")
    assert (await notice(desk.ask("follow list"))).fields == ()


@pytest.mark.parametrize("typed", ['"clear"', '"delete robotics"', "clear speech", "add clear", "set theory"])
async def test_quoted_and_longer_words_are_kept(desk: Desk, typed: str) -> None:
    assert len((await notice(desk.ask(f"follow {typed}"))).fields) == 1
