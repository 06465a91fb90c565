"""What the reading commands answer."""

from datetime import date

import pytest

from bot.buttons import Effect
from bot.commands.why import course
from bot.models import PaperList, SourceStatus
from bot.views import CardList, Explanation, Help, Notice, PaperDetail, Tone, View
from tests.builders import NOON, days, hours, make_batch, make_listing, make_observation, make_paper
from tests.service import Desk, make_desk


@pytest.fixture
async def desk() -> Desk:
    """Twelve papers, the first of them the fastest; the listing of Monday 9 and of today, Tuesday 10 March 2026."""
    desk = make_desk()
    for number in range(1, 13):
        paper_id = f"2603.{number:05}"
        topic = "robot hands" if number % 3 == 0 else "language models"
        await desk.store.papers.add(
            make_batch(
                make_paper(
                    paper_id, title=f"Study {number} of {topic}", categories=("cs.RO" if number % 3 == 0 else "cs.CL",)
                ),
                make_observation(paper_id, NOON - hours(12), upvotes=2),
                make_observation(paper_id, NOON - hours(1), upvotes=40 - number),
                make_listing(paper_id, date(2026, 3, 9 if number <= 8 else 10), number, NOON - hours(20)),
            )
        )
    await desk.store.search.update()
    return desk


def ids(view: View) -> list[str]:
    assert isinstance(view, CardList), view
    return [card.ranked.paper.id for card in view.cards]


def papers(view: View) -> PaperList:
    assert isinstance(view, CardList), view
    return view.papers


async def test_trending_shows_the_fastest_first_with_reasons_that_add_up(desk: Desk) -> None:
    view = await desk.ask("trending")
    assert ids(view) == [f"2603.{number:05}" for number in range(1, 6)]
    for ranked in papers(view).papers:
        assert ranked.score == pytest.approx(sum(part.part for part in ranked.parts))
        assert ranked.fresh


async def test_pages_show_each_paper_once_and_stand_still_while_new_ones_arrive(desk: Desk) -> None:
    seen: list[str] = []
    text: str | None = "trending"
    while text:
        view = await desk.ask(text)
        seen += ids(view)
        assert isinstance(view, CardList)
        text = next((button.command for button in view.buttons if button.label.startswith("Next")), None)
        late = make_paper(f"2603.9{len(seen):04}", first_seen_at=NOON + hours(1))
        await desk.store.papers.add(make_batch(late, make_observation(late.id, NOON + hours(1), upvotes=999)))
    assert seen == [f"2603.{number:05}" for number in range(1, 13)]


async def test_share_asks_for_the_same_papers_again(desk: Desk) -> None:
    view = await desk.ask('trending "robot hands" limit:2')
    assert isinstance(view, CardList)
    share = next(button for button in view.buttons if button.effect is Effect.PUBLISH)
    assert ids(await desk.ask(share.command)) == ids(view) == ["2603.00003", "2603.00006"]


async def test_a_topic_narrows_and_an_excluded_one_removes(desk: Desk) -> None:
    assert papers(await desk.ask("trending cs.RO")).total == 4
    assert papers(await desk.ask("trending -cs.RO")).total == 8
    assert papers(await desk.ask("trending topic:nothing")).total == 0


@pytest.mark.parametrize("command", ["trending", "daily"])
async def test_a_misspelt_topic_gets_the_nearest_one_that_finds_something(desk: Desk, command: str) -> None:
    view = await desk.ask(f"{command} topic:robott")
    assert isinstance(view, CardList)
    assert view.empty == "Nothing found. Did you mean topic:robot?"
    assert ids(await desk.ask(f"{command} topic:robot"))


async def test_a_topic_like_nothing_there_gets_what_to_try(desk: Desk) -> None:
    view = await desk.ask("trending topic:volcanoes")
    assert isinstance(view, CardList)
    assert view.empty.startswith("Nothing is trending here yet.")


async def test_daily_is_the_last_complete_day_most_upvoted_first_then_feed_order(desk: Desk) -> None:
    view = await desk.ask("daily")
    assert isinstance(view, CardList)
    assert "Monday 9 March 2026" in view.title
    assert papers(view).total == 8
    assert ids(view) == [f"2603.{number:05}" for number in range(1, 6)]


async def test_papers_of_one_count_keep_the_order_of_the_feed() -> None:
    desk = make_desk()
    for place, paper_id in enumerate(["2603.00009", "2603.00002", "2603.00005"]):
        await desk.store.papers.add(
            make_batch(
                make_paper(paper_id),
                make_listing(paper_id, date(2026, 3, 9), place, NOON - hours(20)),
                *([] if place == 2 else [make_observation(paper_id, NOON - hours(1), upvotes=5)]),
            )
        )
    assert ids(await desk.ask("daily 2026-03-09")) == ["2603.00009", "2603.00002", "2603.00005"]


async def test_weeks_and_months_hold_their_days(desk: Desk) -> None:
    assert papers(await desk.ask("weekly 2026-W11")).total == 12
    assert papers(await desk.ask("monthly 2026-03")).total == 12
    assert papers(await desk.ask("monthly 2026-02")).total == 0


