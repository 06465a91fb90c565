"""A source that fails, breaks or says nothing is noted and costs its own part alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.models import Batch, SourceStatus
from bot.progress import Silent
from bot.service.refreshing import Refreshing
from bot.sources import Ask, Needs, Parsed
from bot.sources.hugging_face import HuggingFace
from tests.bot.documents import atom_entry, atom_feed
from tests.bot.refreshing_scene import GITHUB, HUB, NOW, World
from tests.bot.wire import Reply, reply
from tests.builders import make_batch, make_paper
from tests.memory_papers import MemoryPapers


@pytest.mark.parametrize(
    ("failing", "broken", "words"),
    [
        ("hugging_face", lambda: httpx.ConnectError("no"), "Hugging Face cannot be reached."),
        ("hugging_face", lambda: reply(body=b"<html>wait</html>"), "Hugging Face answered a web page instead of JSON."),
        ("hugging_face", lambda: reply(body=b""), "Hugging Face answered nothing."),
        ("hugging_face", lambda: reply(429, retry_after="600"), "Hugging Face asks us to wait 10 min."),
        ("arxiv", lambda: reply(503), "arXiv answered 503 (unavailable)."),
        ("arxiv", lambda: reply(body=atom_feed(atom_entry())[:-40]), "arXiv sent a feed that is damaged or cut off"),
        ("github", lambda: reply(401), "GitHub answered 401 (it refused the token)."),
    ],
)
async def test_a_source_that_fails_is_noted_and_stops_no_other(
    failing: str, broken: Callable[[], Reply], words: str
) -> None:
    world = World()
    await world.store.add(
        make_batch(make_paper("2603.00077", github_repo="lab/code", categories=(), first_seen_at=NOW))
    )
    hosts = {"hugging_face": [HUB], "arxiv": ["rss.arxiv.org", "export.arxiv.org"], "github": [GITHUB]}
    world.answers = dict.fromkeys(hosts[failing], broken)
    report = await world.refresh()
    assert [name for name, source in report.items() if not source["ok"]] == [failing]
    assert report[failing]["reason"].startswith(words)
    status = (await world.statuses())[failing]
    assert (status.failing_since, status.last_success_at) == (NOW, None)
    assert status.reason == report[failing]["reason"]
    assert await world.store.get("2603.00077") is not None


async def test_a_failure_dates_from_the_first_and_ends_with_the_next_success() -> None:
    world = World()
    await world.refresh()
    world.answers = {HUB: lambda: reply(502)}
    for hours in (1, 2):
        world.clock.time = NOW + timedelta(hours=hours)
        await world.refresh()
    status = (await world.statuses())["hugging_face"]
    assert (status.last_success_at, status.failing_since) == (NOW, NOW + timedelta(hours=1))
    world.answers = {}
    world.clock.time = NOW + timedelta(hours=3)
    await world.refresh()
    assert (await world.statuses())["hugging_face"] == SourceStatus(
        source="hugging_face", last_success_at=world.clock.time
    )


async def test_a_source_that_does_not_answer_is_asked_no_further_and_one_bad_list_costs_that_list() -> None:
    world = World()
    world.answers = {HUB: lambda: reply(500)}
    await world.refresh()
    assert sum(place.startswith(HUB) for place in world.wire.asked) == 3, "three tries of one request"
    world = World()
    world.answers = {f"{HUB}/api/daily_papers?date=2026-03-09": lambda: reply(400)}
    report = await world.refresh()
    assert report["hugging_face"]["reason"] == "Hugging Face answered 400 (it did not understand the request)."
    assert report["hugging_face"]["papers"] == 2


async def test_an_answer_of_no_use_is_asked_for_once_more() -> None:
    world = World()
    bodies = iter([b"[{", b"[]"])
    world.answers = {f"{HUB}/api/daily_papers?date=2026-03-09": lambda: reply(body=next(bodies), etag='"x"')}
    assert (await world.refresh())["hugging_face"]["ok"]
    repeated = [request for request in world.wire.requests if "date=2026-03-09" in str(request.url)]
    assert len(repeated) == 2
    assert "if-none-match" not in repeated[1].headers


async def test_a_source_that_is_not_asked_is_as_well_as_it_was() -> None:
    world = World()
    world.answers = {GITHUB: lambda: reply(403, retry_after="600")}
    assert not (await world.refresh())["github"]["ok"]
    world.clock.time += timedelta(minutes=15)
    report = await world.refresh()
    assert report["github"]["reason"] == "GitHub asks us to wait 10 min."
    assert (await world.statuses())["github"].failing_since == NOW


async def test_a_parser_that_breaks_costs_its_own_source_only() -> None:
    class Broken:
        name, label = "broken", "The broken one"

        def asks(self, needs: Needs) -> list[Ask]:
            def parse(document: Any, observed_at: datetime) -> Parsed:
                raise ZeroDivisionError(document, observed_at)

            return [Ask(request=HuggingFace().trending().request, parse=parse)] if needs.lists else []

    world = World(sources=(Broken(), HuggingFace()))
    report = await world.refresh()
    assert report["broken"]["reason"] == "Hugging Face answered something we failed to read."
    assert report["hugging_face"]["ok"]


async def test_what_the_store_could_not_keep_is_kept_the_next_time() -> None:
    class Failing(MemoryPapers):
        broken = True

        async def add(self, batch: Batch) -> Any:
            if self.broken:
                raise OSError("disk full")
            return await super().add(batch)

    world = World(sources=(HuggingFace(),))
    store = Failing()
    world.refreshing = Refreshing(store, world.fetcher, (HuggingFace(),), world.clock, timedelta(minutes=15))
    with pytest.raises(ExceptionGroup, match="TaskGroup"):
        await world.refreshing.refresh(Silent())
    store.broken = False
    assert (await world.refresh())["hugging_face"]["papers"] == 2
