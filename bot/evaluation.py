"""How well a search ranks a test collection: pure measures, and the three files of a collection.

The layout is BEIR's (https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset): `corpus.jsonl` or
`corpus.jsonl.gz` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`), `qrels.tsv` (a header, then query id,
document id, grade).
"""

import gzip
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import UserError

DEPTH = 10
"""Places that nDCG and the reciprocal rank look at."""
RECALL_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Text:
    """A document or a query."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts, queries, and for each query the grades of the documents that somebody judged."""

    documents: tuple[Text, ...]
    queries: tuple[Text, ...]
    grades: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over the queries with a judgement, each from 0 to 1."""

    ndcg: float
    recall: float
    reciprocal_rank: float


def read_collection(folder: Path) -> Collection:
    """The collection in a folder.

    Raises:
        UserError: `bad_collection`: a file is missing or not of its form; the message names it and the line.
    """
    corpus = next((folder / name for name in ("corpus.jsonl", "corpus.jsonl.gz") if (folder / name).is_file()), None)
    if corpus is None:
        raise _bad(f"There is no corpus.jsonl or corpus.jsonl.gz in {folder}.")
    documents, queries = tuple(_texts(corpus)), tuple(_texts(folder / "queries.jsonl"))
    grades: dict[str, dict[str, float]] = {}
    for query_id, document_id, grade in _judgements(folder / "qrels.tsv"):
        grades.setdefault(query_id, {})[document_id] = grade
    judged = tuple(query for query in queries if any(grade > 0 for grade in grades.get(query.id, {}).values()))
    if not judged or not documents:
        raise _bad(f"The collection in {folder} has no documents, or no query with a judgement.")
    return Collection(documents, judged, grades)


def quality(found: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, float]]) -> Quality:
    """The means for the document ids found for each query, best first."""
    each = [_of_one(list(ids), grades[query_id]) for query_id, ids in found.items()]
    return Quality(*(sum(values) / len(each) for values in zip(*each, strict=True)))


def _of_one(ids: Sequence[str], grades: Mapping[str, float]) -> tuple[float, float, float]:
    relevant = {document for document, grade in grades.items() if grade > 0}
    best = _discounted(sorted((max(grade, 0.0) for grade in grades.values()), reverse=True))
    gained = _discounted([max(grades.get(document, 0.0), 0.0) for document in ids])
    first = next((place for place, document in enumerate(ids[:DEPTH], 1) if document in relevant), None)
    return gained / best, len(relevant & set(ids[:RECALL_DEPTH])) / len(relevant), 1 / first if first else 0.0


def _discounted(gains: Sequence[float]) -> float:
    """Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002): gain / log2(place + 1)."""
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains[:DEPTH], 1))


def _texts(path: Path) -> Iterator[Text]:
    for number, line in _lines(path):
        try:
            row: dict[str, Any] = json.loads(line)
            yield Text(str(row["_id"]), str(row.get("title") or ""), str(row["text"] or ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _bad(f"{path.name}, line {number}: no JSON object with `_id` and `text`.") from None


def _judgements(path: Path) -> Iterator[tuple[str, str, float]]:
    for number, line in _lines(path):
        if number > 1:
            try:
                query_id, document_id, grade = line.rstrip("\n").split("\t")
                yield query_id, document_id, float(grade)
            except ValueError:
                raise _bad(f"{path.name}, line {number}: not query id, document id and grade between tabs.") from None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Those that are not empty, numbered from 1."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise _bad(f"{path.name} cannot be read ({type(error).__name__}).") from None


def _bad(message: str) -> UserError:
    return UserError(
        "bad_collection",
        message,
        "A collection holds corpus.jsonl[.gz], queries.jsonl and qrels.tsv, as BEIR has them.",
    )
