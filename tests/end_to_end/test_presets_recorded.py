"""Presets find neither nothing nor everything among the papers of recorded days."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.models import Paper
from bot.topics import TopicIndex
from bot.topics.presets import presets
from tests.builders import NOON
from tests.end_to_end.stage import DATA

DAILY, ARXIV = DATA / "hf_daily.jsonl.gz", DATA / "arxiv" / "arxiv.jsonl.gz"
FIRST, LAST = "2026-03-01", "2026-03-31"
ARXIV_DAYS = ("2026-04-21", "2026-04-22")
LEAST, MOST = 0.3, 0.66
"""Papers a day of the daily list, and the largest share of it."""


def rows(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def as_paper(row: dict[str, Any]) -> Paper:
    return Paper(
        id=row["id"],
        title=row["title"],
        abstract=row.get("summary") or row.get("abstract") or "",
        keywords=tuple(row.get("ai_keywords") or ()),
        categories=tuple(row.get("categories") or ()),
        first_seen_at=NOON,
        updated_at=NOON,
    )


def hits_of(index: TopicIndex, papers: list[Paper]) -> NDArray[np.float64]:
    """By preset, in their order."""
    hits = np.zeros(len(presets()))
    for paper in papers:
        hits[index.match(paper)] += 1
    return hits


@pytest.mark.skipif(not DAILY.is_file(), reason="needs ../shared/data/hf_daily.jsonl.gz")
def test_each_preset_has_a_sane_number_of_hits_on_recorded_days(capsys: pytest.CaptureFixture[str]) -> None:
    listed = [row for row in rows(DAILY) if FIRST <= row["date"] <= LAST and row.get("summary")]
    announced = [row for row in rows(ARXIV) if row["listed_on"] in ARXIV_DAYS]
    days = len({row["date"] for row in listed})
    daily, arxiv = list(map(as_paper, listed)), list(map(as_paper, announced))
    assert len(daily) > 500
    index = TopicIndex([preset.topics for preset in presets().values()])
    a_day = [hits_of(index, papers) / over for papers, over in ((daily, days), (arxiv, len(ARXIV_DAYS)))]
    found = dict(zip(presets(), zip(*a_day, strict=True), strict=True))
    with capsys.disabled():
        print(f"\n{len(daily) / days:.0f} papers a day of the daily list, {len(arxiv) / len(ARXIV_DAYS):.0f} of arXiv")  # noqa: T201  # the figures are wanted
        for name, (hits, wide) in found.items():
            print(f"{name:12}{hits:6.1f} {wide:8.1f}")  # noqa: T201  # the figures are wanted
    for name, (hits, wide) in found.items():
        assert LEAST <= hits <= MOST * len(daily) / days, name
        assert 1 <= wide <= MOST * len(arxiv) / len(ARXIV_DAYS), name
