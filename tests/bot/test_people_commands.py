"""What people do with papers: votes, libraries, suggestions, interests, catching up."""

import csv
import re
from collections.abc import Awaitable
from datetime import timedelta
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answers import as_json
from bot.commands import Call
from bot.commands.grammar import parse
from bot.models import ChannelKey, Person, Tally, Workspace
from bot.service.votes import SHARE, Say, vote_part
from bot.views import CardList, DigestPost, Document, Effect, Explanation, Notice, PaperDetail, Tone, View
from tests.builders import ADA, CHANNEL, NOON, days, hours, make_batch, make_observation, make_paper
from tests.service import Desk, make_desk

BEN = Person(id="U0002", name="Ben")
BENS = Call(BEN, CHANNEL)
ELSEWHERE = Call(ADA, ChannelKey("slack", "T0002", "C0001"))
HERE = Workspace.of(CHANNEL)


@pytest.fixture
async def desk() -> Desk:
    """Eight papers, the first the fastest; every second is about robots, by Eve Sample of Example Labs."""
    desk = make_desk()
    for number in range(1, 9):
        paper_id, robots = f"2603.{number:05}", number % 2
        paper = make_paper(
            paper_id,
            title=f"Study {number} of {'robot grasping' if robots else 'language models'}",
            abstract="We look closely and find what we looked for.",
            authors=("Eve Sample",) if robots else ("Ada Example",),
            organization="Example Labs" if robots else None,
            keywords=("manipulation",) if robots else (),
            first_seen_at=NOON - days(number),
        )
        seen = [make_observation(paper_id, NOON - hours(back), upvotes=50 - number * 3 - back) for back in (20, 1)]
        await desk.store.papers.add(make_batch(paper, *seen))
    return desk


async def notice(view: Awaitable[View]) -> Notice:
    found = await view
    assert isinstance(found, Notice), found
    return found


async def ids(view: Awaitable[View]) -> list[str]:
    found = await view
    assert isinstance(found, CardList), found
    return [card.ranked.paper.id for card in found.cards]


def paper(number: int) -> str:
    return f"2603.{number:05}"


async def test_a_vote_is_counted_and_the_pressed_message_gets_its_new_labels(desk: Desk) -> None:
    await desk.ask("vote 2603.00003 up", BENS)
    answer = await desk.answer("vote 2603.00003 up")
    assert [(button.label, button.command) for button in answer.relabelled] == [
        ("👍 2", "vote 2603.00003 up"),
        ("👎", "vote 2603.00003 down"),
    ]
    answer = await desk.answer("vote 2603.00003 down")
    assert [button.label for button in answer.relabelled] == ["👍 1", "👎 1"]
    answer = await desk.answer("vote clear 2603.00003")
    assert [button.label for button in answer.relabelled] == ["👍 1", "👎"]


