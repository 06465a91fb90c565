"""Searching from chat: filters narrow it, the sentence that fits is shown, and near names are offered."""

import pytest

from bot.answers import as_json
from bot.commands.grammar import parse_values
from bot.commands.highlights import best_sentence
from bot.commands.search import command as search
from bot.errors import UsageError
from bot.models import Paper, Workspace
from bot.views import CardList, Explanation, Notice, PaperDetail
from tests.builders import CHANNEL, make_batch, make_paper
from tests.service import Desk, make_desk


@pytest.fixture
async def desk() -> Desk:
    desk = make_desk()
    await desk.store.papers.add(
        make_batch(
            robot(1, authors=("Ada Example",), organization="Example Lab", github_repo="example/hands"),
            robot(2, authors=("Zoë Sample", "Ben Other"), organization="Institute of Samples"),
            robot(3, authors=("Ada Example", "Zoë Sample"), categories=("cs.LG",)),
        )
    )
    await desk.store.search.update()
    return desk


def robot(number: int, **changes: object) -> Paper:
    values = {
        "title": f"Robot {number}",
        "abstract": "We begin with nothing. Then robots learn to walk. In the end all is well.",
        "categories": ("cs.RO",),
    }
    return make_paper(f"2603.{number:05}", **(values | changes))


async def found(desk: Desk, options: str) -> list[str]:
    view = await desk.ask(f"search robot {options}")
    assert isinstance(view, CardList), view
    return sorted(card.ranked.paper.id[-1] for card in view.cards)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("category:cs.RO", ["1", "2"]),
        ("category:cs.*", ["1", "2", "3"]),
        ('author:"Zoe Sample"', ["2", "3"]),
        ("author:example category:cs.LG", ["3"]),
        ('organization:"example lab"', ["1"]),
        ("code:yes", ["1"]),
        ("code:no", ["2", "3"]),
        ('code:yes author:"Ben Other"', []),
    ],
)
async def test_filters_narrow_together(desk: Desk, options: str, expected: list[str]) -> None:
    assert await found(desk, options) == expected


async def test_what_is_no_category_is_refused(desk: Desk) -> None:
    view = await desk.ask("search robot category:walking")

    assert isinstance(view, Notice)
    assert "no arXiv category" in view.text


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ("author:Sampel", 'author:"Zoë Sample"'),
        ('organization:"Exampel Lab"', 'organization:"Example Lab"'),
        ("topic:robott", "topic:robot"),
    ],
)
async def test_a_misspelt_name_gets_the_nearest_one(desk: Desk, options: str, hint: str) -> None:
    view = await desk.ask(f"search robot {options}")

    assert isinstance(view, CardList)
    assert view.empty == f"Nothing found. Did you mean {hint}?"


async def test_cards_show_the_sentence_that_was_found(desk: Desk) -> None:
    view = await desk.ask("search robot walk")

    assert isinstance(view, CardList)
    assert {card.summary for card in view.cards} <= {"Then robots learn to walk."}


async def test_the_answer_for_programs_says_how_it_searched(desk: Desk) -> None:
    assert as_json(await desk.ask("search robot"))["mode"] == "bm25"
    assert "mode" not in as_json(await desk.ask("trending"))


def test_the_best_sentence_holds_most_of_the_words() -> None:
    abstract = "Diffusion is slow. Diffusing images takes fewer steps here. Images are nice."

    assert best_sentence(abstract, "image diffusion") == "Diffusing images takes fewer steps here."
    assert best_sentence(abstract, "gardening") == ""


async def test_another_id_of_a_paper_finds_it_wherever_papers_are_named(desk: Desk) -> None:
    await desk.store.papers.add(make_batch(robot(4, doi="10.1000/Walking.4")))
    for text in ("search 10.1000/walking.4", "search https://doi.org/10.1000/walking.4"):
        view = await desk.ask(text)
        assert isinstance(view, CardList)
        assert [card.ranked.paper.id for card in view.cards] == ["2603.00004"]
    for text in ("paper doi:10.1000/walking.4", "why 10.1000/walking.4"):
        detail = await desk.ask(text)
        assert isinstance(detail, PaperDetail | Explanation)
        assert detail.card.ranked.paper.id == "2603.00004"
    await desk.ask("vote 10.1000/walking.4 up")
    await desk.ask("submit https://doi.org/10.1000/walking.4")
    again = await desk.ask("submit 2603.00004")
    assert isinstance(again, Notice)
    assert "suggested already" in again.text
    assert (await desk.store.people.tallies(Workspace.of(CHANNEL)))["2603.00004"].up == 1


@pytest.mark.parametrize("words", ["", "  ", "\n"])
def test_a_form_that_sends_only_blanks_is_told_that_words_are_missing(words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_values(search, {"query": words})
    assert (caught.value.code, caught.value.option) == ("missing_value", "query")
