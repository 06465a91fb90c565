"""How a count went, as a small drawing and in words."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.web.chart import HEIGHT, MOST, WIDTH, chart, charts
from tests.builders import NOON, days, hours, make_observation


def test_it_goes_from_the_lower_left_to_the_upper_right() -> None:
    found = chart("Upvotes", [(NOON, 40), (NOON - days(2), 3), (NOON - days(1), 20)])
    assert found is not None
    assert found.words == "Upvotes from 3 on 8 Mar 2026 to 40 on 10 Mar 2026, at 3 readings."
    assert found.points == "5,59 160,34.2 315,5"
    assert (found.first, found.last, found.end) == ("3", "40", (315, 5))


def test_one_reading_draws_nothing_and_none_is_no_chart() -> None:
    once = chart("Upvotes", [(NOON, 40)])
    assert once is not None
    assert (once.points, once.words) == ("", "Upvotes: 40, read once, on 10 Mar 2026.")
    assert chart("Upvotes", []) is None


def test_counts_nobody_told_are_no_readings() -> None:
    told = [make_observation(at=NOON - hours(2), upvotes=5), make_observation(at=NOON, github_stars=None, comments=2)]
    assert [one.label for one in charts(told)] == ["Upvotes"]


def test_stars_are_github_s_own_where_there_are_some() -> None:
    told = [
        make_observation(at=NOON - hours(4), github_stars=100),
        make_observation(at=NOON - hours(3), source="github", github_stars=150),
        make_observation(at=NOON - hours(2), github_stars=100),
        make_observation(at=NOON - hours(1), source="github", github_stars=160),
    ]
    (stars,) = charts(told)
    assert (stars.first, stars.last) == ("150", "160")


@given(st.lists(st.tuples(st.datetimes(), st.integers(0, 10**9)), min_size=1, max_size=200))
def test_any_readings_stay_within_the_drawing(readings: list[tuple[object, int]]) -> None:
    found = chart("Upvotes", [(at.replace(tzinfo=NOON.tzinfo), count) for at, count in readings])  # type: ignore[attr-defined]
    assert found is not None
    points = [tuple(map(float, point.split(","))) for point in found.points.split()]
    assert len(points) <= MOST
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