@given(st.lists(st.tuples(st.sampled_from([ADA, BEN]), st.sampled_from(["up", "down", "clear"])), max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_in_any_order_a_person_has_one_vote_the_last(presses: list[tuple[Person, str]]) -> None:
    desk = make_desk()
    await desk.store.papers.add(make_batch(make_paper()))
    for person, ballot in presses:
        await desk.ask(f"vote 2603.00001 {ballot}", Call(person, CHANNEL))
    last = dict(presses).values()
    counted = Tally(sum(one == "up" for one in last), sum(one == "down" for one in last))
    assert (await desk.store.people.tallies(HERE)).get(paper(1), Tally()) == counted


async def test_votes_move_a_paper_here_with_a_reason_that_adds_up_and_nowhere_else(desk: Desk) -> None:
    before = await ids(desk.ask("trending limit:8"))
    for number in range(5):
        somebody = Call(Person(id=f"U9{number}", name="x"), CHANNEL)
        await desk.ask(f"vote {before[3]} up", somebody)
        await desk.ask(f"vote {before[2]} down", somebody)
    view = await desk.ask("trending limit:8")
    assert isinstance(view, CardList)
    after = [card.ranked.paper.id for card in view.cards]
    assert after.index(before[3]) < after.index(before[2])
    assert sorted(after) == sorted(before)
    for ranked in view.papers.papers:
        assert ranked.score == sum(part.part for part in ranked.parts)
    assert [ranked.score for ranked in view.papers.papers] == sorted(
        (ranked.score or 0 for ranked in view.papers.papers), reverse=True
    )
    why = await desk.ask(f"why {before[3]}")
    assert isinstance(why, Explanation)
    assert any(
        reason.text.startswith("votes of this workspace: 5 for it, 0 against (counted as 3.7") for reason in why.reasons
    )
    assert f"Place {after.index(before[3]) + 1} of 8" in why.headline
    assert await ids(desk.ask("trending limit:8", ELSEWHERE)) == before


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.floats(0.1, 10))
def test_the_part_of_votes_is_bounded_signed_and_grows_with_each_vote_for_it(up: int, down: int, spread: float) -> None:
    part = vote_part(Say.of(Tally(up, down)), spread).part
    assert abs(part) <= SHARE * spread
    assert part == 0 or (part > 0) is (up > down)
    assert vote_part(Say.of(Tally(up + 1, down)), spread).part >= part


async def test_a_digest_ranks_with_the_votes_and_its_cards_carry_buttons_that_can_be_typed(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    before = await desk.ask("digest preview")
    assert isinstance(before, DigestPost)
    last = before.cards[4].ranked.paper.id
    for person in (ADA, BEN, Person(id="U3", name="Cy"), Person(id="U4", name="Di")):
        await desk.ask(f"vote {last} up", Call(person, CHANNEL))
    view = await desk.ask("digest preview")
    assert isinstance(view, DigestPost)
    place = [card.ranked.paper.id for card in view.cards].index(last)
    assert place < 4
    labels = [button.label for button in view.cards[place].buttons]
    assert labels == ["👍 4", "👎", "Save", "Similar"]
    assert [parse(button.command)[0].name for button in view.cards[place].buttons] == [
        "vote",
        "vote",
        "save",
        "similar",
    ]
    assert [button.effect for button in view.cards[place].buttons][:2] == [Effect.COUNT, Effect.COUNT]


async def test_a_paper_shows_its_buttons_in_chat_and_none_to_a_program(desk: Desk) -> None:
    view, whole = await desk.ask("paper 2603.00001"), await desk.ask("paper 2603.00001", Call(ADA, CHANNEL, whole=True))
    assert isinstance(view, PaperDetail)
    assert isinstance(whole, PaperDetail)
    assert len(view.card.buttons) == 4
    assert not whole.card.buttons


async def test_a_saved_paper_is_in_the_library_of_its_owner_alone(desk: Desk) -> None:
    await desk.ask('save 2603.00003 note:"read before Friday"')
    view = await desk.ask("library")
    assert isinstance(view, CardList)
    assert [card.ranked.paper.id for card in view.cards] == [paper(3)]
    assert "note: read before Friday" in view.cards[0].facts
    assert not any(button.effect is Effect.PUBLISH for button in view.buttons)
    assert await ids(desk.ask("library", BENS)) == []
    assert "already" in (await notice(desk.ask("save 2603.00003"))).text


async def test_a_page_that_a_list_has_not_is_no_empty_list(desk: Desk) -> None:
    await desk.ask("save 2603.00003")
    for typed in ("library page:9", "trending page:99"):
        beyond = await desk.ask(typed)
        assert isinstance(beyond, CardList)
        assert re.fullmatch(r"There is no page \d+; the last one is page \d+\.", beyond.empty), typed


async def test_a_library_can_be_tidied(desk: Desk) -> None:
    await desk.ask("save 2603.00003")
    assert (await notice(desk.ask("library remove"))).option == "paper"
    assert (await notice(desk.ask("library remove 2603.00001"))).code == "not_saved"
    await desk.ask("library remove 2603.00003")
    assert await ids(desk.ask("library")) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("library export xml", "bibtex, csv, json"),
        ("library delete 2603.00001 yes", "library delete-all"),
        ("library list robots", "not for “robots”"),
    ],
)
async def test_a_word_that_the_library_would_not_heed_is_refused(desk: Desk, typed: str, told: str) -> None:
    await desk.ask("save 2603.00003")
    refused = await notice(desk.ask(typed))
    assert (refused.code, refused.option) == ("bad_value", "paper")
    assert told in refused.text
    assert "already in your library" in (await notice(desk.ask("save 2603.00003"))).text


async def test_words_beside_a_paper_to_save_are_asked_about_as_its_note(desk: Desk) -> None:
    refused = await notice(desk.ask("save 2603.00003 before Friday"))
    assert refused.option == "note"
    assert '/papers save 2603.00003 note:"before Friday"' in refused.hint


@pytest.mark.parametrize("thumb", ["👍", "👍🏽", ":+1:", ":thumbsup::skin-tone-3:", "+1"])
async def test_a_thumb_is_a_vote(desk: Desk, thumb: str) -> None:
    assert "👍 1" in (await notice(desk.ask(f"vote 2603.00003 {thumb}"))).text
    assert "👍 0 👎 1" in (await notice(desk.ask("vote 2603.00003 :-1:"))).text


