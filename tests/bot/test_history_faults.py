"""A second import, long files and bad ones."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from bot.errors import UserError
from bot.history import ImportReport, import_history
from bot.history.rows import arxiv_paper, daily_paper, snapshot
from tests.bot.documents import any_document, daily_item
from tests.bot.recordings import SNAPSHOTS, arxiv_row, daily_row, load, places, write_lines, write_recording
from tests.memory_papers import MemoryPapers

CUT_OFF = gzip.compress(json.dumps(daily_row()).encode() + b"\n" + bytes(99_999))[:-20]


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
