"""Recorded history becomes papers, readings and lists, once however often it is read."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.models import Counts
from tests.bot.documents import daily_item
from tests.bot.recordings import LATER, SNAPSHOTS, arxiv_row, daily_row, load, places, write_lines, write_recording

# --- tables -----------------------------------------------------------------------------------------------------------


async def test_a_daily_row_is_a_paper_first_seen_when_it_reached_its_list_and_tells_no_counts(tmp_path: Path) -> None:
    store, report = await load(write_lines(tmp_path / "hf_daily.jsonl.gz", [daily_row()]))
    paper = await store.get("2603.01234")
    assert paper is not None
    assert paper.first_seen_at == datetime(2026, 3, 10, 5, 25, 12, tzinfo=UTC)
    assert paper.updated_at == datetime(2026, 3, 11, 1, 40, tzinfo=UTC)
    assert (paper.github_repo, paper.submitter, paper.organization) == (
        "ada-example/study",
        "ada-example",
        "example-lab",
    )
    assert (paper.summary, paper.keywords, paper.sources) == ("It is studied.", ("studies",), ("hugging_face",))
    assert await store.observations("2603.01234", LATER) == [], "its counts are last readings without a time"
    assert (report.papers, report.observations, report.skipped) == (1, 0, 0)


async def test_the_order_of_a_list_is_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [daily_row("2603.00002"), daily_row("2603.00001"), daily_row("2603.00003", date="2026-03-11")]
    store, _ = await load(write_lines(tmp_path / "hf_daily.jsonl", rows))
    assert await places(store) == [("2603.00002", 0), ("2603.00001", 1)]
    assert await places(store, date(2026, 3, 11)) == [("2603.00003", 0)]
    [listing] = await store.listings(date(2026, 3, 11), date(2026, 3, 11), LATER)
    assert listing.listed_at == datetime(2026, 3, 10, 5, 25, 12, tzinfo=UTC)


async def test_readings_keep_their_time_and_two_of_one_instant_are_one(tmp_path: Path) -> None:
    write_lines(tmp_path / "hf_daily.jsonl.gz", [daily_row()])
    (tmp_path / "hf_snapshots.csv").write_text(SNAPSHOTS)
    store, report = await load(tmp_path)
    assert [(one.observed_at.day, one.counts) for one in await store.observations("2603.01234", LATER)] == [
        (10, Counts(upvotes=4, comments=1, github_stars=7)),
        (11, Counts(upvotes=40, comments=2)),
    ]
    assert (report.papers, report.observations) == (1, 2)
    assert report.skipped == 4, "no count, no such paper, no time, too short"


async def test_readings_of_papers_that_the_store_knows_need_no_list(tmp_path: Path) -> None:
    store, _ = await load(write_lines(tmp_path / "hf_daily.jsonl.gz", [daily_row()]))
    (tmp_path / "hf_snapshots.csv").write_text(SNAPSHOTS)
    _, report = await load(tmp_path / "hf_snapshots.csv", store=store)
    assert report.observations == 2


async def test_an_arxiv_row_was_announced_on_the_evening_before_its_listing(tmp_path: Path) -> None:
    rows = [
        arxiv_row(),
        arxiv_row("2501.00001", announce_type="replace"),
        arxiv_row("2603.00778", announce_type="replace"),
    ]
    store, _ = await load(write_lines(tmp_path / "arxiv" / "arxiv.jsonl.gz", rows))
    new, old, revised = [await store.get(paper_id) for paper_id in ("2603.00777", "2501.00001", "2603.00778")]
    assert new is not None
    assert new.announced_at == new.first_seen_at == datetime(2026, 3, 9, 0, 0, tzinfo=UTC)
    assert (new.categories, new.comment, new.sources) == (("cs.LG", "cs.AI"), "8 pages", ("arxiv",))
    assert old is not None
    assert (old.announced_at, old.first_seen_at) == (None, datetime(2025, 2, 1, tzinfo=UTC))
    assert revised is not None
    assert (revised.announced_at, revised.first_seen_at) == (None, new.first_seen_at)


async def test_a_paper_of_a_daily_list_counts_as_seen_when_it_reached_the_list(tmp_path: Path) -> None:
    write_lines(tmp_path / "hf_daily.jsonl.gz", [daily_row()])
    write_lines(tmp_path / "arxiv.jsonl", [arxiv_row("2603.01234")])
    store, report = await load(tmp_path)
    paper = await store.get("2603.01234")
    assert paper is not None
    assert paper.first_seen_at == datetime(2026, 3, 10, 5, 25, 12, tzinfo=UTC)
    assert (paper.categories, paper.sources) == (("cs.LG", "cs.AI"), ("arxiv", "hugging_face"))
    assert report.papers == 1


async def test_broken_lines_are_left_out_and_counted(tmp_path: Path) -> None:
    rows: list[Mapping[str, Any] | str] = [
        daily_row(),
        "{broken",
        "[]",
        daily_row("nonsense"),
        daily_row("2603.00002", title=None),
        "",
        daily_row("2603.00003"),
    ]
    store, report = await load(write_lines(tmp_path / "hf_daily.jsonl.gz", rows))
    assert (await store.totals(), report.skipped) == ((2, 0), 4)
    others: list[Mapping[str, Any] | str] = [arxiv_row(), "{", arxiv_row(listed_on=None)]
    assert (await load(write_lines(tmp_path / "arxiv.jsonl", others)))[1].skipped == 2


# --- recorded answers -------------------------------------------------------------------------------------------------


async def test_a_recorded_answer_is_read_at_the_time_it_was_recorded(tmp_path: Path) -> None:
    write_recording(tmp_path, "daily_papers-2026-03-10.json.gz", [daily_item()], "2026-03-10T08:01:02Z")
    write_recording(tmp_path, "daily_papers-2026-03-10@2559.json", [daily_item(upvotes=30)])
    store, report = await load(tmp_path)
    assert [(one.observed_at, one.counts.upvotes) for one in await store.observations("2603.01234", LATER)] == [
        (datetime(2026, 3, 10, 8, 1, 2, tzinfo=UTC), 10),
        (datetime(2026, 3, 11, 1, 59, tzinfo=UTC), 30),
    ]
    paper = await store.get("2603.01234")
    assert paper is not None
    assert paper.first_seen_at == datetime(2026, 3, 10, 5, 25, 12, 777000, tzinfo=UTC)
    assert (report.papers, report.observations, report.skipped) == (1, 2, 0)


async def test_a_recording_without_a_time_tells_papers_and_places_but_no_counts(tmp_path: Path) -> None:
    store, report = await load(write_recording(tmp_path, "daily_papers-2026-03-10.json", [daily_item()]))
    assert (await store.totals(), report.skipped) == ((1, 0), 1)
    assert await places(store) == [("2603.01234", 0)]


async def test_the_newest_recording_gives_the_order_and_what_only_others_have_comes_after(tmp_path: Path) -> None:
    first = [daily_item("2603.00001"), daily_item("2603.00002")]
    last = [daily_item("2603.00002"), daily_item("2603.00003"), daily_item("2603.00001")]
    write_recording(tmp_path, "daily_papers-2026-03-10.json", first, "2026-03-10T08:00:00Z")
    write_recording(tmp_path, "daily_papers-2026-03-10@2559.json", last)
    write_lines(tmp_path / "hf_daily.jsonl", [daily_row("2603.00000"), daily_row("2603.00001")])
    store, _ = await load(tmp_path)
    expected = ["2603.00002", "2603.00003", "2603.00001", "2603.00000"]
    assert [paper_id for paper_id, _ in await places(store)] == expected


async def test_what_a_recorder_wrote_as_python_is_read_and_a_note_instead_of_a_list_is_left_out(tmp_path: Path) -> None:
    odd = [repr(daily_item()), "{not python", "{'a': " + "(" * 5000, "text"]
    write_recording(tmp_path, "daily_papers-2026-03-10@0800.json", odd)
    write_recording(tmp_path, "daily_papers-2026-03-08@0800.json", 1)
    write_recording(tmp_path, "daily_papers-2026-03-07@0800.json", ["nothing", "here"])
    store, report = await load(tmp_path)
    assert (await store.totals(), report.skipped) == ((1, 1), 3 + 1 + 2)
