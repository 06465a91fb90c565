"""A count over time, in characters."""

from hypothesis import given
from hypothesis import strategies as st

from bot.ranking.sparkline import MOST, sparkline


def test_the_least_is_lowest_and_the_most_is_highest() -> None:
    assert sparkline([1, 8, 4]) == "▁█▄"
    assert sparkline([5, 5]) == "▁▁"
    assert sparkline([]) == ""


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=200))
def test_a_line_is_short_and_keeps_its_ends(values: list[int]) -> None:
    line = sparkline(values)
    assert len(line) == min(MOST, len(values))
    least = min(values)
    assert (line[0] == "▁") or values[0] > least
