"""The protocols of the backtest, each rule on a small invented history."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.backtest import baselines
from bot.backtest.ours import Observer, cold, warm
from bot.backtest.protocols import days, gains, upvotes_of
from bot.backtest.recorded import PAPERS, READINGS, Recorded, RecordedPaper, read
from bot.backtest.report import Contests
from bot.backtest.run import backtest
from bot.errors import UserError
from bot.progress import Silent
from bot.ranking.series import HOUR
from bot.ranking.weights import shipped
from tests.bot.recorded_days import DAY, Reading, history, ordinary, paper, reading

# --- day --------------------------------------------------------------------------------------------------------


def test_a_day_is_decided_some_hours_after_each_submission_from_the_latest_reading_by_then() -> None:
    papers, readings = ordinary()
    told = history(papers, readings)
    for hours, upvotes in ((6, 1), (24, 1), (27, 3)):
        (contest,) = days(told, upvotes_of(told), hours)
        assert upvotes_of(told).values[contest.readings][0] == upvotes
        assert contest.decided_at[0] == papers[0].submitted_at + hours * HOUR
        assert contest.truth[0] == 5


def test_a_paper_without_a_reading_five_days_later_has_no_truth_and_is_left_out() -> None:
    papers, readings = ordinary()
    short = [one for one in readings if one[0] != papers[0].id or one[1] < papers[0].submitted_at + 5 * DAY]
    told = history(papers, short)
    (contest,) = days(told, upvotes_of(told), 6)
    assert contest.papers.tolist() == list(range(1, 9))


def test_a_day_with_fewer_than_eight_papers_is_left_out() -> None:
    told = history(*ordinary(count=7))
    assert list(days(told, upvotes_of(told), 6)) == []


def test_readings_from_before_the_submission_are_not_trusted() -> None:
    papers, readings = ordinary()
    early = [reading(papers[0], -1, 99), reading(papers[1], -0.1, 2)]
    told = history(papers, [one for one in readings if one[1] > one[1] - 1] + early)
    upvotes = upvotes_of(told)
    assert 99 not in upvotes.values
    assert 2 in upvotes.values


# --- gain -------------------------------------------------------------------------------------------------------


def test_gain_is_what_comes_between_two_and_nine_days_later() -> None:
    papers, readings = ordinary(count=24)
    lists = [paper(0, 9)]
    told = history([*papers, *lists], readings)
    contest = next(iter(gains(told, upvotes_of(told))))
    assert contest.day == "2025-05-01"
    assert len(contest.papers) == 24
    assert contest.truth[0] == 5 - 1
    assert contest.hours[0] == 5.0


def test_gains_are_seen_at_other_hours_too_to_learn_from() -> None:
    """At 14:00 the papers are six hours older, and nothing is known that was not known at 8:00."""
    papers, readings = ordinary(count=24)
    told = Contests.of(history([*papers, paper(0, 9)], readings))
    first = next(one for one in told.lessons if one.hours[0] == 11.0)
    assert first.day == told.gain[0].day
    assert first.truth.tolist() == told.gain[0].truth.tolist()
    assert told.between("2025-05-01", "2025-05-31").lessons == [one for one in told.lessons if one.day > "2025-05-01"]


def test_a_gain_is_never_negative_and_needs_twenty_papers() -> None:
    papers, readings = ordinary(count=24)
    fallen = [(who, when, (max(0.0, 30 - counts[0]), *counts[1:])) for who, when, counts in readings]
    lists = [paper(0, 9)]
    told = history([*papers, *lists], [*readings[3:], *fallen[:3]])
    contest = next(iter(gains(told, upvotes_of(told))))
    assert contest.truth.min() == 0
    few = history([*papers[:19], *lists], readings)
    assert list(gains(few, upvotes_of(few))) == []


# --- nothing from later -----------------------------------------------------------------------------------------


def scores(told: Recorded, hours: int) -> tuple[list[float], list[float], list[list[float]]]:
    contests = Contests.of(told)
    contest = next(one for one in contests.day[hours] if one.day == "2025-05-04")
    seen, weights = Observer(told).seen(contest, shipped().levels), shipped()
    others = [score(contests.known(contest)).tolist() for score in baselines.BASELINES.values()]
    return warm(seen, contest, weights).tolist(), cold(seen, contest, weights).tolist(), others


@pytest.mark.parametrize("hours", [6, 12, 24])
def test_a_reading_planted_in_the_future_changes_nothing(hours: int) -> None:
    """Of the very papers, of older papers of the same makers, and of younger ones, after any decision of that day."""
    papers, readings = ordinary(days_of=6)
    before = scores(history(papers, readings), hours)
    end = max(one.submitted_at for one in papers if one.date == "2025-05-04") + 24 * HOUR
    planted = [(one.id, end + HOUR, (9000.0, 800.0, 700.0)) for one in papers]
    final = [reading(one, 6 * 24, one_reading[2][0]) for one in papers for one_reading in [readings[2]]]
    assert scores(history(papers, [*readings, *planted]), hours) == before
    assert final


def gain_scores(told: Recorded) -> tuple[float, list[float], list[list[float]]]:
    """When the first day of gains is decided, our scores, and those of the others."""
    contest, weights = next(iter(gains(told, upvotes_of(told)))), shipped()
    known = Contests.of(told).known(contest)
    others = [score(known).tolist() for score in baselines.BASELINES.values()]
    seen = Observer(told).seen(contest, weights.levels)
    return float(contest.decided_at.max()), warm(seen, contest, weights).tolist(), others


@pytest.mark.parametrize("later", [1, 5 * 24])
def test_a_reading_planted_after_a_gain_is_decided_changes_no_score(later: int) -> None:
    """Neither one that is no truth yet, nor one that changes what came; a little before, it does."""
    papers, readings = ordinary(count=24)
    papers = [*papers, paper(0, 9)]
    before = gain_scores(history(papers, readings))

    def planted(hours: float) -> tuple[float, list[float], list[list[float]]]:
        odd = [(one.id, before[0] + hours * HOUR, (9000.0 + place, 800.0, 700.0)) for place, one in enumerate(papers)]
        return gain_scores(history(papers, [*readings, *odd]))

    assert planted(later) == before
    assert planted(-0.5)[1] != before[1]


def test_a_reading_planted_in_the_past_does_change_something() -> None:
    papers, readings = ordinary(days_of=6)
    planted = [reading(papers[0], 40, 900)]
    assert scores(history(papers, readings), 6) != scores(history(papers, [*readings, *planted]), 6)


def test_cold_scores_see_no_count_of_the_papers_themselves() -> None:
    papers, readings = ordinary(days_of=6)
    day = {one.id for one in papers if one.date == "2025-05-04"}
    more = [
        (who, when, (counts[0] + 50 * (who in day), *counts[1:])) if who in day else (who, when, counts)
        for who, when, counts in readings
    ]
    assert scores(history(papers, readings), 6)[1] == scores(history(papers, more), 6)[1]
    assert scores(history(papers, readings), 6)[0] != scores(history(papers, more), 6)[0]


# --- files ------------------------------------------------------------------------------------------------------


def write(folder: Path, papers: Sequence[RecordedPaper], readings: Sequence[Reading]) -> None:
    def when(moment: float) -> str:
        return str(np.datetime64(int(moment), "s")) + "Z"

    rows = [
        {"id": one.id, "date": one.date, "submittedAt": when(one.submitted_at), "title": one.title, "authors": ["A"]}
        for one in papers
    ]
    with gzip.open(folder / PAPERS, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    with gzip.open(folder / READINGS, "wt", encoding="utf-8") as file:
        file.write("paper_id,observed_at,upvotes,comments,github_stars\n")
        file.writelines(f"{who},{when(moment)},{counts[0]:.0f},,\n" for who, moment, counts in readings)


def test_a_folder_is_measured_as_the_documented_object(tmp_path: Path) -> None:
    write(tmp_path, *ordinary(count=24, days_of=10))
    told = backtest(tmp_path, None, Silent())
    assert set(told["day"]) == {"6", "12", "24"}
    names = {"ours", *baselines.BASELINES}
    assert set(told["gain"]) == set(told["cold"]) == set(told["day"]["6"]) == names
    assert {"ndcg@5", "ndcg@10", "p@5", "spearman", "share@5", "ci"} <= set(told["day"]["6"]["ours"])
    assert {"ndcg@10", "share@10", "ci"} <= set(told["gain"]["ours"])
    assert told["days"][0] == "2025-05-01"
    assert told["day"]["6"]["upvotes"]["ndcg@5"] == pytest.approx(1, abs=0.001)


def test_files_that_are_missing_or_broken_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not there"):
        read(tmp_path, Silent())
    write(tmp_path, *ordinary())
    (tmp_path / READINGS).write_bytes(b"no gzip")
    with pytest.raises(UserError, match="not a whole gzip file"):
        read(tmp_path, Silent())
    with gzip.open(tmp_path / READINGS, "wt") as file:
        file.write("a,b\n")
    with pytest.raises(UserError, match="does not name the columns"):
        read(tmp_path, Silent())
    with gzip.open(tmp_path / READINGS, "wt") as file:
        file.write("paper_id,observed_at,upvotes,comments,github_stars\nx,noon,1,,\n")
    with pytest.raises(UserError, match="line 2 is not a reading"):
        read(tmp_path, Silent())
    with gzip.open(tmp_path / PAPERS, "wt") as file:
        file.write("{}\n")
    with pytest.raises(UserError, match="line 1 is not a paper"):
        read(tmp_path, Silent())
