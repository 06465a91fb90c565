"""What saving topics tells: how much they bring, what to add, what to leave out, and what was misspelt."""

from typing import Any

import pytest

from bot.models import Combine, Paper, Topics
from bot.topics.advice import advise
from bot.views import Notice
from tests.builders import NOON, hours, make_batch, make_paper
from tests.service import make_desk


def papers(count: int, title: str, *keywords: str, first: int = 1) -> list[Paper]:
    return [
        make_paper(f"2603.{number:05}", title=f"{title} {number}", abstract="", keywords=keywords)
        for number in range(first, first + count)
    ]


def hints(topics: Topics, known: list[Paper], limit: int = 5) -> str:
    return "\n".join(advise(topics, known, days=7, limit=limit).hints)


def test_it_counts_what_matched_a_day_and_names_some() -> None:
    told = advise(Topics(include=("robots",)), papers(14, "Robots"), days=7, limit=5)
    assert (told.matched, told.of, told.a_day) == (14, 14, 2.0)
    assert told.such_as == ("Robots 1", "Robots 2", "Robots 3")
    assert told.hints == ()


def test_a_misspelt_word_gets_the_nearest_that_would_have_matched() -> None:
    known = [*papers(3, "On grasping", "dexterous manipulation"), *papers(20, "Robots", first=50)]
    assert "“dextrous manipulation” matched nothing; did you mean “dexterous manipulation” (3 papers)?" in hints(
        Topics(include=("robots", "dextrous manipulation")), known
    )
    assert "did you mean “robots” (20 papers)" in hints(Topics(include=("robbots",)), known)


def test_a_word_that_nobody_uses_gets_no_wrong_guess() -> None:
    assert "did you mean" not in hints(Topics(include=("zymurgy",)), papers(5, "Robots"))


def test_a_phrase_that_is_too_narrow_is_offered_shorter_ones() -> None:
    known = [*papers(4, "A graph neural network"), *papers(9, "Neural network pruning", first=50)]
    told = hints(Topics(include=("heterogeneous graph neural network",)), known)
    assert "these would bring more: “graph neural network” (4)" in told


def test_what_goes_with_the_few_that_match_is_offered() -> None:
    known = [*papers(1, "Tactile skin", "haptics"), *papers(6, "Hands", "haptics", first=50)]
    assert "“haptics” (7)" in hints(Topics(include=("tactile skin",)), known)


def test_of_terms_that_must_all_match_the_rarest_is_named() -> None:
    known = [*papers(9, "Robots"), *papers(2, "Proteins", first=50)]
    told = hints(Topics(include=("robots", "proteins"), combine=Combine.ALL), known)
    assert told == "Few match all of them: “proteins” is the rarest (2 papers); any of them matched 11."


def test_a_preset_is_offered_for_what_is_part_of_one() -> None:
    assert "preset:robotics" in hints(Topics(include=("dexterous",)), papers(3, "Cooking"))


def test_what_is_too_wide_is_offered_narrower_words_and_words_to_leave_out() -> None:
    known = [
        *papers(60, "Agents", "web agents"),
        *papers(50, "Agents", "survey", first=100),
        *papers(20, "Cooking", first=300),
    ]
    told = hints(Topics(include=("agents",)), known)
    assert "Much matched, most of it for “agents” (110 papers)" in told
    assert "In its place: “web agents” (60)" in told
    assert "leave out what you do not mean, such as “survey” (50)" in told


def test_wide_and_narrow_are_by_what_a_digest_holds() -> None:
    known = papers(7 * 20, "Agents")
    assert hints(Topics(include=("agents",)), known, limit=5)
    assert not hints(Topics(include=("agents",)), known, limit=10)


@pytest.mark.parametrize("topics", [Topics(), Topics(exclude=("survey",))])
def test_everything_is_neither_too_wide_nor_too_narrow(topics: Topics) -> None:
    assert hints(topics, papers(200, "Agents")) == ""


async def test_saving_topics_tells_it() -> None:
    desk = make_desk()
    known = [
        make_paper(f"2603.{n:05}", title=f"Robots {n}", abstract="", first_seen_at=NOON - hours(n)) for n in range(1, 9)
    ]
    await desk.store.papers.add(make_batch(*known))
    await desk.ask("digest subscribe")
    view: Any = await desk.ask("digest topics add robbots")
    assert isinstance(view, Notice)
    told = {field.label: field.text for field in view.fields}
    assert told["Last 7 days"] == "0 of 8 papers would have matched, 0.0 a day"
    assert "did you mean “robots” (8 papers)" in told["Suggestions"]
    view = await desk.ask("digest topics add robots")
    told = {field.label: field.text for field in view.fields}
    assert told["Last 7 days"].startswith("8 of 8 papers would have matched, 1.1 a day, such as “Robots 1”")
