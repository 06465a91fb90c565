"""JSON for programs, over HTTP."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
from yarl import URL

from adapters.web.api import status_of
from adapters.web.offered import offered
from adapters.web.state import DatabaseState
from adapters.web.visitors import Allowance
from bot.commands import all_commands
from bot.views import Notice, Tone
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.stage import DOI, OLD_STYLE, FakeState, broken, make_app, some_papers, spend
from tests.builders import NOON, make_source
from tests.memory_store import MemoryStore


async def get(client: Client, path: str, status: int = 200) -> dict[str, Any]:

    response = await client.get(URL(path, encoded=True))
    assert response.content_type == "application/json"
    body: dict[str, Any] = await response.json()
    assert response.status == status, body
    return body


async def try_it(client: Client, status: int = 200, **body: Any) -> dict[str, Any]:
    response = await client.post("/api/v1/try", json=body)
    answer: dict[str, Any] = await response.json()
    assert response.status == status, answer
    return answer


async def test_trending_is_the_list_object(client: Client) -> None:
    answer = await get(client, "/api/v1/trending?limit=3&window=24h")
    assert answer.keys() == {"as_of", "stale", "total", "papers"}
    assert answer["as_of"] == "2026-03-10T12:00:00Z"
    assert [paper["rank"] for paper in answer["papers"]] == [1, 2, 3]
    for paper in answer["papers"]:
        assert sum(part["part"] for part in paper["parts"]) == paper["score"]


async def test_a_program_writes_a_choice_out(client: Client) -> None:
    """As the API's description says; people who type may shorten it."""
    for query in ("window=3", "window=7D", "window=2"):
        refused = await get(client, f"/api/v1/trending?{query}", 400)
        assert refused["error"]["code"] == "bad_value"
        assert "24h, 7d, 30d" in refused["error"]["message"]
    assert (await get(client, "/api/v1/trending?window=30d"))["total"]


async def test_lists_come_whole_and_limits_of_chat_do_not_hold(client: Client) -> None:
    whole = await get(client, "/api/v1/daily?date=2026-03-10")
    assert len(whole["papers"]) == whole["total"] == 13
    assert len((await get(client, "/api/v1/search?query=diffusion&limit=11"))["papers"]) == 11


async def test_lists_without_an_end_of_their_own_have_one(papers: MemoryStore, connect: Connect) -> None:
    await papers.papers.add(some_papers(150))
    client = await connect(make_app(papers))
    trending = await get(client, "/api/v1/trending")
    assert (len(trending["papers"]), trending["total"]) == (5, 153)
    assert len((await get(client, "/api/v1/trending?limit=100&page=2"))["papers"]) == 53
    assert len((await get(client, "/api/v1/trending?limit=1000"))["papers"]) == 153
    assert len((await get(client, "/api/v1/daily?date=2026-03-10"))["papers"]) == 151


async def test_a_source_that_does_not_answer_is_in_every_list(papers: MemoryStore, connect: Connect) -> None:
    await papers.papers.note_source(make_source(failing_since=NOON, reason="it answered 503"))
    answer = await get(await connect(make_app(papers)), "/api/v1/weekly?week=2026-W11")
    assert answer["stale"] == [{"source": "hugging_face", "since": "2026-03-10T12:00:00Z", "reason": "it answered 503"}]


@pytest.mark.parametrize(
    ("written", "paper_id"),
    [
        ("2603.00001", "2603.00001"),
        ("2603.00001v3", "2603.00001"),
        (OLD_STYLE, OLD_STYLE),
        (quote(OLD_STYLE, safe=""), OLD_STYLE),
        (quote(DOI, safe=""), DOI),
        (DOI, DOI),
        (quote("https://arxiv.org/abs/2603.00002", safe=""), "2603.00002"),
        ("https://arxiv.org/abs/2603.00002", "2603.00002"),
    ],
)
@pytest.mark.parametrize("command", ["paper", "why"])
async def test_papers_are_found_by_ids_with_slashes_too(
    client: Client, command: str, written: str, paper_id: str
) -> None:
    assert (await get(client, f"/api/v1/{command}/{written}"))["id"] == paper_id


