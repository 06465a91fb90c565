"""Hacker News and Semantic Scholar in a refresh: what they say of papers that others have shown."""

from datetime import timedelta
from typing import Any

import httpx

from bot.sources.hacker_news import HackerNews
from bot.sources.hugging_face import HuggingFace
from bot.sources.semantic_scholar import SemanticScholar
from tests.bot.documents import daily_item
from tests.bot.refreshing_scene import HUB, NOW, World
from tests.bot.wire import reply
from tests.builders import make_batch, make_paper

NEWS, SCHOLAR = "hn.algolia.com", "api.semanticscholar.org"


def story(url: str, points: int) -> dict[str, Any]:
    return {"objectID": str(points), "url": url, "points": points, "num_comments": 4}


def stories(*hits: dict[str, Any]) -> httpx.Response:
    return reply(body={"hits": list(hits)})


def cited(citations: int | None) -> dict[str, Any]:
    return {"citationCount": citations, "tldr": {"text": "Theirs."}, "authors": [{"hIndex": 12}]}


def world() -> World:
    told = World(sources=(HuggingFace(), HackerNews(), SemanticScholar()))
    told.answers[NEWS] = lambda: stories(story("https://arxiv.org/abs/2603.01234", 120), story("https://x.org", 9))
    told.answers[SCHOLAR] = lambda: reply(body=[cited(3)])
    return told


async def test_a_first_refresh_already_knows_the_stories_of_the_papers_it_brings() -> None:
    ours = world()
    report = await ours.refresh()
    assert report["hacker_news"] == {
        "source": "hacker_news", "ok": True, "papers": 0, "observations": 1, "reason": None,
    }  # fmt: skip
    paper = await ours.store.get("2603.01234")
    assert paper is not None
    assert paper.title == "A study of 2603.01234", "a story's words are no title"
    assert paper.discussions == ("https://news.ycombinator.com/item?id=120",)
    assert "hacker_news" in paper.sources
    counts = await ours.store.counts(["2603.01234", "2603.00002"], NOW)
    assert (counts["2603.01234"].hacker_news_points, counts["2603.01234"].hacker_news_comments) == (120, 4)
    assert counts["2603.00002"].hacker_news_points is None, "no story is not 0 points"


async def test_a_story_of_a_repository_is_one_of_its_papers() -> None:
    ours = world()
    ours.answers[NEWS] = lambda: stories(story("https://github.com/Ada-Example/Study/issues/1", 50))
    await ours.refresh()
    counts = await ours.store.counts(["2603.01234", "2603.00002"], NOW)
    assert [counts[paper_id].hacker_news_points for paper_id in sorted(counts)] == [None, 50]


async def test_a_story_of_an_unknown_paper_adds_none() -> None:
    ours = world()
    ours.answers[NEWS] = lambda: stories(story("https://arxiv.org/abs/2603.09999", 300))
    report = await ours.refresh()
    assert (report["hacker_news"]["papers"], report["hacker_news"]["observations"]) == (0, 0)
    assert await ours.store.get("2603.09999") is None


async def test_papers_a_day_old_are_cited_and_are_not_asked_about_again_that_day() -> None:
    ours = world()
    seen = NOW - timedelta(days=2)
    await ours.store.add(make_batch(make_paper("2603.00077", sources=("arxiv",), first_seen_at=seen, updated_at=seen)))
    await ours.refresh()
    asked = [request for request in ours.wire.requests if request.headers["host"] == SCHOLAR]
    assert [request.content for request in asked] == [b'{"ids":["arXiv:2603.00077"]}'], (
        "today's are not known there yet"
    )
    counts = (await ours.store.counts(["2603.00077"], NOW))["2603.00077"]
    assert (counts.citations, counts.author_h_index, counts.hacker_news_points) == (3, 12, None)
    paper = await ours.store.get("2603.00077")
    assert paper is not None
    assert paper.summary == "Theirs."
    ours.clock.time += timedelta(hours=1)
    await ours.refresh()
    assert sum(place.startswith(SCHOLAR) for place in ours.wire.asked) == 1


async def test_hugging_face_s_own_summary_is_kept_whoever_comes_last() -> None:
    ours = world()
    ours.answers[f"{HUB}/api/daily_papers?date=2026-03-08"] = lambda: reply(body=[daily_item("2603.00050")])
    seen = NOW - timedelta(days=2)
    await ours.store.add(make_batch(make_paper("2603.00050", first_seen_at=seen, updated_at=seen)))
    for _ in range(2):
        await ours.refresh()
        paper = await ours.store.get("2603.00050")
        assert paper is not None
        assert paper.summary == "It is studied."
        ours.clock.time += timedelta(hours=25)


async def test_a_scholar_who_refuses_is_noted_and_stops_no_other() -> None:
    ours = world()
    ours.answers[SCHOLAR] = lambda: reply(429)
    seen = NOW - timedelta(days=2)
    await ours.store.add(make_batch(make_paper("2603.00077", first_seen_at=seen)))
    report = await ours.refresh()
    assert not report["semantic_scholar"]["ok"]
    assert report["semantic_scholar"]["reason"].startswith("Semantic Scholar asks us to wait")
    assert report["hacker_news"]["ok"]
    assert report["hugging_face"]["ok"]
    assert (await ours.statuses())["semantic_scholar"].failing_since == NOW


async def test_an_unchanged_answer_of_hacker_news_is_confirmed_not_sent() -> None:
    ours = world()
    ours.answers[NEWS] = lambda: reply(body={"hits": []}, etag='"one"')
    await ours.refresh()
    ours.answers[NEWS] = lambda: reply(304)
    ours.clock.time += timedelta(minutes=15)
    report = await ours.refresh()
    assert report["hacker_news"]["ok"]
    last = [request for request in ours.wire.requests if request.headers["host"] == NEWS][-3:]
    assert [request.headers["if-none-match"] for request in last] == ['"one"'] * 3
