"""The command line of the benchmarks; the figures themselves are no tests."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import benchmarks.growth
import benchmarks.rank
import benchmarks.stand_in
from benchmarks import BenchmarkError, Options
from benchmarks.__main__ import NAMES, main
from benchmarks.growth_chart import DOCS, SERIES, chart


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rank benchmark with little work."""
    monkeypatch.setattr(benchmarks.rank, "PAPERS", 50)
    monkeypatch.setattr(benchmarks.rank, "OBSERVATIONS", 500)
    monkeypatch.setattr(benchmarks.rank, "_LISTS", 3)


@pytest.mark.parametrize(
    ("name", "said"), [("rnak", "Did you mean “rank”?"), ("zzz", "There is no benchmark"), ("", "rank")]
)
def test_an_unknown_name_is_refused_with_those_that_can_be_run(
    name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert "rank" in printed.err
    assert not printed.out


def test_a_name_that_is_not_written_yet_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NAMES, "later", "something")
    assert main(["later"]) == 2
    assert "not written yet" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_a_run_prints_the_work_the_time_the_memory_and_the_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rank", "--json", "--peers"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["papers"], report["loaded_observations"]) == (50, 500)
    assert report["scoring_median_s"] > 0
    assert report["peak_memory_mib"] > 0
    assert report["machine"]["cores"] >= 1


@pytest.mark.usefixtures("quick")
def test_people_get_lines(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["rank", "--database-url", f"sqlite:///{tmp_path / 'mine.db'}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split() == ["papers", "50"] for line in lines)
    assert (tmp_path / "mine.db").exists()


def test_a_benchmark_that_cannot_be_run_exits_with_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(_options: Options) -> dict[str, object]:
        raise BenchmarkError("there is no server")

    monkeypatch.setattr(benchmarks.rank, "run", run)
    assert main(["rank"]) == 1
    assert "there is no server" in capsys.readouterr().err


def test_commands_through_a_platform_say_what_they_miss(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmarks.stand_in, "PACKAGE", benchmarks.stand_in.CHECKOUT / "not" / "there")
    assert main(["commands", "--platform", "slack"]) == 1
    assert "needs the stand-in" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_a_size_of_one_s_own_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rank", "--json", "--papers", "20"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["papers"], report["observations"], report["loaded_observations"]) == (20, 200, 200)


def test_only_what_has_papers_takes_a_number_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tick", "--papers", "20"]) == 2
    assert "rank, search, match" in capsys.readouterr().err


def test_only_commands_go_through_a_platform(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rank", "--platform", "slack"]) == 2
    assert "only “commands”" in capsys.readouterr().err


def test_growth_is_measured_at_each_size_and_drawn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmarks.growth, "SIZES", (600, 1200))
    assert main(["growth", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["growth"]
    assert [row["schedules"] for row in rows] == [600, 1200]
    assert all(row[name] > 0 for row in rows for name in SERIES)

    root = ET.fromstring(chart(rows))  # noqa: S314 - our own text
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"600", "1,200"} <= set(words)
    for label, _ in SERIES.values():
        assert any(word and word.startswith(label) for word in words)


def test_the_chart_in_the_docs_is_of_the_figures_beside_it() -> None:
    rows = json.loads((DOCS / "growth.json").read_text())["growth"]
    assert [row["schedules"] for row in rows] == [1_000, 10_000, 100_000, 1_000_000]
    assert (DOCS / "growth.svg").read_text() == chart(rows)
