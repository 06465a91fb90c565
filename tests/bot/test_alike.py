"""Topics by example: `like:ID,ID` finds what is near those papers, by meaning or, without a model, by telling words."""

from typing import Any

import numpy as np
import pytest

from bot.commands.digest.options import TERMS
from bot.commands.options import TOPIC, TOPICS
from bot.errors import UsageError
from bot.models import Topics
from bot.service.alike import ONE, SEVERAL
from bot.topics import compile_term, compile_topics
from bot.views import DigestPost, Notice
from tests.builders import CHANNEL, NOON, hours, make_batch, make_observation, make_paper
from tests.service import Desk, make_desk

EXAMPLES = ("2603.00001", "2603.00002")
LIKE = "like:2603.00001+2603.00002"


def at_angle(cosine: float) -> Any:
    """A vector of length one, so near to (1, 0, 0)."""
    return np.array([cosine, (1 - cosine * cosine) ** 0.5, 0], np.float32)


async def desk_with(meanings: dict[str, Any], words: dict[str, str] | None = None) -> Desk:
    desk = make_desk()
    for number in range(1, 7):
        paper_id = f"2603.{number:05}"
        title = (words or {}).get(paper_id, f"{chr(64 + number) * 7} {chr(96 + number) * 9}")
        paper = make_paper(paper_id, title=title, abstract="", first_seen_at=NOON - hours(number))
        await desk.store.papers.add(make_batch(paper, make_observation(paper_id, NOON - hours(0.5), upvotes=9)))
    desk.store.search.meanings |= meanings
    await desk.ask("digest subscribe")
    return desk


async def digest(desk: Desk) -> set[str]:
    view = await desk.ask("digest preview")
    assert isinstance(view, DigestPost)
    return {card.ranked.paper.id for card in view.cards}


TYPED = ("like:2603.00002,2603.00001", "like:2603.00001+2603.00002v3", "like:2603.00001, 2603.00002")


@pytest.mark.parametrize("text", TYPED)
def test_it_is_typed_with_commas_and_kept_as_one_term(text: str) -> None:
    (term,) = TOPICS.parse(f"{text}")
    assert compile_term(term) == compile_term(LIKE)
    both = TOPIC.parse(f"robots, {text}, agents").include
    assert (both[0], both[-1], len(both)) == ("robots", "agents", 3)
    assert len(TERMS.parse(text.replace(", ", ",")).include) == 1


@pytest.mark.parametrize("text", ["like:", "like:robots", "like:2603.00001+robots"])
def test_what_names_no_paper_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        compile_topics(Topics(include=(text,)))


def test_the_examples_themselves_always_fit() -> None:
    matcher = compile_topics(Topics(include=(LIKE,)))
    assert matcher.match(make_paper(EXAMPLES[0])) == (LIKE,)
    assert matcher.match(make_paper("2603.00009")) is None
    assert matcher.match(make_paper("2603.00009"), {compile_term(LIKE).key}) == (LIKE,)


async def test_papers_near_the_middle_of_the_examples_come_and_others_do_not() -> None:
    near, far = at_angle(SEVERAL + 0.01), at_angle(SEVERAL - 0.02)
    desk = await desk_with(
        {EXAMPLES[0]: at_angle(1.0), EXAMPLES[1]: at_angle(1.0), "2603.00003": near, "2603.00004": far}
    )
    view = await desk.ask("digest topics add like:2603.00001,2603.00002")
    assert isinstance(view, Notice)
    told = {field.label: field.text for field in view.fields}
    assert "nearer to their middle than 0.60" in told["Like"]
    assert told["Last 7 days"].startswith("3 of 6 papers")
    assert (await desk.service.channels.get(CHANNEL)).topics.include == (LIKE,)
    assert await digest(desk) == {*EXAMPLES, "2603.00003"}


async def test_one_example_is_enough_and_may_be_kept_out() -> None:
    near, far = at_angle(ONE + 0.01), at_angle(ONE - 0.02)
    desk = await desk_with({EXAMPLES[0]: at_angle(1.0), "2603.00003": near, "2603.00004": far})
    await desk.ask("digest topics exclude like:2603.00001")
    assert await digest(desk) == {"2603.00002", "2603.00004", "2603.00005", "2603.00006"}


async def test_without_a_model_it_goes_by_telling_words() -> None:
    words = {
        "2603.00001": "Tactile grasping hands",
        "2603.00002": "Grasping cups",
        "2603.00003": "Hands for tactile grasping",
        "2603.00004": "Proteins folded",
    }
    desk = await desk_with({}, words)
    await desk.ask("digest topics add like:2603.00001")
    assert {"2603.00001", "2603.00003"} <= await digest(desk) <= {"2603.00001", "2603.00002", "2603.00003"}


async def test_trending_and_search_take_it_too() -> None:
    desk = await desk_with({EXAMPLES[0]: at_angle(1.0), "2603.00003": at_angle(0.9)})
    for text in ("trending topic:like:2603.00001", "search topic:like:2603.00001 ccccccccc"):
        view: Any = await desk.ask(text)
        assert "2603.00003" in {card.ranked.paper.id for card in view.cards}, text
        assert "2603.00004" not in {card.ranked.paper.id for card in view.cards}, text


async def test_an_example_that_nobody_knows_is_refused() -> None:
    desk = await desk_with({})
    view = await desk.ask("digest topics add like:2603.09999")
    assert isinstance(view, Notice)
    assert view.code == "unknown_paper"
    assert (await desk.service.channels.get(CHANNEL)).topics == Topics()
