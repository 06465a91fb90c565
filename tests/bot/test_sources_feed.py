"""A feed of somebody's own becomes papers, whatever its author put into it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import FEED
from bot.sources.feed import MOST_ENTRIES, ask, parse
from tests.builders import NOON, days

HOST = "lab.example.org"


def entry(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": "tag:lab.example.org,2026:1",
        "link": "https://lab.example.org/notes/1",
        "title": "A note",
        "summary": "What we found.",
        "published": "Mon, 09 Mar 2026 08:00:00 +0100",
        "authors": ["Ada Example"],
    }
    return values | changes


def parsed(*entries: dict[str, Any]) -> Any:
    return parse(HOST, {"entries": list(entries)}, NOON)


def test_an_entry_is_a_paper_under_its_address() -> None:
    (paper,) = parsed(entry()).batch.papers
    assert paper.id.startswith("url:")
    assert paper.own
    assert (paper.title, paper.abstract, paper.authors) == ("A note", "What we found.", ("Ada Example",))
    assert paper.link == "https://lab.example.org/notes/1"
    assert paper.published_at == datetime(2026, 3, 9, 7, tzinfo=UTC)
    assert (paper.first_seen_at, paper.sources, paper.comment) == (NOON, (FEED,), f"from {HOST}")


@pytest.mark.parametrize(
    ("link", "paper_id"),
    [
        ("https://arxiv.org/abs/2603.00001v2", "2603.00001"),
        ("https://doi.org/10.1234/ABC", "doi:10.1234/abc"),
    ],
)
def test_an_entry_that_links_to_a_known_kind_of_page_is_that_paper(link: str, paper_id: str) -> None:
    assert [paper.id for paper in parsed(entry(link=link)).batch.papers] == [paper_id]


def test_one_paper_comes_once_and_what_names_nothing_is_counted() -> None:
    found = parsed(entry(), entry(title="The same again"), entry(title=""), entry(link=None, id="17"))
    assert [paper.title for paper in found.batch.papers] == ["A note"]
    assert found.skipped == 2


def test_markup_becomes_text_and_a_time_ahead_becomes_now() -> None:
    later = (NOON + days(3)).isoformat()
    (paper,) = parsed(entry(title="<b>R&amp;D</b>", summary="<p>One.</p><p>Two.</p>", published=later)).batch.papers
    assert (paper.title, paper.abstract, paper.published_at) == ("R&D", "One. Two.", NOON)


def test_of_an_endless_feed_the_first_hundred_are_taken() -> None:
    entries = [entry(link=f"https://lab.example.org/{number}") for number in range(MOST_ENTRIES + 7)]
    found = parsed(*entries)
    assert (len(found.batch.papers), found.skipped) == (MOST_ENTRIES, 7)


def test_feeds_of_one_site_are_asked_for_one_after_the_other() -> None:
    assert ask("https://lab.example.org/a").request.lane == ask("https://lab.example.org/b").request.lane
    assert "key=hush" not in ask("https://lab.example.org/a?key=hush").request.label


values = st.none() | st.text(max_size=40) | st.integers() | st.lists(st.none() | st.text(max_size=9), max_size=3)


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(entry(), values)), max_size=4))
def test_no_entry_breaks_the_parser(entries: list[dict[str, Any]]) -> None:
    found = parse(HOST, {"entries": entries}, NOON)
    assert all(
        paper.title and paper.published_at in {None, min(paper.published_at or NOON, NOON)}
        for paper in found.batch.papers
    )
