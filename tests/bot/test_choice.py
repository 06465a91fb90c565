"""Which papers a digest gets: the laws of the choice, of its diversity and of a learned taste."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.choice import LEAST_VOTES, Candidate, Pick, Taste, Voted, choose, hashed, learn, mmr
from bot.choice.picking import EXPLORATION, TASTE
from bot.choice.taste import SHARE, Vector
from bot.models import ScorePart

SPREAD = 1.5


def unit(*numbers: float) -> Vector:
    vector = np.array(numbers, np.float32)
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length or 1)


def a_paper(number: int, score: float = 5.0, vector: Vector | None = None, words: str = "") -> Candidate:
    told = words or f"word{number}"
    return Candidate(
        paper_id=f"2603.{number:05}",
        score=score,
        vector=vector,
        words=hashed([(word, 1.0) for word in told.split()]),
    )


def ids(picks: Sequence[Pick]) -> list[int]:
    return [int(pick.paper_id[5:]) for pick in picks]


numbers = st.floats(-1, 1, allow_nan=False, width=32)
directions = (
    st.tuples(numbers, numbers, numbers).filter(lambda told: sum(map(abs, told)) > 0.01).map(lambda v: unit(*v))
)
scores = st.integers(0, 2**22).map(lambda steps: steps * 2.0**-20)
papers = st.lists(st.tuples(scores, st.none() | directions), min_size=1, max_size=70).map(
    lambda told: [a_paper(number, score, vector) for number, (score, vector) in enumerate(told, 1)]
)
votes = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.none() | directions), min_size=LEAST_VOTES, max_size=12
)


def voted_on(told: Sequence[tuple[int, int, Vector | None]]) -> list[Voted]:
    return [
        Voted(paper_id=f"2602.{number:05}", up=up, down=down, vector=vector, words=hashed([(f"word{number}", 1.0)]))
        for number, (up, down, vector) in enumerate(told, 1)
    ]


# --- diversity --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("weight", "order"), [(0.5, [0, 2, 1]), (0.7, [0, 1, 2]), (1.0, [0, 1, 2])])
def test_maximal_marginal_relevance_as_worked_out_by_hand(weight: float, order: list[int]) -> None:
    similarity = np.array([[1, 0.95, 0.1], [0.95, 1, 0.1], [0.1, 0.1, 1]], np.float32)
    assert mmr([0.9, 0.88, 0.5], similarity.__getitem__, weight, 3) == order


def test_five_of_one_kind_do_not_fill_a_digest() -> None:
    same = [a_paper(number, 6.0 - number / 100, unit(1, number / 50, 0)) for number in range(1, 6)]
    others = [a_paper(6, 5.8, unit(0, 1, 0)), a_paper(7, 5.7, unit(0, 0, 1))]
    chosen = ids(choose([*same, *others], limit=3, spread=SPREAD, seed=""))
    assert chosen[0] == 1
    assert set(chosen) == {1, 6, 7}


def test_variety_never_brings_what_is_far_below_the_best() -> None:
    same = [a_paper(number, 6.0, unit(1, number / 50, 0)) for number in range(1, 6)]
    poor = a_paper(6, 6.0 - SPREAD, unit(0, 1, 0))
    assert 6 not in ids(choose([*same, poor], limit=3, spread=SPREAD, seed=""))


def test_without_a_model_words_tell_what_is_of_one_kind() -> None:
    same = [a_paper(number, 6.0 - number / 100, words="robots grasp cups") for number in range(1, 4)]
    other = a_paper(4, 5.9, words="proteins fold")
    assert ids(choose([*same, other], limit=2, spread=SPREAD, seed="")) == [1, 4]


def test_what_was_passed_over_is_told() -> None:
    first, twin, other = a_paper(1, 6.0, unit(1, 0, 0)), a_paper(2, 5.99, unit(1, 0, 0)), a_paper(3, 5.9, unit(0, 1, 0))
    _, second = choose([first, twin, other], limit=2, spread=SPREAD, seed="")
    assert [part.text for part in second.parts] == ["taken before a paper with a higher score, close to one above"]


# --- laws -------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(papers, st.integers(0, 12), votes, st.randoms(use_true_random=False))
def test_the_order_in_which_papers_are_told_makes_no_difference(
    told: list[Candidate], limit: int, votes: list[tuple[int, int, Vector | None]], dice: Random
) -> None:
    taste, shuffled = learn(voted_on(votes)), list(told)
    dice.shuffle(shuffled)
    first = choose(told, limit=limit, spread=SPREAD, seed="here", taste=taste)
    assert choose(shuffled, limit=limit, spread=SPREAD, seed="here", taste=taste) == first


@settings(deadline=None)
@given(papers, st.integers(0, 12), votes)
def test_a_choice_is_of_the_papers_told_each_once_and_as_many_as_there_are(
    told: list[Candidate], limit: int, votes: list[tuple[int, int, Vector | None]]
) -> None:
    picks = choose(told, limit=limit, spread=SPREAD, seed="", taste=learn(voted_on(votes)))
    chosen = {pick.paper_id for pick in picks}
    assert len(chosen) == len(picks) == min(limit, len(told))
    assert chosen <= {one.paper_id for one in told}


@settings(deadline=None)
@given(papers, st.integers(1, 12))
def test_without_a_taste_the_best_paper_comes_first(told: list[Candidate], limit: int) -> None:
    best = max(told, key=lambda one: (one.worth, [-ord(letter) for letter in one.paper_id]))
    assert choose(told, limit=limit, spread=SPREAD, seed="")[0].paper_id == best.paper_id


@settings(deadline=None)
@given(papers, votes, st.floats(0.1, 5))
def test_a_taste_moves_no_paper_by_more_than_its_share(
    told: list[Candidate], votes: list[tuple[int, int, Vector | None]], spread: float
) -> None:
    taste = learn(voted_on(votes))
    assume(taste is not None)
    assert taste is not None
    parts = taste.parts([one.vector for one in told], [one.words for one in told], spread)
    assert all(abs(part) <= SHARE * spread for part in parts)
    assert all((part * 2**20).is_integer() for part in parts)
    assert sum(part > 0 for part in parts) <= len(told) / 2 + 1, "it lifts some and lowers others"


@settings(deadline=None)
@given(votes, st.randoms(use_true_random=False))
def test_the_order_of_votes_makes_no_difference(told: list[tuple[int, int, Vector | None]], dice: Random) -> None:
    first = voted_on(told)
    shuffled = list(first)
    dice.shuffle(shuffled)
    one, other = learn(first), learn(shuffled)
    assert (one is None) == (other is None)
    if one and other:
        assert repr(one) == repr(other)


# --- taste ------------------------------------------------------------------------------------------------------

ROBOTS, PROTEINS = unit(1, 0.2, 0), unit(0, 0.2, 1)


def a_taste() -> Taste:
    taste = learn(voted_on([(2, 0, ROBOTS), (1, 0, ROBOTS), (0, 2, PROTEINS), (0, 1, PROTEINS)]))
    assert taste is not None
    return taste


def some_papers(count: int = 12) -> list[Candidate]:
    """Half about robots, half about proteins, with scores close to each other."""
    return [
        a_paper(number, 6.0 - number / 100, replaced(PROTEINS if number % 2 else ROBOTS, number))
        for number in range(1, count + 1)
    ]


def replaced(vector: Vector, number: int) -> Vector:
    return unit(vector[0], vector[1] + number / 40, vector[2])


def test_few_votes_teach_nothing() -> None:
    assert learn(voted_on([(1, 0, ROBOTS)] * (LEAST_VOTES - 1))) is None
    assert learn(voted_on([(1, 1, ROBOTS)] * (LEAST_VOTES + 1))) is None, "a draw says nothing"


def test_what_is_like_the_papers_voted_for_comes_before_what_is_like_those_voted_against() -> None:
    without = choose(some_papers(), limit=3, spread=SPREAD, seed="")
    with_taste = choose(some_papers(), limit=3, spread=SPREAD, seed="", taste=a_taste())
    assert ids(without)[0] == 1
    assert ids(with_taste)[0] == 2
    (part,) = [part for part in with_taste[0].parts if part.signal == TASTE]
    assert part.part > 0
    assert part.text == "like what this channel votes for"


def test_a_paper_far_better_comes_first_whatever_the_taste() -> None:
    far = replace(some_papers()[0], score=6.0 + 2 * SHARE * SPREAD)
    assert ids(choose([far, *some_papers()[1:]], limit=3, spread=SPREAD, seed="", taste=a_taste()))[0] == 1


def test_the_last_slot_explores_what_the_taste_would_not_choose_and_says_so() -> None:
    picks = choose(some_papers(), limit=5, spread=SPREAD, seed="slack:T1:C1 2026-03-10", taste=a_taste())
    assert [pick.exploring for pick in picks] == [False] * 4 + [True]
    assert ids(picks)[-1] % 2 == 1
    assert picks[-1].parts[-1] == ScorePart(
        signal=EXPLORATION, value=None, unit="", part=0.0, text="the one slot for what this channel does not vote for"
    )


def test_what_is_explored_differs_by_date_and_is_the_same_again() -> None:
    def explored(seed: str) -> int:
        return ids(choose(some_papers(40), limit=5, spread=SPREAD, seed=seed, taste=a_taste()))[-1]

    dates = [f"slack:T1:C1 2026-03-{day:02}" for day in range(1, 31)]
    assert [explored(date) for date in dates] == [explored(date) for date in dates]
    assert len({explored(date) for date in dates}) > 1


@pytest.mark.parametrize(("limit", "count"), [(2, 12), (5, 5)])
def test_nothing_is_explored_where_each_slot_is_needed(limit: int, count: int) -> None:
    picks = choose(some_papers(count), limit=limit, spread=SPREAD, seed="", taste=a_taste())
    assert not any(pick.exploring for pick in picks)


def test_a_taste_is_told_by_words_where_a_paper_has_no_vector() -> None:
    liked = [Voted(paper_id=str(n), up=1, down=0, vector=ROBOTS, words=hashed([("robots", 1.0)])) for n in range(5)]
    taste = learn(liked)
    assert taste is not None
    told = taste.parts([None, ROBOTS], [hashed([("robots", 1.0)]), hashed([("proteins", 1.0)])], SPREAD)
    assert told[0] > 0 > told[1]
