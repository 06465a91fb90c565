"""What a backtest measures, and what it learns from."""

import math

import numpy as np
import pytest

from bot.backtest import measures
from bot.backtest.fitting import Lesson, fit, solve
from bot.backtest.ours import Observer, columns
from bot.backtest.report import Contests
from bot.errors import UserError
from bot.progress import Silent
from bot.ranking.weights import NEVER_ABOVE_0, NEVER_BELOW_0, TREND, shipped
from tests.bot.recorded_days import history, ordinary

# --- measures ---------------------------------------------------------------------------------------------------


def test_the_best_order_is_1_and_equal_scores_are_an_expectation() -> None:
    truth = np.array([8.0, 4.0, 2.0, 0.0])
    assert measures.ndcg(truth, truth, 3) == pytest.approx(1)
    assert measures.share(-truth, truth, 2) == pytest.approx(2 / 12)
    dice, ties = np.random.default_rng(1), np.zeros(4)
    drawn = [measures.ndcg(dice.random(4), truth, 3) for _ in range(4000)]
    assert measures.ndcg(ties, truth, 3) == pytest.approx(float(np.mean(drawn)), abs=0.01)


def test_a_tie_with_the_last_of_the_best_counts_as_best() -> None:
    truth = np.array([9.0, 5.0, 5.0, 1.0])
    assert measures.precision(np.array([4.0, 1.0, 3.0, 2.0]), truth, 2) == 1
    assert measures.spearman(truth, truth) == pytest.approx(1)
    assert measures.spearman(np.zeros(4), truth) == 0


def test_the_interval_holds_the_mean() -> None:
    low, high = measures.interval(np.array([0.2, 0.4, 0.6, 0.8]))
    assert 0.2 <= low < 0.5 < high <= 0.8
    assert math.isnan(measures.interval(np.zeros(0))[0])


# --- fitting ----------------------------------------------------------------------------------------------------


def test_weights_held_at_0_stay_there() -> None:
    dice = np.random.default_rng(3)
    table = dice.normal(size=(400, 3))
    target = table @ np.array([2.0, -1.0, 0.5])
    found = solve(Lesson(table, target, np.ones(400)), 1.0, ("a", "b", "c"), ("b",), ("c",))
    assert found.tolist() == pytest.approx([2.0, 0.0, 0.0], abs=0.2)
    free = solve(Lesson(table, target, np.ones(400)), 0.01, ("a", "b", "c"), (), ())
    assert free.tolist() == pytest.approx([2.0, -1.0, 0.5], abs=0.01)


def test_the_shipped_weights_are_monotone_and_complete() -> None:
    weights = shipped()
    assert set(weights.trend) == set(TREND)
    assert all(weights.trend[name] >= 0 for name in NEVER_BELOW_0)
    assert all(weights.trend[name] <= 0 for name in NEVER_ABOVE_0)


def test_columns_have_a_weight_each() -> None:
    told = history(*ordinary())
    contest = Contests.of(told).day[6][0]
    assert set(columns(Observer(told).seen(contest, shipped().levels), contest, shipped())) == set(TREND)


def test_too_few_days_are_refused() -> None:
    with pytest.raises(UserError, match="Too few recorded days"):
        fit(Contests.of(history(*ordinary())), "2025-05-03", Silent())
