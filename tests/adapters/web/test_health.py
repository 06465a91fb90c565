"""What those who watch the program are told."""

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.web import guard
from adapters.web.state import AdapterState, DatabaseState
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.stage import FakeState, make_app
from tests.builders import NOON, make_source
from tests.memory_store import MemoryStore

UP = DatabaseState(reachable=True, migrated=True)


async def ready(client: Client) -> tuple[int, dict[str, Any]]:
    response = await client.get("/readyz")
    return response.status, await response.json()


async def test_healthz_says_that_the_loop_lives_whatever_else_is_down(papers: MemoryStore, connect: Connect) -> None:
    state = FakeState(draining=True, answer=DatabaseState(reachable=False, migrated=False))
    client = await connect(make_app(papers, state))
    response = await client.get("/healthz")
    assert (response.status, await response.json()) == (200, {"ok": True})


async def test_readyz_shows_every_state(papers: MemoryStore, connect: Connect) -> None:
    await papers.papers.note_source(make_source(failing_since=NOON, reason="it answered 503"))
    ways = (AdapterState("web", "up"), AdapterState("slack", "parked", "The token is revoked."))
    status, body = await ready(await connect(make_app(papers, FakeState(ways=ways))))
    assert status == 200
    assert body == {
        "ready": True,
        "draining": False,
        "database": {"reachable": True, "migrated": True, "reason": None},
        "adapters": [
            {"name": "web", "state": "up", "reason": None},
            {"name": "slack", "state": "parked", "reason": "The token is revoked."},
        ],
        "sources": [
            {
                "source": "hugging_face",
                "ok": False,
                "last_success_at": "2026-03-10T12:00:00Z",
                "failing_since": "2026-03-10T12:00:00Z",
                "reason": "it answered 503",
            }
        ],
    }


@pytest.mark.parametrize(
    "state",
    [
        FakeState(draining=True),
        FakeState(answer=DatabaseState(reachable=False, migrated=False, reason="It refuses us.")),
        FakeState(answer=DatabaseState(reachable=True, migrated=False, reason="Its schema is older.")),
        FakeState(ways=(AdapterState("discord", "starting"),)),
        FakeState(ways=(AdapterState("discord", "waiting", "It hung up."),)),
        FakeState(error=OSError("secret address")),
    ],
)
async def test_readyz_is_503_while_work_would_be_lost(papers: MemoryStore, connect: Connect, state: FakeState) -> None:
    status, body = await ready(await connect(make_app(papers, state)))
    assert status == 503
    assert body["ready"] is False
    assert "secret" not in str(body)


async def test_a_database_that_hangs_does_not_hang_readyz(
    papers: MemoryStore, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging(FakeState):
        async def database(self) -> DatabaseState:
            await asyncio.Event().wait()
            return UP

    monkeypatch.setattr(guard, "DATABASE_SECONDS", 0.01)
    status, body = await ready(await connect(make_app(papers, Hanging())))
    assert status == 503
    assert body["database"]["reason"] == "The database does not answer."


async def test_metrics_are_open_to_this_machine_itself(client: Client) -> None:
    response = await client.get("/metrics")
    assert response.status == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP"])
async def test_metrics_are_closed_to_whoever_comes_through_a_proxy(client: Client, header: str) -> None:
    response = await client.get("/metrics", headers={header: "127.0.0.1"})
    assert response.status == 403
    assert (await response.json())["error"]["code"] == "forbidden"


async def test_metrics_are_closed_to_pages_whose_name_was_made_to_mean_this_machine(client: Client) -> None:
    assert (await client.get("/metrics", headers={"Host": "evil.example"})).status == 403


async def test_with_an_admin_token_only_its_holder_sees_the_metrics(papers: MemoryStore, connect: Connect) -> None:
    client = await connect(make_app(papers, admin_token=SecretStr("opensesame")))
    statuses = {}
    for given in ("", "Bearer wrong", "Basic opensesame", "Bearer opensesame", "bearer opensesame", "Bearer ö"):
        headers = {"Authorization": given, "X-Forwarded-For": "203.0.113.9"}
        response = await client.get("/metrics", headers=headers)
        statuses[given] = response.status
        assert "opensesame" not in await response.text()
    assert statuses == {
        "": 401,
        "Bearer wrong": 401,
        "Basic opensesame": 401,
        "Bearer opensesame": 200,
        "bearer opensesame": 200,
        "Bearer ö": 401,
    }
