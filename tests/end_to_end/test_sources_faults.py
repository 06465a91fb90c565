"""What the sources do wrong costs a reading, never the product."""

import asyncio
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.fetch import Fetcher, FetchError, KeptInMemory
from bot.models import Paper
from bot.service.sources import sources_from
from bot.sources import Ask, Needs, SourceError
from bot.sources.documents import read
from tests.end_to_end.sources_stage import (
    GAP,
    NOON,
    by_source,
    fetcher_for,
    hurry,
    product,
    reasons,
    reset,
    serving,
    settings_of,
)
from tests.end_to_end.stage import CHECKOUT, Stand, needs_replay
from tests.memory_papers import MemoryPapers

pytestmark = needs_replay
_ASKED_LATER = frozenset({"github", "semantic_scholar"})
"""Those that are asked about papers which others have shown: of nothing, nothing."""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with serving(tmp_path_factory.mktemp("replay")) as stand:
        yield stand


@pytest.fixture
def stand(sources: Stand) -> Stand:
    return reset(sources)


@pytest.fixture
def hurried(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Where arXiv's gap is short."""
    return hurry(stand, monkeypatch)


FAULTS: dict[str, dict[str, Any]] = {
    "status": {"status": 503}, "html": {}, "empty_body": {}, "wrong_type": {}, "refuse": {}, "reset": {},
    "truncated": {}, "secondary_limit": {"retry_after": 1},
    "slow_headers": {"seconds": 3}, "slow_body": {"bytes": 16, "seconds": 0.2}, "bad_utf8": {}, "gzip_bomb": {"mb": 64},
    "xml_bomb": {}, "empty": {}, "duplicates": {}, "missing": {}, "nulls": {}, "odd_types": {}, "long_title": {},
    "markup_titles": {}, "unicode_titles": {}, "broken_titles": {},
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_fault_is_an_error_in_words_or_leaves_clean_papers(hurried: Stand, kind: str) -> None:
    hub, preprints, code, news, scholar = sources_from(settings_of(hurried, token="invented"))
    asks = [
        *hub.asks(Needs(now=NOON, lists=True))[:1],
        *preprints.asks(Needs(now=NOON, feed=True, uncategorised=("2603.08706", "2603.07685"))),
        *code.asks(Needs(now=NOON, repositories={"hkust-nlp/AgentVista": ("2603.08706",)})),
        *news.asks(Needs(now=NOON, discussions=True))[:1],
        *scholar.asks(Needs(now=NOON, cited=("2603.08706", "2603.00077"))),
    ]
    async with fetcher_for(hurried) as fetcher:
        for source, ask in zip(("hf", "arxiv-rss", "arxiv-api", "github", "hn", "s2"), asks, strict=True):
            hurried.fault(source, kind, **FAULTS[kind], times=2)
            for paper in await papers_of(fetcher, ask):
                assert paper.title == " ".join(paper.title.split())
                assert len(paper.title) <= 500
                assert paper.title or source in {"hn", "s2"}
                assert not any(odd in paper.title for odd in "\x00\x1b\u202e\u200b")
    assert hurried.get("/control/violations") == []


async def papers_of(fetcher: Fetcher, ask: Ask) -> list[Paper]:
    """What is said in spite of the fault; nothing where it is an error in words."""
    try:
        answer = await fetcher.fetch(ask.request)
        parsed = ask.parse(await read(ask.reads, answer.body, ask.request.label), NOON)
    except (FetchError, SourceError) as error:
        assert error.reason.startswith(ask.request.label)  # noqa: PT017  # either outcome is right
        return []
    return [*parsed.batch.papers, *parsed.updates]


async def test_a_bad_hour_passes(hurried: Stand) -> None:
    """Everything fails half of the time, in every way; an hour later all is as if nothing had been."""
    async with product(hurried, token="invented") as ours:
        for kind in ("status", "truncated", "reset", "html", "nulls", "odd_types", "missing", "empty"):
            hurried.fault("*", kind, **FAULTS[kind], probability=0.08)
        await ours.refresh()
        hurried.post("/control/reset")
        ours.clock.set(NOON + timedelta(hours=1))
        await asyncio.sleep(GAP)
        assert reasons(await ours.refresh()) == []
        assert len(await ours.listed()) > 20
        assert hurried.get("/control/violations") == []


@pytest.mark.parametrize("header", ["retry-after", "date", "ratelimit"])
async def test_a_wait_that_is_asked_for_is_waited(hurried: Stand, header: str) -> None:
    hurried.fault("hf", "rate_limit", retry_after=2, header=header)
    async with product(hurried) as ours:
        assert reasons(await ours.refresh()) == []
    assert hurried.get("/control/violations") == []


async def test_a_long_wait_is_an_answer_and_holds_across_processes(hurried: Stand) -> None:
    kept, store = KeptInMemory(), MemoryPapers()
    hurried.fault("hf", "rate_limit", retry_after=300)
    for _ in range(2):
        async with product(hurried, kept=kept, store=store) as ours:
            reason = by_source(await ours.refresh())["hugging_face"]["reason"]
            assert reason == "Hugging Face asks us to wait 5 min."
    assert len(hurried.get("/control/log", source="hf")) == 1
    assert hurried.get("/control/violations") == []


@pytest.mark.parametrize("to", ["metadata", "file", "loopback", "decimal", "loop"])
async def test_no_redirect_leads_astray(hurried: Stand, to: str) -> None:
    hurried.fault("*", "redirect", to=to, times=50)
    async with product(hurried) as ours:
        report = await ours.refresh()
        assert not any(source.ok for source in report.sources if source.source not in _ASKED_LATER)
    assert hurried.get("/control/violations") == []


@pytest.mark.parametrize("shape", ["entities", "quadratic", "external", "nesting", "attributes"])
async def test_a_hostile_feed_is_refused_and_the_rest_goes_on(hurried: Stand, shape: str) -> None:
    hurried.fault("arxiv-rss", "xml_bomb", shape=shape, times=2)
    async with product(hurried) as ours:
        report = by_source(await ours.refresh())
        assert report["hugging_face"]["ok"]
        assert not any("root:" in paper.title for paper in await ours.store.seen_since(NOON - timedelta(days=9), NOON))


async def test_a_feed_that_was_cut_off_is_refused_in_words(hurried: Stand) -> None:
    name = "arxiv/raw/rss.arxiv.org-atom-cs.AI-2025-08-20-cut-off.xml.gz"
    hurried.fault("arxiv-rss", "recorded_file", path_in_data=name, times=2)
    async with product(hurried) as ours:
        reason = by_source(await ours.refresh())["arxiv"]["reason"]
        assert reason.startswith("arXiv sent a feed that is damaged or cut off")


async def test_everything_down_is_told_and_nothing_is_raised(hurried: Stand) -> None:
    hurried.fault("*", "refuse", times=1000)
    async with product(hurried) as ours:
        report = by_source(await ours.refresh())
        assert report["hugging_face"]["reason"] == "Hugging Face broke off the connection."
        statuses = {status.source: status.failing_since for status in await ours.store.sources()}
        assert statuses["hugging_face"] == statuses["arxiv"] == NOON


BOMB = """
import asyncio, resource, sys
from bot.fetch import Fetcher, FetchError, Request
async def main(base):
    fetcher = Fetcher(trusted=[base])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        await fetcher.fetch(Request(url=base + "/api/daily_papers", lane="hub", label="The hub"))
    except FetchError as error:
        print(error.reason)
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts other units elsewhere")
def test_a_bomb_of_a_gibibyte_costs_less_than_64_mebibytes(stand: Stand) -> None:
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stand.fault("hf", "gzip_bomb", mb=1024)
    command = [sys.executable, "-c", BOMB, stand.environment["HF_API_URL"]]
    answer = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603  # our own script
    reason, grown = answer.stdout.splitlines()
    assert reason == "The hub sent more than 16 MiB once unpacked."
    assert int(grown) < 64


def test_the_skip_names_what_is_missing() -> None:
    assert "../shared" in str(needs_replay.kwargs["reason"])
    assert Path(CHECKOUT, "pyproject.toml").is_file()
