"""The measures are the published ones, and a collection that is not whole is refused by file and line."""

import gzip
import math
from pathlib import Path

import pytest

from bot.errors import UserError
from bot.evaluation import quality, read_collection


def write_collection(folder: Path, *, packed: bool = False) -> Path:
    corpus = (
        '{"_id": "a", "title": "Graph networks", "text": "Learning on graphs."}\n'
        '{"_id": "b", "title": "Cooking rice", "text": "Water and time."}\n'
        '{"_id": "c", "title": "Rice fields", "text": "How graphs of fields grow."}\n'
    )
    if packed:
        (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(corpus.encode()))
    else:
        (folder / "corpus.jsonl").write_text(corpus)
    (folder / "queries.jsonl").write_text('{"_id": "1", "text": "rice"}\n\n{"_id": "2", "text": "unjudged"}\n')
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\tb\t2\n1\tc\t1\n1\ta\t0\n")
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_reads_texts_and_the_queries_that_somebody_judged(tmp_path: Path, packed: bool) -> None:
    collection = read_collection(write_collection(tmp_path, packed=packed))

    assert [document.id for document in collection.documents] == ["a", "b", "c"]
    assert [query.id for query in collection.queries] == ["1"]
    assert collection.grades["1"] == {"b": 2.0, "c": 1.0, "a": 0.0}


def test_a_perfect_order_has_the_best_of_each_measure() -> None:
    best = quality({"1": ["b", "c", "a"]}, {"1": {"b": 2.0, "c": 1.0}})

    assert (best.ndcg, best.recall, best.reciprocal_rank) == (1.0, 1.0, 1.0)


def test_later_places_count_less_and_means_are_over_queries() -> None:
    grades = {"1": {"b": 2.0, "c": 1.0}, "2": {"x": 1.0}}

    measured = quality({"1": ["a", "c", "b"], "2": []}, grades)

    best = 2 / math.log2(2) + 1 / math.log2(3)
    assert measured.ndcg == pytest.approx((1 / math.log2(3) + 2 / math.log2(4)) / best / 2)
    assert measured.recall == 0.5
    assert measured.reciprocal_rank == 0.25


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("corpus.jsonl", "{}\n", "corpus.jsonl, line 1"),
        ("queries.jsonl", '{"_id": "1", "text": "rice"}\nnot json\n', "queries.jsonl, line 2"),
        ("qrels.tsv", "header\n1\tb\n", "qrels.tsv, line 2"),
        ("qrels.tsv", "header\n", "no query with a judgement"),
    ],
)
def test_says_what_is_wrong_with_a_collection(tmp_path: Path, name: str, text: str, told: str) -> None:
    write_collection(tmp_path)
    (tmp_path / name).write_text(text)

    with pytest.raises(UserError, match=told):
        read_collection(tmp_path)


def test_a_folder_without_a_collection_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no corpus"):
        read_collection(tmp_path)
    write_collection(tmp_path)
    (tmp_path / "qrels.tsv").unlink()
    with pytest.raises(UserError, match="cannot be read"):
        read_collection(tmp_path)
