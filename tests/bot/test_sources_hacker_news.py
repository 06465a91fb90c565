"""Stories about papers: which paper, how many points, where they are discussed."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given

from bot.models import Counts
from bot.sources import Needs, SourceError
from bot.sources.hacker_news import MOST_DISCUSSIONS, HackerNews, parse_stories
from tests.bot.documents import any_document

NOW = datetime(2026, 3, 10, 12, 34, 56, tzinfo=UTC)
CODE = {"lab/code": ("2603.00005", "2603.00006")}


def hit(number: int = 101, url: Any = "https://arxiv.org/abs/2603.01234v2", **changes: Any) -> dict[str, Any]:
    told = {
        "objectID": str(number), "title": "A story", "url": url, "author": "ada", "points": 120, "num_comments": 45,
        "created_at_i": 1_773_000_000, "_tags": ["story", "author_ada", f"story_{number}"],
    }  # fmt: skip
    return told | changes


def answer(*hits: Any) -> dict[str, Any]:
    return {"hits": list(hits), "nbHits": len(hits), "page": 0, "nbPages": 1, "hitsPerPage": 1000}


def test_stories_are_asked_for_by_what_their_address_holds_as_algolia_writes_it() -> None:
    asks = HackerNews(base_url="https://hn.example.org").asks(Needs(now=NOW, discussions=True))
    addresses = [urlsplit(ask.request.url) for ask in asks]
    assert {f"{one.scheme}://{one.netloc}{one.path}" for one in addresses} == {
        "https://hn.example.org/api/v1/search_by_date"
    }
    queries = [parse_qs(one.query, strict_parsing=True) for one in addresses]
    assert [query["query"] for query in queries] == [["arxiv.org"], ["huggingface.co"], ["github.com"]]
    assert queries[0] == {
        "tags": ["story"], "query": ["arxiv.org"], "restrictSearchableAttributes": ["url"],
        "numericFilters": ["created_at_i>1771934400,points>2"], "hitsPerPage": ["1000"],
    }  # fmt: skip
    later = NOW.replace(minute=59)
    assert [ask.request.url for ask in HackerNews().asks(Needs(now=later, discussions=True))] == [
        ask.request.url for ask in HackerNews().asks(Needs(now=NOW, discussions=True))
    ], "within an hour the address stays, so that the answer can be confirmed"
    assert HackerNews().asks(Needs(now=NOW, lists=True)) == []


def test_a_story_tells_points_comments_and_where_it_is_discussed() -> None:
    parsed = parse_stories({}, answer(hit()), NOW)
    (observation,), (update,) = parsed.batch.observations, parsed.updates
    assert (observation.paper_id, observation.source, observation.observed_at) == ("2603.01234", "hacker_news", NOW)
    assert observation.counts == Counts(hacker_news_points=120, hacker_news_comments=45)
    assert (update.id, update.title, update.sources) == ("2603.01234", "", ("hacker_news",))
    assert update.discussions == ("https://news.ycombinator.com/item?id=101",)
    assert parsed.batch.papers == (), "a story makes no paper of what nobody else has shown"


@pytest.mark.parametrize(
    ("url", "papers"),
    [
        ("https://arxiv.org/pdf/2603.01234", ["2603.01234"]),
        ("https://www.alphaxiv.org/abs/2603.01234", ["2603.01234"]),
        ("https://huggingface.co/papers/2603.01234", ["2603.01234"]),
        ("https://huggingface.co/blog/a-post", []),
        ("https://doi.org/10.48550/arXiv.2603.01234", ["2603.01234"]),
        ("https://github.com/Lab/Code/tree/main?tab=readme", ["2603.00005", "2603.00006"]),
        ("https://github.com/somebody/else", []),
        ("https://example.org/2603.01234", []),
        ("https://example.org/?u=arxiv.org/abs/2603.01234", []),
        ("javascript:alert(1)", []),
        (None, []),
        (7, []),
    ],
)
def test_a_story_belongs_to_the_paper_whose_page_or_repository_it_links(url: object, papers: list[str]) -> None:
    parsed = parse_stories(CODE, answer(hit(url=url)), NOW)
    assert sorted(observation.paper_id for observation in parsed.batch.observations) == papers
    assert parsed.skipped == 0


def test_of_several_stories_the_best_one_counts_and_all_are_linked() -> None:
    parsed = parse_stories({}, answer(hit(101, points=3), hit(102, points=80, num_comments=None)), NOW)
    (observation,), (update,) = parsed.batch.observations, parsed.updates
    assert observation.counts == Counts(hacker_news_points=80), "what is not told is not 0"
    assert [address.rpartition("=")[2] for address in update.discussions] == ["101", "102"]
    many = parse_stories({}, answer(*(hit(number, points=number) for number in range(100, 120))), NOW)
    assert len(many.updates[0].discussions) == MOST_DISCUSSIONS
    assert many.updates[0].discussions[-1].endswith("=119")


def test_a_story_without_a_number_or_points_is_left_out() -> None:
    parsed = parse_stories({}, answer(hit(points=None), hit(objectID="1?x=<y>"), None, hit(103)), NOW)
    assert parsed.skipped == 3
    assert len(parsed.batch.observations) == 1


@pytest.mark.parametrize("document", [None, [], {}, {"hits": {}}, {"hits": [None]}, answer({"objectID": None})])
def test_what_is_no_list_of_stories_is_an_error_in_words(document: object) -> None:
    with pytest.raises(SourceError, match=r"^Hacker News answered .* (story|stories)"):
        parse_stories({}, document, NOW)


def test_no_story_is_no_error_and_says_nothing() -> None:
    assert parse_stories({}, answer(), NOW).batch.observations == ()


@given(any_document)
def test_no_document_breaks_the_parser(document: Any) -> None:
    odd_hits = (answer(document), answer(hit(url=document)), answer(hit(points=document, num_comments=document)))
    for odd in (document, *odd_hits, answer(hit(objectID=document))):
        try:
            parse_stories(CODE, odd, NOW)
        except SourceError as error:
            assert error.reason  # noqa: PT017  # either outcome is right; anything else would surface
