"""Whether each source answers now, and something of use."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

from bot.fetch import Fetcher, FetchError
from bot.sources import Ask, Needs, Source, SourceError
from bot.sources.documents import read
from bot.views import Check

SAMPLE_REPOSITORY = "python/cpython"
SAMPLE_PAPER = "1706.03762"
"""Asked about where a source lists nothing by itself; both have been there for years."""
FREE_KEYS = {"github": "GITHUB_TOKEN", "semantic_scholar": "S2_API_KEY", "hugging_face": "HF_TOKEN"}
"""What raises a source's limits, by the setting that holds it."""


async def source_checks(fetcher: Fetcher, sources: Sequence[Source], now: datetime) -> tuple[list[Check], str | None]:
    """A check of each, by one request each; and the time that one of them told, as its Date header."""
    found = await asyncio.gather(*(_check(fetcher, source, now) for source in sources))
    return [check for check, _ in found], next((date for _, date in found if date), None)


async def _check(fetcher: Fetcher, source: Source, now: datetime) -> tuple[Check, str | None]:
    asks = source.asks(_something(now))
    if not asks:
        return Check(source.name, ok=True, message=f"{source.label} is asked about single papers alone."), None
    try:
        date = await _read(fetcher, asks[0], now)
    except (FetchError, SourceError) as error:
        return Check(source.name, ok=False, message=error.reason, hint=_hint(source.name, error)), None
    return Check(source.name, ok=True, message=f"{source.label} answers."), date


async def _read(fetcher: Fetcher, ask: Ask, now: datetime) -> str | None:
    answer = await fetcher.fetch(ask.request)
    ask.parse(await read(ask.reads, answer.body, ask.request.label), now)
    return None if answer.unchanged else answer.headers.get("date")


def _something(now: datetime) -> Needs:
    papers = (SAMPLE_PAPER,)
    return Needs(now=now, lists=True, feed=True, uncategorised=papers, repositories={SAMPLE_REPOSITORY: papers})


def _hint(source: str, error: FetchError | SourceError) -> str:
    if isinstance(error, FetchError) and error.status == HTTPStatus.TOO_MANY_REQUESTS and source in FREE_KEYS:
        return f"It answers again after a while. {FREE_KEYS[source]}, which costs nothing, raises its limit."
    if isinstance(error, FetchError) and error.status in {401, 403}:
        return "Its token is wrong or has ended: set a new one, or none."
    return "I keep trying by myself; if it stays so, look at the network, a proxy, and the address in the settings."
