"""Searching from chat: filters narrow it, the sentence that fits is shown, and near names are offered."""

import pytest

from bot.answers import as_json
from bot.commands.grammar import parse_values
from bot.commands.highlights import best_sentence
from bot.commands.search import command as search
from bot.errors import UsageError
from bot.models import Paper, Workspace
from bot.views import CardList, Explanation, Notice, PaperCard, PaperDetail
from tests.builders import CHANNEL, NOON, days, hours, make_batch, make_paper
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


async def crowded() -> Desk:
    """Four hundred papers that any robot is among, and one that is about something else too."""
    desk = make_desk()
    crowd = [robot(number, authors=("Ann Crowd",), organization="Crowd Lab") for number in range(100, 500)]
    rare = robot(
        1, abstract="Robots in a pottery, throwing pots.", authors=("Zoë Sample",), first_seen_at=NOON - days(9)
    )
    await desk.store.papers.add(make_batch(*crowd, rare))
    return desk


@pytest.mark.parametrize(
    "options",
    ["topic:pottery", "author:sample", 'topic:"throwing pots" author:"Z Sample"', "topic:pottery sort:newest"],
)
async def test_a_rare_option_is_found_below_the_best_two_hundred(options: str) -> None:
    assert await found(await crowded(), options) == ["1"]


@pytest.mark.parametrize(
    ("options", "hint"), [("topic:potery", "topic:pottery"), ('author:"Zoe Sampel"', 'author:"Zoë Sample"')]
)
async def test_what_was_meant_is_looked_for_below_them_too(options: str, hint: str) -> None:
    desk = await crowded()
    await desk.store.papers.add(make_batch(robot(2, title="Robot pottery", first_seen_at=NOON - days(9))))
    view = await desk.ask(f"search robot {options}")

    assert isinstance(view, CardList)
    assert hint in view.empty


@pytest.mark.parametrize(
    "text",
    ["2603.00001", "arXiv:2603.00001v2", "https://huggingface.co/papers/2603.00001", "arxiv.org/pdf/2603.00001.pdf"],
)
async def test_an_id_or_address_finds_its_paper_alone(desk: Desk, text: str) -> None:
    await desk.store.papers.add(make_batch(robot(7, title="A note on 2603.00001 at arxiv.org")))
    view = await desk.ask(f"search {text}")

    assert isinstance(view, CardList)
    assert [card.ranked.paper.id for card in view.cards] == ["2603.00001"]


@pytest.mark.parametrize("text", ["math.GT/0309136v1", "https://arxiv.org/abs/math/0309136"])
async def test_an_id_that_nobody_has_shown_is_said_to_be_unknown(desk: Desk, text: str) -> None:
    view = await desk.ask(f"search {text}")

    assert isinstance(view, CardList)
    assert view.cards == ()
    assert view.empty == "I have not seen a paper math/0309136 yet. more:yes asks Hugging Face for it."


async def test_a_paper_that_was_seen_later_is_not_found_by_its_id_before(desk: Desk) -> None:
    await desk.store.papers.add(make_batch(robot(8, first_seen_at=NOON - days(1))))
    view = await desk.ask("search 2603.00008 as-of:2026-03-01")

    assert isinstance(view, CardList)
    assert view.cards == ()


async def test_who_muted_all_that_a_search_finds_is_told_so(desk: Desk) -> None:
    await desk.ask("mute robot")
    view = await desk.ask("search robot")

    assert isinstance(view, CardList)
    assert view.empty == "All that was found is muted by you. See what you mute: /papers mute list"


@pytest.mark.parametrize("options", ["", " since:30d", " topic:robot"])
async def test_pages_of_a_search_stay_as_they_were_while_papers_change(desk: Desk, options: str) -> None:
    """Word weights change with each paper that comes, so the order would too."""
    crowd = [robot(number, published_at=NOON - hours(number)) for number in range(100, 120)]
    await desk.store.papers.add(make_batch(*crowd))
    whole = [card.ranked.paper.id for page in range(1, 6) for card in await _page(desk, options, page, None)]
    first = await desk.ask(f"search robot{options}")
    assert isinstance(first, CardList)
    moment = f"{first.papers.as_of:%Y-%m-%dT%H:%M:%S.%f}Z"
    changed = [robot(n, published_at=NOON - hours(200 - n), updated_at=NOON + hours(1)) for n in range(100, 120)]
    await desk.store.papers.add(make_batch(*changed))
    pages = [card.ranked.paper.id for page in range(1, 6) for card in await _page(desk, options, page, moment)]
    assert pages == whole


async def _page(desk: Desk, options: str, page: int, moment: str | None) -> tuple[PaperCard, ...]:
    view = await desk.ask(f"search robot{options} page:{page}{f' as-of:{moment}' if moment else ''}")
    assert isinstance(view, CardList)
    return view.cards
