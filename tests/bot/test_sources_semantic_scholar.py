"""Citations, h-indices and sentences by batch, and what of it is new."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from bot.fetch import FetchError
from bot.models import Counts
from bot.sources import Needs, SourceError
from bot.sources.semantic_scholar import MOST_BATCHES, PER_BATCH, SemanticScholar, parse_batch
from tests.bot.documents import any_document
from tests.bot.wire import Wire, reply

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def entry(**changes: Any) -> dict[str, Any]:
    told = {
        "paperId": "ab12", "citationCount": 7, "tldr": {"model": "tldr@v2.0.0", "text": "It is  studied."},
        "authors": [{"authorId": "1", "hIndex": 4}, {"authorId": "2", "hIndex": 31}, {"hIndex": None}],
        "externalIds": {"ArXiv": "2603.01234", "DOI": "10.48550/arXiv.2603.01234", "CorpusId": 1},
    }  # fmt: skip
    return told | changes


def test_papers_are_asked_for_in_batches_by_the_names_they_have_there() -> None:
    ids = [f"2603.{number:05}" for number in range(PER_BATCH)]
    source = SemanticScholar(api_key="secret")
    first, second = source.asks(Needs(now=NOW, cited=(*ids, "url:0123456789abcdef", "doi:10.1000/x")))
    assert first.request.json == {"ids": [f"arXiv:{paper_id}" for paper_id in ids]}
    assert second.request.json == {"ids": ["DOI:10.1000/x"]}
    assert second.about == ("doi:10.1000/x",)
    assert first.request.url == (
        "https://api.semanticscholar.org/graph/v1/paper/batch?fields=citationCount,tldr,authors.hIndex,externalIds"
    )
    assert "secret" not in repr(source) + repr(first.request)
    assert source.asks(Needs(now=NOW, lists=True)) == []
    assert len(source.asks(Needs(now=NOW, cited=tuple(ids * 9)))) == MOST_BATCHES


async def test_the_key_goes_to_them_alone_and_requests_are_a_second_apart() -> None:
    wire = Wire.of(reply(body=[entry()]), reply(body=[None]), reply(302, location="https://elsewhere.example.org/x"))
    fetcher, source = wire.fetcher(), SemanticScholar(api_key="secret")
    for _ in range(2):
        await fetcher.fetch(source.batch(["2603.01234"]).request)
    with pytest.raises(FetchError, match="wants a POST to go elsewhere"):
        await fetcher.fetch(source.batch(["2603.01234"]).request)
    assert [request.headers["x-api-key"] for request in wire.requests] == ["secret"] * 3
    assert all("authorization" not in request.headers for request in wire.requests)
    assert wire.times[1] - wire.times[0] >= 1.0
    await fetcher.close()


async def test_a_refusal_without_a_time_shuts_the_lane_for_a_minute_and_is_told() -> None:
    wire = Wire.of(reply(429, {"message": "Too Many Requests.", "code": "429"}))
    fetcher, source = wire.fetcher(), SemanticScholar()
    with pytest.raises(FetchError, match=r"Semantic Scholar asks us to wait (60|5[0-9]) s\."):
        await fetcher.fetch(source.batch(["2603.01234"]).request)
    assert fetcher.allowance("semantic_scholar") == 0
    assert len(wire.requests) == 1
    await fetcher.close()


def test_an_entry_tells_citations_the_greatest_h_index_and_a_sentence() -> None:
    parsed = parse_batch(["2603.01234", "2603.00002"], [entry(), None], NOW)
    (observation,), (update,) = parsed.batch.observations, parsed.updates
    assert (observation.paper_id, observation.source, observation.observed_at) == (
        "2603.01234", "semantic_scholar", NOW,
    )  # fmt: skip
    assert observation.counts == Counts(citations=7, author_h_index=31)
    assert (update.id, update.title, update.summary, update.doi) == ("2603.01234", "", "It is studied.", None)
    assert (parsed.skipped, parsed.batch.papers) == (1, ())


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"citationCount": 0, "authors": []}, Counts(citations=0)),
        ({"citationCount": None}, Counts(author_h_index=31)),
        ({"citationCount": "7", "authors": None}, Counts(citations=7)),
        ({"citationCount": -1, "authors": [{"hIndex": 0}, "odd"]}, Counts(author_h_index=0)),
    ],
)
def test_what_is_not_told_is_not_0(changes: dict[str, Any], counts: Counts) -> None:
    assert parse_batch(["2603.01234"], [entry(**changes)], NOW).batch.observations[0].counts == counts


def test_where_nothing_is_told_nothing_is_noted() -> None:
    parsed = parse_batch(["2603.01234"], [{"paperId": "ab12", "tldr": None}], NOW)
    assert (parsed.batch.observations, parsed.updates, parsed.skipped) == ((), (), 0)


def test_the_doi_of_a_journal_is_news_and_that_of_arxiv_is_not() -> None:
    parsed = parse_batch(["2603.01234"], [entry(tldr=None, externalIds={"DOI": "10.1000/Journal.7"})], NOW)
    assert [(paper.doi, paper.summary) for paper in parsed.updates] == [("10.1000/Journal.7", None)]
    assert parse_batch(["2603.01234"], [entry(tldr=None)], NOW).updates == ()


def test_none_of_them_known_is_an_answer() -> None:
    assert parse_batch(["2603.01234"], {"error": "No valid paper ids given"}, NOW).skipped == 1


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"error": "Unrecognized or unsupported fields: [x]"}, r"did not understand us: Unrecognized .* \[x\]\."),
        ({}, "not what was asked for"),
        ([], "not what was asked for"),
        (None, "not what was asked for"),
        ([entry(), entry()], "not what was asked for"),
    ],
)
def test_what_is_no_answer_to_the_batch_is_an_error_in_words(document: object, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse_batch(["2603.01234"], document, NOW)


@given(any_document)
def test_no_document_breaks_the_parser(document: Any) -> None:
    entries = [entry(**{name: document}) for name in ("citationCount", "tldr", "authors", "externalIds")]
    odd_parts = [entry(tldr={"text": document}), entry(authors=[document]), entry(externalIds={"DOI": document})]
    for odd in (document, [document], *([one] for one in (*entries, *odd_parts))):
        try:
            parse_batch(["2603.01234"], odd, NOW)
        except SourceError as error:
            assert error.reason  # noqa: PT017  # either outcome is right; anything else would surface