async def test_an_unknown_paper_is_a_404_with_the_error_object(client: Client) -> None:
    for path in ("/api/v1/paper/2603.12345", "/api/v1/why/nonsense"):
        error = (await get(client, path, 404))["error"]
        assert error.keys() == {"code", "message", "hint", "ref"}
        assert error["code"] == "unknown_paper"
        assert error["hint"]
        assert error["ref"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=many", "window=1y", "topc=x", "date=2026-13-01", "as-of=yesterday", "limit=3&limit=4"],
)
async def test_wrong_parameters_are_400s_with_a_hint(client: Client, query: str) -> None:
    error = (await get(client, f"/api/v1/trending?{query}", 400))["error"]
    assert error["message"]
    assert error["hint"]


async def test_a_missing_query_is_a_400(client: Client) -> None:
    for path in ("/api/v1/search", "/api/v1/search?query="):
        assert (await get(client, path, 400))["error"]["code"] == "missing_value"


async def test_a_paper_is_named_in_the_path_alone(client: Client) -> None:
    assert (await get(client, "/api/v1/paper/2603.00001?paper=2603.00002", 400))["error"]["code"] == "bad_request"


@pytest.mark.parametrize("query", ["topic=!!!", "topic=" + "x" * 100])
async def test_a_topic_that_means_nothing_is_a_404(client: Client, query: str) -> None:
    assert (await get(client, f"/api/v1/trending?{query}", 404))["error"]["code"] == "topic"


async def test_options_are_spelt_with_either_hyphen_and_lists_by_repeating(client: Client) -> None:
    either = [await get(client, f"/api/v1/trending?{name}=2026-03-10T06:00:00Z") for name in ("as-of", "as_of")]
    assert either[0] == either[1]
    assert either[0]["as_of"] == "2026-03-10T06:00:00Z"
    both = await get(client, "/api/v1/trending?topic=strings&topic=journal")
    assert {paper["id"] for paper in both["papers"]} == {OLD_STYLE, DOI}


async def test_only_commands_that_exist_are_offered(client: Client) -> None:
    names = {command.path for command in all_commands()}
    assert {command.path for command in offered()} <= names
    error = (await get(client, "/api/v1/subscribe", 404))["error"]
    assert error["code"] == "not_found"


async def test_a_channel_can_be_named_only_by_the_operator(papers: MemoryStore, connect: Connect) -> None:
    """Its topics are its members' business: on loopback without a proxy, or with the admin token."""
    path = "/api/v1/trending?limit=1&channel=slack:T0001:C0001"
    here = await connect(make_app(papers))
    assert (await here.get(path)).status == 200
    proxied = await here.get(path, headers={"X-Forwarded-For": "203.0.113.9"})
    assert proxied.status == 400
    assert (await proxied.json())["error"]["code"] == "bad_channel"


async def test_the_wrong_method_is_a_405_that_names_the_right_one(client: Client) -> None:
    response = await client.post("/api/v1/trending")
    assert response.status == 405
    assert "GET" in response.headers["Allow"]
    assert (await response.json())["error"]["code"] == "method_not_allowed"


async def test_try_answers_with_what_each_platform_gets(client: Client) -> None:
    slack = await try_it(client, text="/papers trending", platform="slack")
    discord = await try_it(client, text="/papers trending", platform="discord")
    text = await try_it(client, text="/papers trending", platform="text")
    assert slack.keys() == {"slack"}
    assert slack["slack"][0]["blocks"]
    assert discord.keys() == {"discord"}
    assert discord["discord"][0]["components"]
    assert text.keys() == {"text"}
    assert "Trending papers" in text["text"]


