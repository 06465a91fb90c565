"""What people do with papers: votes, libraries, suggestions."""

import csv
import re
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answers import as_json
from bot.buttons import Effect
from bot.commands import Call
from bot.commands.grammar import parse
from bot.models import ChannelKey, Person, Tally, Workspace
from bot.service.votes import SHARE, Say, vote_part
from bot.views import CardList, DigestPost, Document, Explanation, PaperDetail, Tone
from tests.bot.people_desk import BEN, BENS, ELSEWHERE, eight_papers, ids, notice, paper
from tests.builders import ADA, CHANNEL, make_batch, make_paper
from tests.service import Desk, make_desk

HERE = Workspace.of(CHANNEL)


@pytest.fixture
async def desk() -> Desk:
    return await eight_papers()


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
        make_batch(make_paper("2603.00042", title="Cost & {a, b}: 50% of =it", authors=("Zoë Ünal", "Ben Sample")))
    )
    await desk.ask("save 2603.00042 note:=1+1")
    await desk.ask("save 2603.00003")
    bibtex, sheet, data = [await desk.ask(f"library export {style}") for style in ("bibtex", "csv", "json")]
    assert isinstance(bibtex, Document)
    assert isinstance(sheet, Document)
    assert isinstance(data, Document)
    assert "@misc{unal2026cost," in bibtex.text
    assert r"title = {{Cost \& \{a, b\}: 50\% of =it}}" in bibtex.text
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


async def test_numbers_of_everything_are_the_operators_and_of_a_workspace_its_own(desk: Desk) -> None:
    await desk.ask("digest subscribe", ELSEWHERE)
    operator = Call(ADA, ChannelKey("terminal", "", "local"), operator=True)
    whole, here = as_json(await desk.ask("stats", operator)), as_json(await desk.ask("stats"))
    assert set(whole) == {"papers", "observations", "channels", "deliveries"}
    assert (whole["papers"], whole["observations"], whole["channels"]) == (8, 16, 1)
    assert here["channels"] == 0


async def test_a_team_reads_in_its_numbers_what_it_voted_and_kept(desk: Desk) -> None:
    await desk.ask(f"vote {paper(1)} up")
    await desk.ask(f"vote {paper(2)} down")
    await desk.ask(f"save {paper(3)}")
    here, there = await notice(desk.ask("stats")), await notice(desk.ask("stats", ELSEWHERE))
    told = {field.label: field.text for field in here.fields}
    assert told["Your team's votes of 90 days"] == "1 for and 1 against, 1 saved or suggested; papers: 3"
    assert "votes" not in str(there.fields), "nobody else's"


@pytest.mark.parametrize(
    "text", ["vote 2603.99999 up", "save 2603.99999", "similar 2603.99999", "library remove 2603.9"]
)
async def test_a_paper_nobody_knows_is_said_so(desk: Desk, text: str) -> None:
    assert (await notice(desk.ask(text))).code == "unknown_paper"
