"""What Hugging Face's answers mean, and what becomes of those that mean nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from bot.models import Counts
from bot.sources import Needs, SourceError
from bot.sources.hugging_face import (
    DAYS_BACK,
    MOST_PAGES,
    PAGE,
    HuggingFace,
    parse_daily,
    parse_detail,
    parse_list,
    submitted_at,
)
from tests.bot.documents import any_document, daily_item

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TODAY = NOW.date()


def test_an_item_becomes_a_paper_with_its_counts_and_its_place() -> None:
    batch = parse_daily([daily_item()], NOW, TODAY).batch
    [paper], [observation], [listing] = batch.papers, batch.observations, batch.listings
    assert (paper.id, paper.title, paper.abstract) == (
        "2603.01234",
        "A study of 2603.01234",
        "We study it. We find it.",
    )
    assert paper.authors == ("Ada Example", "Ben Sample")
    assert (paper.organization, paper.submitter) == ("Example Laboratory", "ada-example")
    assert (paper.summary, paper.keywords) == ("It is studied.", ("studies", "findings"))
    assert (paper.github_repo, paper.project_page) == ("ada-example/study", "https://example.org/project")
    assert paper.thumbnail == "https://cdn.example.org/2603.01234.png"
    assert paper.sources == (observation.source,) == ("hugging_face",)
    assert (observation.observed_at, observation.counts) == (NOW, Counts(upvotes=10, comments=1, github_stars=9))
    assert (listing.date, listing.position) == (TODAY, 0)


def test_the_inner_time_is_the_publication_and_the_outer_one_is_not_read() -> None:
    [paper] = parse_list([daily_item()], NOW).batch.papers
    assert paper.published_at == datetime(2026, 3, 8, 17, 8, 18, tzinfo=UTC)


def test_first_sight_is_ours_unless_the_list_tells_an_earlier_one() -> None:
    told, silent = daily_item(), daily_item("2603.00002", submittedOnDailyAt="2026-03-10T00:00:00.000Z")
    first, second = parse_daily([told, silent], NOW, TODAY).batch.papers
    assert first.first_seen_at == datetime(2026, 3, 10, 5, 25, 12, 777000, tzinfo=UTC)
    assert second.first_seen_at == NOW
    [late] = parse_daily([silent], NOW + timedelta(days=4), TODAY).batch.papers
    assert late.first_seen_at == datetime(2026, 3, 11, 2, 30, tzinfo=UTC), "no list takes papers longer than that"
    [early] = parse_daily([told], datetime(2026, 3, 10, 4, 0, tzinfo=UTC), TODAY).batch.papers
    assert early.first_seen_at == datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-10T03:00:00.000Z", datetime(2026, 3, 10, 4, 30, tzinfo=UTC)),
        ("2026-01-10T03:00:00.000Z", datetime(2026, 1, 10, 5, 30, tzinfo=UTC)),
        ("2026-05-20T00:00:00.000Z", None),
        ("nonsense", None),
        (7, None),
    ],
)
def test_the_submission_runs_early_by_new_york_s_season_and_midnight_is_no_hour(text: Any, expected: Any) -> None:
    assert submitted_at(text) == expected


def test_zero_upvotes_are_zero_and_what_is_missing_is_not_known() -> None:
    [observation] = parse_list([daily_item(upvotes=0, githubStars=None)], NOW).batch.observations
    assert (observation.counts.upvotes, observation.counts.github_stars) == (0, None)


def test_a_project_page_on_github_is_a_repository() -> None:
    item = daily_item(githubRepo=None, projectPage="https://github.com/ada-example/other.git")
    [paper] = parse_list([item], NOW).batch.papers
    assert paper.github_repo == "ada-example/other"


def test_who_stands_behind_a_paper_is_read_wherever_it_is_told() -> None:
    item = daily_item(organization="Plain Name", submittedOnDailyBy={"user": 7}, authors=["Plain Author", None, 7])
    [paper] = parse_list([item], NOW).batch.papers
    assert (paper.organization, paper.submitter, paper.authors) == ("Plain Name", "ada-example", ("Plain Author",))
    nobody = daily_item(organization=None, submittedOnDailyBy=None) | {
        "submittedBy": None,
        "organization": {"name": "lab"},
    }
    [paper] = parse_list([nobody], NOW).batch.papers
    assert (paper.organization, paper.submitter) == ("lab", None)


def test_of_a_paper_that_comes_twice_the_first_counts() -> None:
    batch = parse_daily([daily_item(), daily_item("2603.00002"), daily_item(upvotes=99)], NOW, TODAY).batch
    assert [paper.id for paper in batch.papers] == ["2603.01234", "2603.00002"]
    assert [listing.position for listing in batch.listings] == [0, 1]
    assert [observation.counts.upvotes for observation in batch.observations] == [10, 10]


@pytest.mark.parametrize(
    "item", [None, 7, "x", {}, {"paper": None}, daily_item(id=None), daily_item(id="../x"), daily_item(id={})]
)
def test_an_item_of_no_use_is_left_out_and_counted(item: Any) -> None:
    parsed = parse_daily([item, daily_item()], NOW, TODAY)
    assert parsed.skipped == 1
    assert [paper.id for paper in parsed.batch.papers] == ["2603.01234"]


def test_an_item_without_any_title_is_of_no_use_and_the_outer_title_serves() -> None:
    nameless = daily_item("2603.00002", title=" \n")
    nameless["title"] = None
    assert parse_list([nameless, daily_item(title=None)], NOW).skipped == 1


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("nul \x00 byte", "nul byte"),
        ("half a pair \ud83d here", "half a pair here"),
        ("\u202egnol\u202c", "gnol"),
        ("line\nbreak\r\nand\ttab\u2028separator", "line break and tab separator"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("bell \x07 escape \x1b[31mred\x1b[0m", "bell escape red"),
        ("深層学習 👩‍🔬 שלום", "深層学習 👩‍🔬 שלום"),
        ("<!channel> @everyone *bold*", "<!channel> @everyone *bold*"),
        ("x" * 5000, "x" * 499 + "…"),
    ],
)
def test_titles_are_one_clean_line(title: str, shown: str) -> None:
    [paper] = parse_list([daily_item(title=title)], NOW).batch.papers
    assert paper.title == shown


@pytest.mark.parametrize("document", [None, {}, {"error": "x"}, "x", 3, [None], [{}, {"paper": {}}]])
def test_an_answer_that_is_no_list_of_papers_is_an_error_in_words(document: Any) -> None:
    with pytest.raises(SourceError, match="Hugging Face answered"):
        parse_daily(document, NOW, TODAY)


def test_an_empty_list_is_a_quiet_day() -> None:
    assert parse_daily([], NOW, TODAY).batch.papers == ()


def test_a_paper_by_itself_tells_what_is_linked_to_it() -> None:
    document = daily_item()["paper"] | {
        "numTotalModels": 3,
        "numTotalDatasets": 1,
        "numTotalSpaces": 0,
        "linkedModels": [],
    }
    [observation] = parse_detail(document, NOW).batch.observations
    assert observation.counts == Counts(linked_models=3, linked_datasets=1, linked_spaces=0)
    assert observation.source == "hugging_face_links"
    assert parse_detail(daily_item()["paper"], NOW).batch.observations == ()
    assert parse_detail({"error": "Paper not found"}, NOW).batch.papers == ()
    with pytest.raises(SourceError):
        parse_detail([], NOW)


def test_it_asks_for_the_last_days_then_for_what_trends_then_for_details() -> None:
    source = HuggingFace(base_url="http://hub.example/hf", token="secret")
    urls = [ask.request.url for ask in source.asks(Needs(now=NOW, lists=True, details=("2603.01234",)))]
    assert len(urls) == DAYS_BACK + 3
    assert urls[0] == "http://hub.example/hf/api/daily_papers?date=2026-03-10&p=0&limit=100&sort=publishedAt"
    assert urls[1] == urls[0].replace("03-10", "03-09")
    assert "sort=trending" in urls[-2]
    assert urls[-1] == "http://hub.example/hf/api/papers/2603.01234"
    assert source.asks(Needs(now=NOW)) == []
    assert source.daily(TODAY).request.token == "secret"
    assert "secret" not in repr(source)
    assert source.search("graph nets").request.url.endswith("/api/papers/search?q=graph+nets&limit=20")


def test_a_full_page_asks_for_the_next_one_and_pages_end() -> None:
    items = [daily_item(f"2603.{number:05}") for number in range(PAGE)]
    parsed = HuggingFace().daily(date(2026, 3, 9)).parse(items, NOW)
    [more] = parsed.more
    assert "p=1&" in more.request.url
    assert more.parse(items[:3], NOW).more == ()
    assert [listing.position for listing in more.parse(items[:2], NOW).batch.listings] == [PAGE, PAGE + 1]
    assert HuggingFace().daily(TODAY, MOST_PAGES - 1).parse(items, NOW).more == ()


@given(any_document)
def test_no_document_breaks_the_parsers(document: Any) -> None:
    for parse in (parse_list, parse_detail, HuggingFace().daily(TODAY).parse):
        for wrapped in (
            document,
            [document, daily_item()],
            daily_item()["paper"] | {"upvotes": document, "authors": document},
        ):
            try:
                parsed = parse(wrapped, NOW)
            except SourceError as error:
                assert error.reason  # noqa: PT017  # either outcome is right; anything else would surface
            else:
                assert all(paper.title for paper in parsed.batch.papers)