async def test_a_library_is_exported_for_other_programs(desk: Desk) -> None:
    await desk.store.papers.add(
        make_batch(make_paper("2603.00042", title="Cost & {effect}: 50% of =it", authors=("Zoë Ünal", "Ben Sample")))
    )
    await desk.ask("save 2603.00042 note:=1+1")
    await desk.ask("save 2603.00003")
    bibtex, sheet, data = [await desk.ask(f"library export {style}") for style in ("bibtex", "csv", "json")]
    assert isinstance(bibtex, Document)
    assert isinstance(sheet, Document)
    assert isinstance(data, Document)
    assert "@misc{unal2026cost," in bibtex.text
    assert r"title = {{Cost \& \{effect\}: 50\% of =it}}" in bibtex.text
    assert "author = {Zoë Ünal and Ben Sample}" in bibtex.text
    rows = {row["id"]: row for row in csv.DictReader(StringIO(sheet.text))}
    assert rows["2603.00042"]["note"] == "'=1+1", "a spreadsheet must not run it"
    assert rows["2603.00003"]["authors"] == "Eve Sample"
    papers = as_json(data)["papers"]
    assert isinstance(papers, list)
    assert {one["id"] for one in papers} == {"2603.00042", "2603.00003"}


async def test_deleting_everything_asks_first_and_leaves_nothing(desk: Desk) -> None:
    for text in ("save 2603.00003", "follow robots", "vote 2603.00003 up", "submit 2603.00004 why:mine"):
        await desk.ask(text)
    asked = await notice(desk.ask("library delete-all"))
    assert asked.buttons[0].command == "library delete-all yes"
    assert await ids(desk.ask("library")) == [paper(3)]
    await desk.ask("library delete-all yes")
    assert await ids(desk.ask("library")) == []
    assert (await notice(desk.ask("follow"))).fields == ()
    assert await desk.store.people.tallies(HERE) == {}
    (kept,) = await desk.store.people.suggestions(HERE)
    assert (kept.name, kept.paper_id) == ("", paper(4))


async def test_a_suggestion_is_answered_at_once_when_somebody_was_faster(desk: Desk) -> None:
    first = await notice(desk.ask("submit https://arxiv.org/abs/2603.00004v2 why:“settles our debate”"))
    assert first.tone is Tone.OK
    second = await notice(desk.ask("submit 2603.00004", BENS))
    assert "suggested already, by Ada" in second.text
    assert "settles our debate" in second.hint
    assert "by Ada" in (await notice(desk.ask("submit 2603.00004"))).text


async def test_suggestions_are_listed_with_who_and_why_also_those_nobody_has_seen_yet(desk: Desk) -> None:
    await desk.ask("submit 2603.00004 why:mine")
    await desk.ask("submit https://example.org/new-paper", BENS)
    view = await desk.ask("submit list")
    assert isinstance(view, CardList)
    assert [card.ranked.paper.id for card in view.cards] == [paper(4)]
    assert "why: mine" in view.cards[0].facts
    assert any("https://example.org/new-paper (by Ben" in note for note in view.notes)
    assert await ids(desk.ask("submit", ELSEWHERE)) == []
    assert (await notice(desk.ask("submit nonsense"))).option == "url"


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


async def test_similar_papers_say_what_they_share(desk: Desk) -> None:
    view = await desk.ask("similar 2603.00001 limit:8")
    assert isinstance(view, CardList)
    found = [card.ranked.paper.id for card in view.cards]
    assert paper(1) not in found
    assert set(found[:3]) == {paper(3), paper(5), paper(7)}
    assert "shares: manipulation, grasping, robot" in view.cards[0].facts
    for card in view.cards:
        assert card.ranked.score == sum(part.part for part in card.ranked.parts)


async def test_the_agenda_is_public_and_led_by_the_most_wanted(desk: Desk) -> None:
    await desk.ask("vote 2603.00004 up")
    await desk.ask("vote 2603.00004 up", BENS)
    await desk.ask("vote 2603.00006 up")
    await desk.ask("vote 2603.00001 down")
    answer = await desk.answer("agenda")
    assert answer.public
    assert isinstance(answer.view, CardList)
    assert [card.ranked.paper.id for card in answer.view.cards] == [paper(4), paper(6)]
    assert "👍 2" in answer.view.cards[0].facts
    assert await ids(desk.ask("agenda days:2", ELSEWHERE)) == []


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


async def test_numbers_of_everything_are_the_operators_and_of_a_workspace_its_own(desk: Desk) -> None:
    await desk.ask("digest subscribe", ELSEWHERE)
    operator = Call(ADA, ChannelKey("terminal", "", "local"), operator=True)
    whole, here = as_json(await desk.ask("stats", operator)), as_json(await desk.ask("stats"))
    assert set(whole) == {"papers", "observations", "channels", "deliveries"}
    assert (whole["papers"], whole["observations"], whole["channels"]) == (8, 16, 1)
    assert here["channels"] == 0


@pytest.mark.parametrize(
    "text", ["vote 2603.99999 up", "save 2603.99999", "similar 2603.99999", "library remove 2603.9"]
)
async def test_a_paper_nobody_knows_is_said_so(desk: Desk, text: str) -> None:
    assert (await notice(desk.ask(text))).code == "unknown_paper"
