"""Search by meaning adds what shares a subject and no word, follows the store, and steps aside when the model fails."""

from collections.abc import AsyncIterator, Sequence

import numpy as np
import pytest

from bot.models import Paper
from bot.ports import EncoderError, Found, Vectors
from storage import search
from storage.search_fusion import fused
from storage.search_values import Match
from storage.search_vectors import quantised
from storage.store import SqlStore, open_store
from tests.builders import NOON, days, make_batch, make_paper
from tests.conftest import close_without_leak

SUBJECTS = {"cat": 0, "kitten": 0, "star": 1, "planet": 1}
WIDTH = 16


class BySubject:
    """An Encoder: texts about one subject are close, whatever their words."""

    def __init__(self, name: str = "by subject") -> None:
        self.name = name
        self.encoded: list[str] = []
        self.broken = False

    async def encode(self, texts: Sequence[str]) -> Vectors:
        if self.broken:
            raise EncoderError("broken")
        self.encoded += texts
        rows = np.full((len(texts), WIDTH), 0.01, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word, place in SUBJECTS.items():
                row[place] += word in text.lower()
            row[-1] += not any(word in text.lower() for word in SUBJECTS)
        spread = np.repeat(rows, 12, axis=1)  # as of a model no number is great, so bytes hold them
        return np.asarray(spread / np.linalg.norm(spread, axis=1, keepdims=True), np.float32)


@pytest.fixture
def encoder() -> BySubject:
    return BySubject()


@pytest.fixture
async def store(sqlite_url: str, encoder: BySubject) -> AsyncIterator[SqlStore]:
    store = open_store(sqlite_url, encoder=encoder)
    yield store
    await close_without_leak(store)


def titled(number: int, title: str, **changes: object) -> Paper:
    return make_paper(f"2603.{number:05}", **{"title": title, "abstract": "", **changes})


async def keep(store: SqlStore, *papers: Paper) -> int:
    await store.papers.add(make_batch(*papers))
    await store.search.update()
    return await store.search.encode()


async def found(store: SqlStore, query: str, mode: str = "fused") -> list[str]:
    answer = await store.search.find(query, since=None, as_of=NOON)
    assert answer.mode == mode
    return [hit.paper_id[-1] for hit in answer]


PAPERS = (titled(1, "A cat at home"), titled(2, "Kitten care"), titled(3, "A star is born"), titled(4, "Bread"))


async def test_finds_what_shares_the_subject_after_what_shares_the_word(store: SqlStore) -> None:
    assert await keep(store, *PAPERS) == 4

    assert await found(store, "cat") == ["1", "2"]
    assert (await found(store, "planet"))[0] == "3"


async def test_what_nobody_writes_must_be_nearer_than_what_shares_a_word(
    store: SqlStore, encoder: BySubject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cosine of the query to both papers is about .3."""
    await keep(store, titled(1, "A cat at home"), titled(2, "Kitten care"))
    near = np.repeat(np.array([[0.3] + [0.0] * 14 + [0.95]], np.float32), 12, axis=1)
    said = near / np.linalg.norm(near)

    async def encode(_: Sequence[str]) -> Vectors:
        return np.asarray(said, np.float32)

    monkeypatch.setattr(encoder, "encode", encode)
    assert await found(store, "zzzz") == []
    assert await found(store, "care") == ["2", "1"]


async def test_quotation_marks_ask_for_these_very_words(store: SqlStore) -> None:
    await keep(store, *PAPERS)

    assert await found(store, '"kitten care"', mode="bm25") == ["2"]


async def test_while_there_are_no_vectors_words_are_searched(store: SqlStore) -> None:
    await store.papers.add(make_batch(*PAPERS))
    await store.search.update()

    assert await found(store, "cat", mode="bm25") == ["1"]


async def test_a_model_that_fails_leaves_the_words(store: SqlStore, encoder: BySubject) -> None:
    await keep(store, *PAPERS)
    encoder.broken = True

    assert await found(store, "cat", mode="bm25") == ["1"]
    assert await keep(store, titled(5, "Cats again")) == 0
    encoder.broken = False
    assert await store.search.encode() == 1
    assert sorted(await found(store, "cat")) == ["1", "2", "5"]


async def test_a_new_text_gets_a_new_vector_and_nothing_is_done_twice(store: SqlStore, encoder: BySubject) -> None:
    await keep(store, *PAPERS)
    assert await found(store, "planet") == ["3"]

    changed = titled(4, "A planet of bread", updated_at=NOON + days(1))
    assert await keep(store, changed) == 1
    assert encoder.encoded.count("A cat at home") == 1
    assert sorted(await found(store, "star")) == ["3", "4"]


async def test_a_model_of_another_name_makes_every_vector_anew(store: SqlStore, sqlite_url: str) -> None:
    await keep(store, *PAPERS)
    other = BySubject("another")
    again = open_store(sqlite_url, encoder=other)

    assert await again.search.encode() == 4
    assert await found(again, "cat") == ["1", "2"]
    await close_without_leak(again)


async def test_work_that_was_cut_off_goes_on_where_it_was(
    store: SqlStore, encoder: BySubject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_AT_ONCE", 2)
    await store.papers.add(make_batch(*PAPERS))
    await store.search.update()

    class Cut(BySubject):
        async def encode(self, texts: Sequence[str]) -> Vectors:
            if len(self.encoded) == 3:
                raise EncoderError("cut off")
            return await super().encode(texts)

    store.search._encoder = Cut()
    assert await store.search.encode() == 2
    store.search._encoder = encoder
    assert await store.search.encode() == 2


async def test_a_rebuilt_index_is_encoded_again(store: SqlStore) -> None:
    await keep(store, *PAPERS)

    assert await store.search.rebuild() == 4
    assert await store.search.encode() == 4
    assert await found(store, "cat") == ["1", "2"]


async def test_dates_hold_for_meaning_too(store: SqlStore) -> None:
    old = titled(1, "A cat at home", published_at=NOON - days(90), first_seen_at=NOON - days(90))
    later = titled(2, "Kitten care", first_seen_at=NOON + days(1), published_at=NOON + days(1))
    await keep(store, old, later, titled(3, "Kittens", published_at=NOON - days(2), first_seen_at=NOON - days(2)))

    answer = await store.search.find("cat", since=NOON - days(7), as_of=NOON)

    assert [hit.paper_id[-1] for hit in answer.hits] == ["3"]


async def test_similar_papers_are_close_in_meaning_and_never_the_paper_itself(store: SqlStore) -> None:
    await keep(store, *PAPERS)

    answer = await store.search.similar(PAPERS[0], as_of=NOON, limit=1)

    assert (answer.mode, [hit.paper_id[-1] for hit in answer]) == ("fused", ["2"])


async def test_similar_without_a_model_goes_by_telling_words(sql_store: SqlStore) -> None:
    cats = [titled(number, f"Cats and string theory {number}") for number in (1, 2)]
    others = [titled(number, f"Bread and butter {number}") for number in (3, 4, 5, 6)]
    await sql_store.papers.add(make_batch(*cats, *others))
    await sql_store.search.update()

    answer: Found = await sql_store.search.similar(cats[0], as_of=NOON)

    assert (answer.mode, [hit.paper_id[-1] for hit in answer]) == ("bm25", ["2"])


def test_fusion_weighs_meaning_over_words_and_breaks_ties_by_date() -> None:
    word, near = Match(1, "a", 8.0, 5), Match(2, "b", 0.0, 9)
    assert [match.paper_id for match in fused([word], [near], {1: 0.1, 2: 0.9})] == ["b", "a"]
    tied = [Match(3, "c", 1.0, 5), Match(4, "d", 1.0, 6), Match(5, "e", 1.0, 5)]
    assert [match.paper_id for match in fused(tied, [], {3: 0.5, 4: 0.5, 5: 0.5})] == ["d", "c", "e"]


def test_a_paper_without_a_vector_yet_can_still_be_found() -> None:
    known, fresh = Match(1, "a", 2.0, 5), Match(2, "b", 4.0, 5)

    assert [match.paper_id for match in fused([known, fresh], [], {1: 0.3})] == ["b", "a"]


def test_eight_bits_keep_the_direction() -> None:
    rows = np.random.default_rng(3).normal(size=(50, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    bytes_ = quantised(rows).astype(np.float32)

    cosines = np.sum(rows * bytes_, axis=1) / np.linalg.norm(bytes_, axis=1)
    assert cosines.min() > 0.999


async def test_the_memory_of_the_vectors_is_told(store: SqlStore) -> None:
    await keep(store, *PAPERS)
    await found(store, "cat")

    assert store.search.memory >= 4 * WIDTH


async def test_vectors_are_given_of_those_that_have_one(store: SqlStore) -> None:
    await keep(store, *PAPERS[:2])
    await store.papers.add(make_batch(PAPERS[2]))
    await store.search.update()
    vectors = await store.search.vectors([PAPERS[0].id, PAPERS[1].id, PAPERS[2].id, "2603.99999"])
    assert set(vectors) == {PAPERS[0].id, PAPERS[1].id}
    assert float(vectors[PAPERS[0].id] @ vectors[PAPERS[1].id]) > 0.9


async def test_without_a_model_no_vectors_are_given(sql_store: SqlStore) -> None:
    await sql_store.papers.add(make_batch(PAPERS[0]))
    assert await sql_store.search.vectors([PAPERS[0].id]) == {}
