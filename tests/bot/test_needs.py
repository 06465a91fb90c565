"""What a refresh asks for, and what of the answers is news."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.models import Batch, Counts
from bot.service import needs
from bot.service.needs import Watched
from bot.service.novelty import HEARTBEAT, Novelty
from bot.service.watch import Watch
from tests.builders import make_batch, make_listing, make_observation, make_paper
from tests.memory_papers import MemoryPapers

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def watched(paper_id: str, days_old: float = 1, **changes: object) -> Watched:
    values: dict[str, object] = {"id": paper_id, "first_seen_at": NOW - timedelta(days=days_old), **changes}
    return Watched(**values)  # type: ignore[arg-type]  # a test names fields by word


# --- the feed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 10, 4, 10, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 3, 10, 4, 30, tzinfo=UTC), date(2026, 3, 10)),
        (datetime(2026, 1, 10, 4, 50, tzinfo=UTC), date(2026, 1, 9)),
        (datetime(2026, 1, 10, 5, 30, tzinfo=UTC), date(2026, 1, 10)),
    ],
)
def test_the_feed_s_day_begins_half_an_hour_after_midnight_in_new_york(now: datetime, day: date) -> None:
    assert needs.feed_day(now) == day


def test_the_feed_is_read_once_a_day_and_looked_for_each_hour_when_it_is_late() -> None:
    assert needs.feed_is_due(NOW, read=None, asked_at=None)
    assert not needs.feed_is_due(NOW, read=date(2026, 3, 10), asked_at=NOW)
    assert needs.feed_is_due(NOW + timedelta(days=1), read=date(2026, 3, 10), asked_at=NOW)
    assert not needs.feed_is_due(NOW, read=date(2026, 3, 9), asked_at=NOW - timedelta(minutes=59))
    assert needs.feed_is_due(NOW, read=date(2026, 3, 9), asked_at=NOW - timedelta(minutes=60))
    midnight = datetime(2026, 3, 11, 4, 30, tzinfo=UTC)
    assert needs.feed_is_due(midnight, read=date(2026, 3, 10), asked_at=midnight - timedelta(minutes=5))


def test_a_feed_is_of_the_day_of_its_announcements_and_an_empty_one_of_today() -> None:
    yesterday = make_paper(announced_at=datetime(2026, 3, 9, 4, 0, tzinfo=UTC))
    assert needs.day_of_feed([yesterday, make_paper()], NOW) == date(2026, 3, 9)
    assert needs.day_of_feed([], NOW) == date(2026, 3, 10)


# --- papers and repositories ------------------------------------------------------------------------------------------


def test_categories_are_asked_for_of_fresh_arxiv_papers_the_newest_first() -> None:
    papers = [
        watched("b", 2),
        watched("a", 1),
        watched("known", categorised=True),
        watched("doi:10.1/x"),
        watched("old", 20),
    ]
    assert needs.uncategorised(papers, {}, NOW, 10) == ("a", "b")
    assert needs.uncategorised(papers, {}, NOW, 1) == ("a",)
    assert needs.uncategorised(papers, {"a": NOW - timedelta(hours=23)}, NOW, 10) == ("b",)
    assert needs.uncategorised(papers, {"a": NOW - timedelta(hours=24)}, NOW, 10) == ("a", "b")


def test_details_are_asked_for_of_the_papers_people_like_best() -> None:
    papers = [
        watched("a", daily=True, upvotes=1),
        watched("b", daily=True, upvotes=9),
        watched("arxiv only", upvotes=99),
    ]
    assert needs.details(papers, {}, NOW, 10) == ("b", "a")
    assert needs.details(papers, {"b": NOW}, NOW, 10) == ("a",)


def test_stars_of_fresh_papers_come_first_then_the_longest_unasked_then_the_most_liked() -> None:
    papers = [
        watched("old", 100, repository="r/old", upvotes=500), watched("ancient", 200, repository="r/ancient"),
        watched("one", repository="r/one", upvotes=1), watched("two", repository="r/two", upvotes=2),
        watched("asked", repository="r/asked", upvotes=99), watched("none"),
    ]  # fmt: skip
    asked = {"r/asked": NOW - timedelta(hours=2)}
    assert list(needs.repositories(papers, asked, NOW, 10)) == ["r/two", "r/one", "r/asked", "r/old"]
    assert list(needs.repositories(papers, asked, NOW, 1)) == ["r/two"]
    just_now = {"r/old": NOW - timedelta(hours=23), "r/one": NOW - timedelta(minutes=59)}
    assert list(needs.repositories(papers, just_now, NOW, 10)) == ["r/asked", "r/two"]


def test_a_repository_of_several_papers_is_asked_for_once_and_is_as_fresh_as_its_freshest() -> None:
    papers = [watched("new", repository="r/x"), watched("old", 100, repository="r/x", upvotes=3)]
    assert needs.repositories(papers, {}, NOW, 10) == {"r/x": ("old", "new")}


# --- the watch --------------------------------------------------------------------------------------------------------


async def test_the_watch_reads_the_store_once_and_only_what_may_be_asked_about() -> None:
    store = MemoryPapers()
    kept = make_paper("2603.00001", github_repo="r/one", first_seen_at=NOW - timedelta(days=100))
    await store.add(
        make_batch(
            kept,
            make_observation("2603.00001", NOW - timedelta(hours=1), upvotes=7),
            make_paper("2603.00002", sources=("arxiv",), first_seen_at=NOW - timedelta(days=15)),
            make_paper("2603.00003", github_repo="r/three", first_seen_at=NOW - timedelta(days=181)),
            make_paper("2603.00004", categories=(), first_seen_at=NOW),
        )
    )
    watch = Watch()
    await watch.load(store, NOW)
    assert {one.id: one.upvotes for one in watch.all(NOW)} == {"2603.00001": 7, "2603.00004": 0}
    await store.add(make_batch(make_paper("2603.00005", github_repo="r/five", first_seen_at=NOW)))
    await watch.load(store, NOW)
    assert len(watch.all(NOW)) == 2


def test_the_watch_follows_what_is_kept_and_forgets_what_is_of_no_use() -> None:
    watch = Watch()
    watch.note(make_batch(make_paper(categories=(), first_seen_at=NOW), make_observation(upvotes=3)))
    watch.note(make_batch(make_paper(github_repo="r/x", sources=("arxiv",), first_seen_at=NOW + timedelta(hours=1))))
    watch.note(make_batch(make_observation(github_stars=5), make_observation("unknown", upvotes=5)))
    [one] = watch.all(NOW)
    assert one == Watched(id="2603.00001", first_seen_at=NOW, repository="r/x", categorised=True, daily=True, upvotes=3)
    assert watch.all(NOW + timedelta(days=181)) == []


# --- novelty ----------------------------------------------------------------------------------------------------------


def test_what_was_said_before_is_no_news() -> None:
    novelty = Novelty()
    batch = make_batch(make_paper(), make_observation(), make_listing())
    assert novelty.of("hugging_face", batch) == batch
    again = make_batch(
        make_paper(updated_at=NOW + timedelta(hours=1)), make_observation(at=NOW + timedelta(hours=1)), make_listing()
    )
    assert novelty.of("hugging_face", again) == Batch()
    assert novelty.of("arxiv", make_batch(make_paper())).papers != (), "another source may know the paper otherwise"


def test_a_change_is_news_and_so_is_a_count_that_stands_still_for_long() -> None:
    novelty = Novelty()
    novelty.of("hugging_face", make_batch(make_paper(), make_observation(), make_listing()))
    changed = make_batch(
        make_paper(summary="New."),
        make_observation(at=NOW + timedelta(minutes=15), upvotes=11),
        make_listing(position=3),
    )
    assert novelty.of("hugging_face", changed) == changed
    still = make_batch(make_observation(at=NOW + timedelta(minutes=15) + HEARTBEAT, upvotes=11))
    assert novelty.of("hugging_face", still) == still


def test_what_could_not_be_kept_is_news_again_and_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    novelty = Novelty()
    batch = make_batch(make_paper(), make_observation())
    novelty.of("hugging_face", batch)
    novelty.forget()
    assert novelty.of("hugging_face", batch) == batch
    monkeypatch.setattr("bot.service.novelty.MOST_PAPERS", 0)
    assert novelty.of("hugging_face", batch) == batch


def test_no_count_at_all_is_still_a_count() -> None:
    assert Novelty().of("x", make_batch(make_observation(upvotes=None))).observations[0].counts == Counts()


def test_weekdays_without_a_list_are_asked_for_once_and_newest_first() -> None:
    known = {date(2026, 3, 5)}
    days = needs.earlier_days(NOW, known)
    assert days[:3] == (date(2026, 3, 6), date(2026, 3, 4), date(2026, 3, 3))
    assert days[-1] == date(2026, 2, 3)
    assert all(day.weekday() < 5 for day in days)
    assert needs.earlier_days(NOW, known | set(days)) == ()
