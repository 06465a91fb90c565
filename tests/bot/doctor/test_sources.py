"""Each source is asked once; what it answers is read as a refresh would."""

import httpx

from bot.doctor.sources import source_checks
from bot.fetch import Limits
from bot.sources.arxiv import Arxiv
from bot.sources.github import GitHub
from bot.sources.hugging_face import HuggingFace
from tests.bot.wire import Wire, reply
from tests.builders import NOON

SOURCES = (HuggingFace(), Arxiv(), GitHub())
DATE = "Tue, 10 Mar 2026 12:00:00 GMT"


def answer(request: httpx.Request) -> httpx.Response:
    match request.headers["host"]:
        case "huggingface.co":
            return reply(200, [], date=DATE)
        case "api.github.com":
            return reply(401, {})
        case _:
            return reply(200, b"<html>maintenance</html>")


async def test_a_limit_that_is_used_up_names_what_raises_it() -> None:
    fetcher = Wire(lambda _: reply(429, {}, **{"retry-after": "3600"})).fetcher(limits=Limits(tries=1))
    (check,), _ = await source_checks(fetcher, (GitHub(),), NOON)
    await fetcher.close()

    assert not check.ok
    assert "429" in check.message
    assert "GITHUB_TOKEN" in check.hint


async def test_a_source_is_well_if_its_answer_is_of_use() -> None:
    fetcher = Wire(answer).fetcher(limits=Limits(tries=1))
    checks, told = await source_checks(fetcher, SOURCES, NOON)
    await fetcher.close()

    named = [(check.name, check.ok) for check in checks]
    assert named == [("hugging_face", True), ("arxiv", False), ("github", False)]
    assert told == DATE
    assert "token" in checks[2].hint
