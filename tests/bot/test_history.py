"""Recorded history becomes papers, readings and lists, once however often it is read."""

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from bot.errors import UserError
from bot.history import ImportReport, import_history
from bot.history.rows import arxiv_paper, daily_paper, snapshot
from bot.models import Counts
from bot.progress import Silent
from tests.bot.documents import any_document, daily_item
from tests.memory_papers import MemoryPapers

LATER = datetime(2026, 12, 31, tzinfo=UTC)
DAY = date(2026, 3, 10)


def daily_row(paper_id: str = "2603.01234", **changes: Any) -> dict[str, Any]:
    return {
        "date": "2026-03-10", "kind": "api", "id": paper_id, "title": f"A study of {paper_id}",
        "summary": "We study it.",
        "authors": ["Ada Example"], "publishedAt": "2026-03-09T00:00:00.000Z", "submittedAt": "2026-03-10T05:25:12Z",
        "submittedBy": "ada-example", "upvotes": 999, "numComments": 99, "githubStars": 9999,
        "githubRepo": "https://github.com/ada-example/study", "organization": "example-lab", "projectPage": None,
        "ai_summary": "It is studied.", "ai_keywords": ["studies"], "lastSeenAt": "2026-03-11T01:40:00Z", **changes,
    }  # fmt: skip


def arxiv_row(paper_id: str = "2603.00777", **changes: Any) -> dict[str, Any]:
    return {
        "id": paper_id, "title": "Another study", "abstract": "We study something else.", "authors": ["Ben Sample"],
        "categories": ["cs.LG", "cs.AI"], "comment": "8 pages", "listed_on": "2026-03-09", "published": None, **changes,
    }  # fmt: skip


CUT_OFF = gzip.compress(json.dumps(daily_row()).encode() + b"\n" + bytes(99_999))[:-20]
SNAPSHOTS = """paper_id,observed_at,upvotes,comments,github_stars,source,time_basis
2603.01234,2026-03-10T08:00:00Z,4,,,somebody,field in file
2603.01234,2026-03-10T08:00:00Z,,1,7,somebody else,field in file
2603.01234,2026-03-11T01:40:00Z,40,2,,somebody,commit time
2603.01234,2026-03-12T00:00:00Z,,,,somebody,field in file
2603.99999,2026-03-10T08:00:00Z,4,,,somebody,field in file
2603.01234,not a time,4,,,somebody,field in file
2603.01234,too short
"""


def write_lines(path: Path, rows: Sequence[Mapping[str, Any] | str]) -> Path:
    text = "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def write_recording(folder: Path, name: str, document: Any, recorded_at: str | None = None) -> Path:
    path = folder / name
    folder.mkdir(exist_ok=True)
    data = json.dumps(document).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    if recorded_at:
        index = folder / "index.csv"
        head = index.read_text() if index.exists() else "file,date,recorded_at\n"
        index.write_text(f"{head}{name},2026-03-10,{recorded_at}\n")
    return path


async def load(*paths: Path, store: MemoryPapers | None = None) -> tuple[MemoryPapers, ImportReport]:
    store = store or MemoryPapers()
    return store, await import_history(store, paths, Silent())


async def places(store: MemoryPapers, day: date = DAY) -> list[tuple[str, int]]:
    return [(listing.paper_id, listing.position) for listing in await store.listings(day, day, LATER)]


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


# --- the whole --------------------------------------------------------------------------------------------------------


async def test_a_second_time_adds_nothing(tmp_path: Path) -> None:
    write_lines(tmp_path / "hf_daily.jsonl.gz", [daily_row(f"2603.{number:05}") for number in range(30)])
    write_lines(tmp_path / "arxiv" / "arxiv.jsonl.gz", [arxiv_row(f"2603.{number:05}") for number in range(20, 50)])
    write_recording(tmp_path / "hf_api", "daily_papers-2026-03-10.json.gz", [daily_item()], "2026-03-10T08:00:00Z")
    (tmp_path / "hf_snapshots.csv").write_text(SNAPSHOTS)
    store, first = await load(tmp_path)
    listed = await places(store)
    _, second = await load(tmp_path, tmp_path / "hf_daily.jsonl.gz", store=store)
    assert (first.papers, first.observations) == (51, 3 - 1)
    assert (second.papers, second.observations) == (0, 0)
    assert await places(store) == listed


