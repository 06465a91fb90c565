"""What arXiv's feeds and query answers mean."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import Needs, Reads, SourceError, feed_reader
from bot.sources.arxiv import MOST_IDS, MOST_QUERIES, Arxiv, first_public, parse_feed, parse_query
from bot.sources.documents import checked_feed
from tests.bot.documents import QUERY_ANSWER, QUERY_ERROR, any_document, atom_entry, atom_feed

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def feed(*entries: str) -> dict[str, Any]:
    body = atom_feed(*entries)
    return checked_feed(feed_reader.read(body), body, "arXiv")


def test_an_announcement_becomes_a_paper() -> None:
    [paper] = parse_feed(feed(atom_entry()), NOW).batch.papers
    assert (paper.id, paper.version, paper.title) == ("2603.01234", 1, "A study")
    assert paper.abstract == "We study a < b and give code at https://github.com/ada-example/study."
    assert paper.authors == ("Ada Example", "Ben Sample")
    assert paper.categories == ("cs.AI", "cs.CL")
    assert paper.announced_at == datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
    assert paper.first_seen_at == paper.updated_at == NOW
    assert paper.published_at is None, "the feed tells the day of the announcement only"
    assert (paper.github_repo, paper.doi, paper.sources) == ("ada-example/study", "10.5555/example", ("arxiv",))


@pytest.mark.parametrize("kind", ["replace", "replace-cross"])
def test_a_new_version_is_no_new_paper(kind: str) -> None:
    parsed = parse_feed(feed(atom_entry("2511.00007v3", kind), atom_entry()), NOW)
    assert [paper.id for paper in parsed.batch.papers] == ["2603.01234"]
    assert [(paper.id, paper.version) for paper in parsed.updates] == [("2511.00007", 3)]


def test_a_cross_list_is_news_but_not_of_an_old_paper() -> None:
    new, old = parse_feed(feed(atom_entry(kind="cross"), atom_entry("2203.01250v1", "cross")), NOW).batch.papers
    assert new.first_seen_at == NOW
    assert old.first_seen_at == datetime(2022, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("paper_id", "expected"),
    [
        ("2603.01234", NOW), ("2602.01234", NOW), ("2601.01234", datetime(2026, 2, 1, tzinfo=UTC)), ("odd", NOW),
        ("2512.01234", datetime(2026, 1, 1, tzinfo=UTC)), ("hep-th/9912001", datetime(2000, 1, 1, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_an_old_id_was_public_in_its_month(paper_id: str, expected: datetime) -> None:
    assert first_public(paper_id, NOW) == expected


def test_the_kind_is_read_from_the_summary_where_its_field_is_missing() -> None:
    entry = atom_entry("2511.00007v2", "replace").replace("<arxiv:announce_type>replace</arxiv:announce_type>", "")
    assert parse_feed(feed(entry), NOW).batch.papers == ()


def test_an_abstract_that_names_two_repositories_names_none() -> None:
    entry = atom_entry().replace("study.<", "study and https://github.com/other/tool.<")
    [paper] = parse_feed(feed(entry), NOW).batch.papers
    assert paper.github_repo is None


def test_entries_of_no_use_are_left_out_and_counted_and_duplicates_count_once() -> None:
    odd = atom_entry("nonsense")
    nameless = atom_entry("2603.00009v1", title=" ")
    parsed = parse_feed(feed(atom_entry(), odd, nameless, atom_entry()), NOW)
    assert (len(parsed.batch.papers), parsed.skipped) == (1, 2)
    with pytest.raises(SourceError, match="nothing is a paper"):
        parse_feed(feed(odd), NOW)


def test_a_day_without_announcements_is_empty() -> None:
    parsed = parse_feed(feed(), NOW)
    assert (parsed.batch.papers, parsed.updates, parsed.skipped) == ((), (), 0)


def test_a_query_tells_what_the_feed_leaves_out() -> None:
    [paper] = parse_query(feed_reader.read(QUERY_ANSWER), NOW).updates
    assert (paper.id, paper.version, paper.title) == ("2603.01234", 2, "A study, revised")
    assert paper.authors == ("Ada Example", "Ben Sample")
    assert paper.categories == ("cs.LG", "cs.AI"), "the primary one first, and no subject class of others"
    assert paper.comment == "12 pages, accepted somewhere"
    assert paper.published_at == datetime(2026, 3, 8, 17, 8, 18, tzinfo=UTC)


def test_an_error_feed_is_an_error_in_words() -> None:
    with pytest.raises(SourceError, match=r"did not understand us: incorrect id format for x\."):
        parse_query(feed_reader.read(QUERY_ERROR), NOW)


def test_it_asks_for_the_feed_once_and_for_ids_by_the_hundred() -> None:
    ids = tuple(f"2603.{number:05}" for number in range(MOST_IDS * MOST_QUERIES + 50))
    source = Arxiv(api_url="http://a.example", feed_url="http://f.example", categories=("cs.AI", "cs.CL"))
    asks = source.asks(Needs(now=NOW, feed=True, uncategorised=ids))
    assert asks[0].request.url == "http://f.example/atom/cs.AI+cs.CL"
    assert len(asks) == 1 + MOST_QUERIES
    assert all(ask.reads is Reads.FEED and ask.request.lane == "arxiv" for ask in asks)
    assert asks[1].request.url.startswith("http://a.example/api/query?id_list=2603.00000,2603.00001,")
    assert asks[1].request.url.endswith("&start=0&max_results=100")
    assert source.asks(Needs(now=NOW)) == []
    [one] = source.asks(Needs(now=NOW, uncategorised=("hep-th/9901001",)))
    assert "id_list=hep-th/9901001&" in one.request.url


_values = st.text(max_size=30) | st.sampled_from(["2603.01234v1", "oai:arXiv.org:2603.01234v2", "2026-03-10T00:00:00Z"])
_entries = st.dictionaries(
    st.sampled_from(["id", "title", "summary", "published", "author", "arxiv_announce_type", "primary"]), _values
)


@given(st.lists(_entries, max_size=4), any_document)
def test_no_entry_breaks_the_parsers(entries: list[dict[str, Any]], odd: Any) -> None:
    document = {"entries": [entry | {"authors": odd, "categories": odd} for entry in entries]}
    for parse in (parse_feed, parse_query):
        try:
            parse(document, NOW)
        except SourceError as error:
            assert error.reason  # noqa: PT017  # either outcome is right; anything else would surface