async def test_try_answers_a_wrong_command_as_chat_does(client: Client) -> None:
    answer = await try_it(client, text="/papers trendign", platform="text")
    assert "Did you mean" in answer["text"]


async def test_try_configures_a_channel_of_the_visitor_and_no_other(client: Client, papers: MemoryStore) -> None:
    await try_it(client, text="/papers-digest subscribe weekly", platform="slack")
    (subscription,) = await papers.channels.subscriptions("terminal", "")
    again = await try_it(client, text="/papers digest status", platform="text")
    assert "weekly" in again["text"].lower()
    other = await try_it(client, text=f"/papers digest topics any channel:{subscription.channel}x", platform="text")
    assert "Other channels cannot be named" in other["text"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[" * 10_000, "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "a `text`"),
        (b"null", "a `text`"),
        (b'{"platform": "slack"}', "a `text`"),
        (b'{"text": 5, "platform": "slack"}', "a `text`"),
        (b'{"text": "/papers"}', "`platform`"),
        (b'{"text": "/papers", "platform": "teams"}', "`platform`"),
        (b'{"text": "/papers", "platform": ["slack"]}', "`platform`"),
        (b'{"text": "' + b"x" * 17_000 + b'", "platform": "slack"}', "16 KB"),
    ],
)
async def test_a_bad_body_is_a_400_that_shows_a_good_one(client: Client, body: bytes, told: str) -> None:
    response = await client.post("/api/v1/try", data=body, headers={"Content-Type": "application/json"})
    error = (await response.json())["error"]
    assert response.status == 400
    assert told in error["message"]
    assert "/papers trending" in error["hint"]


async def test_a_body_without_a_stated_length_is_limited_too(client: Client) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    response = await client.post("/api/v1/try", data=endless())
    assert response.status == 400


async def test_halves_of_characters_do_no_harm(client: Client) -> None:
    response = await client.post("/api/v1/try", data=b'{"text": "/papers search \\ud800", "platform": "text"}')
    assert response.status == 200


async def test_a_failure_of_ours_is_a_500_with_a_reference(papers: MemoryStore, connect: Connect) -> None:
    client = await connect(make_app(broken(papers)))
    error = (await get(client, "/api/v1/trending", 500))["error"]
    assert error["code"] == "internal"
    assert len(error["ref"]) == 4


async def test_a_database_that_does_not_answer_is_a_503(papers: MemoryStore, connect: Connect) -> None:
    down = FakeState(answer=DatabaseState(reachable=False, migrated=False, reason="The database refuses us."))
    client = await connect(make_app(broken(papers), down))
    response = await client.get("/api/v1/trending")
    assert response.status == 503
    assert response.headers["Retry-After"] == "5"
    assert (await response.json())["error"] == {
        "code": "unavailable",
        "message": "The database refuses us.",
        "hint": "Try again soon.",
        "ref": None,
    }


async def test_changes_are_limited_for_everybody_together(papers: MemoryStore, connect: Connect) -> None:
    app = make_app(papers)
    client = await connect(app)
    spend(app)
    answer = await try_it(client, text="/papers digest subscribe", platform="text")
    assert "Too many settings" in answer["text"]
    assert "Trending" in (await try_it(client, text="/papers trending", platform="text"))["text"]


def test_an_allowance_fills_up_again() -> None:
    now = 0.0
    allowance = Allowance(2, 60.0, lambda: now)
    assert [allowance.take() for _ in range(3)] == [True, True, False]
    now = 30.0
    assert [allowance.take() for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("code", "usage", "status"),
    [("bad_date", True, 400), ("unknown_paper", False, 404), ("internal", False, 500), ("future_date", False, 404)],
)
def test_errors_have_the_status_they_deserve(code: str, usage: bool, status: int) -> None:
    assert status_of(Notice(tone=Tone.ERROR, text="", code=code, usage=usage)) == status