async def test_long_files_are_read_in_parts_and_progress_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Watching:
        def __init__(self) -> None:
            self.seen: list[tuple[str, int, int | None]] = []

        def report(self, task: str, done: int, total: int | None) -> None:
            self.seen.append((task, done, total))

    monkeypatch.setattr("bot.history.importing.BATCH", 10)
    write_lines(tmp_path / "hf_daily.jsonl.gz", [daily_row(f"2603.{number:05}") for number in range(35)])
    write_recording(tmp_path, "daily_papers-2026-03-10@0800.json", [daily_item()])
    watching = Watching()
    store = MemoryPapers()
    report = await import_history(store, [tmp_path], watching)
    assert report.papers == 36
    assert [task for task, _, _ in watching.seen] == ["recorded lists", *["hf_daily.jsonl.gz"] * 4]
    assert watching.seen[-1][1] == watching.seen[-1][2]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("hf_daily.jsonl", b"<html>\n", "line 1: it should be a JSON object"),
        ("hf_daily.jsonl.gz", b"not gzip", "line 1: it is damaged or was cut off"),
        ("hf_daily.jsonl.gz", CUT_OFF, "line 2: it is damaged"),
        ("hf_snapshots.csv", b"a,b\n1,2\n", "line 1: the columns observed_at, paper_id should be named there"),
        ("hf_snapshots.csv", b'"unclosed\n', "line 1: the columns"),
        ("daily_papers-2026-03-10.json", b'[{"a": 1},\n{', "line 2: it is not JSON, or was cut off"),
        ("daily_papers-2026-03-10.json", b"9" * 10_000, "it is not JSON"),
        ("daily_papers-2026-03-10.json", b"[" * 100_000, "it is not JSON"),
        ("daily_papers-2026-03-10.json.gz", b"x", "it is damaged or was cut off"),
        ("daily_papers-2026-13-45.json", b"[]", "its name holds no date"),
        ("notes.txt", b"", "holds no history"),
    ],
)  # fmt: skip
async def test_a_bad_file_is_named_with_its_line(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UserError) as raised:
        await load(tmp_path / name)
    assert words in raised.value.message
    assert name in raised.value.message
    assert raised.value.hint


async def test_what_does_not_exist_or_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="does not exist"):
        await load(tmp_path / "nowhere")
    with pytest.raises(UserError, match="holds no history"):
        await load(tmp_path)
    (tmp_path / "hf_daily.jsonl").mkdir()
    with pytest.raises(UserError, match="holds no history"):
        await load(tmp_path)
    monkeypatch.setattr("bot.history.files.MOST_BYTES", 10)
    with pytest.raises(UserError, match="too large"):
        await load(write_recording(tmp_path, "daily_papers-2026-03-10.json", [daily_item()]))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError, match=r"line 1: it cannot be read \(Permission denied\)"):
        await load(tmp_path / "daily_papers-2026-03-10.json")


def test_a_report_is_told_in_words_and_as_an_object() -> None:
    report = ImportReport(papers=13050, observations=61428, skipped=0, seconds=12.345)
    assert report.in_words() == "13,050 new papers and 61,428 observations in 12.3 s."
    assert report.as_json() == {"papers": 13050, "observations": 61428, "skipped": 0, "seconds": 12.35}
    some = ImportReport(papers=0, observations=0, skipped=3, seconds=1)
    assert some.in_words().endswith("; 3 lines or items were of no use.")


@given(any_document)
def test_no_row_breaks_the_reading(odd: Any) -> None:
    for name in ("id", "title", "date", "submittedAt", "authors", "githubRepo", "listed_on", "categories"):
        daily_paper(daily_row() | {name: odd})
        arxiv_paper(arxiv_row() | {name: odd})
    if isinstance(odd, dict):
        daily_paper(odd)
        arxiv_paper(odd)
        snapshot(odd)