async def test_a_day_that_has_not_come_is_refused(desk: Desk) -> None:
    view = await desk.ask("daily 2026-03-11")
    assert isinstance(view, Notice)
    assert view.code == "future_date"


async def test_the_past_is_as_it_was(desk: Desk) -> None:
    before = await desk.ask("trending as-of:2026-03-09T12:30:00Z")
    assert papers(before).total == 12
    assert all(ranked.counts.upvotes is None for ranked in papers(before).papers)
    later = await desk.ask("trending as-of:2026-03-10T00:30:00Z")
    assert {ranked.counts.upvotes for ranked in papers(later).papers} == {2}


async def test_search_finds_words_and_an_id_finds_its_paper(desk: Desk) -> None:
    assert papers(await desk.ask("search robot")).total == 4
    assert ids(await desk.ask("search https://arxiv.org/abs/2603.00007v2"))[0] == "2603.00007"
    empty = await desk.ask("search zebra")
    assert isinstance(empty, CardList)
    assert empty.empty


async def test_search_results_can_be_newest_first_or_only_recent(desk: Desk) -> None:
    old = make_paper("2601.00001", title="Old robot", published_at=NOON - days(60), first_seen_at=NOON - days(60))
    await desk.store.papers.add(make_batch(old))
    await desk.store.search.update()
    assert ids(await desk.ask("search robot sort:newest limit:10"))[-1] == "2601.00001"
    assert "2601.00001" not in ids(await desk.ask("search robot since:7d limit:10"))


async def test_a_paper_has_every_field_and_a_place(desk: Desk) -> None:
    view = await desk.ask("paper 2603.00003")
    assert isinstance(view, PaperDetail)
    assert view.card.ranked.rank == 3
    assert {"Authors", "Upvotes", "Categories", "Id"} <= {field.label for field in view.fields}


async def test_why_tells_the_place_the_parts_and_what_is_missing(desk: Desk) -> None:
    view = await desk.ask("why arxiv.org/abs/2603.00001")
    assert isinstance(view, Explanation)
    assert "Place 1 of 12" in view.headline
    assert view.reasons
    assert view.missing


def test_the_course_of_the_upvotes_is_drawn_where_there_are_two_readings() -> None:
    assert course([3]) == ()
    assert course([3, 10, 47]) == ("Upvotes at 3 readings: ▁▂█ (from 3 to 47).",)


@pytest.mark.parametrize("text", ["paper 2603.99999", "why 2603.99999", "paper “not an id”"])
async def test_an_unknown_paper_is_an_error_with_a_next_step(desk: Desk, text: str) -> None:
    view = await desk.ask(text)
    assert isinstance(view, Notice)
    assert (view.tone, view.code) == (Tone.ERROR, "unknown_paper")
    assert view.hint
    assert view.reference


async def test_a_stale_source_is_said_in_a_sentence_and_empties_nothing(desk: Desk) -> None:
    await desk.store.papers.note_source(
        SourceStatus(
            source="hugging_face", last_success_at=NOON - hours(3), failing_since=NOON - hours(1), reason="no answer"
        )
    )
    view = await desk.ask("trending")
    assert isinstance(view, CardList)
    assert view.notes == ("Hugging Face is not answering (no answer); what it says here is from 09:00 UTC.",)
    assert len(view.cards) == 5


async def test_an_empty_store_answers_with_what_to_do() -> None:
    desk = make_desk()
    for text in ("trending", "daily", "weekly", "monthly", "search robots"):
        view = await desk.ask(text)
        assert isinstance(view, CardList), text
        assert view.empty, text


async def test_help_names_every_command_or_the_one_asked_for(desk: Desk) -> None:
    whole, one = await desk.ask(""), await desk.ask("help trending")
    assert isinstance(whole, Help)
    assert isinstance(one, Help)
    assert [len(entries) for _, entries in one.sections] == [1]
    assert len(whole.sections) == 2
    unknown = await desk.ask("help trendign")
    assert isinstance(unknown, Notice)


async def test_a_paper_of_later_is_not_known_before(desk: Desk) -> None:
    view = await desk.ask("paper 2603.00001 as-of:2026-03-01")
    assert isinstance(view, Notice)
    assert view.code == "unknown_paper"


async def test_nothing_is_asked_as_of_a_time_before_arxiv(desk: Desk) -> None:
    view = await desk.ask("trending as-of:0001-01-01")
    assert isinstance(view, Notice)
    assert view.code == "bad_date"


async def test_help_on_a_misspelt_command_names_the_nearest(desk: Desk) -> None:
    refused = await desk.ask("help topcs")
    assert isinstance(refused, Notice)
    assert "Did you mean `digest topics`?" in refused.text


async def test_a_list_on_a_topic_says_so_in_its_title(desk: Desk) -> None:
    views = [await desk.ask("trending robot window:24h"), await desk.ask("trending")]
    titles = [view.title for view in views if isinstance(view, CardList)]
    assert titles == ["Trending papers · robot · 24h", "Trending papers · 7d"]
    long = await desk.ask(f"trending topic:{'word,' * 40}")
    assert isinstance(long, CardList)
    assert len(long.title) < 100
