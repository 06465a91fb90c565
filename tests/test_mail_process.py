"""The program as a process, from the form on its page to the end of the digest, with a real mail server beside it."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import aiohttp

from bot.clock import SystemClock
from bot.demo import fill
from bot.mailing.wish import mailbox
from storage.store import open_store
from tests.adapters.email.bounces import complaint, report
from tests.adapters.email.stage import Script, mail_server

T = TypeVar("T")
CHECKOUT = Path(__file__).resolve().parents[1]
NOWHERE = "http://127.0.0.1:9"
ADA = "ada@example.org"
PATIENCE = 90.0
"""Seconds; a busy machine may need many."""
SITE = "https://papers.example.org"


def environment(folder: Path, port: int, **changes: str) -> dict[str, str]:
    """Nothing of ours but what is named; no source can be reached."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    sources = ("HF_API_URL", "ARXIV_API_URL", "ARXIV_RSS_URL", "GITHUB_API_URL", "S2_API_URL", "HN_API_URL")
    return {
        **bare,
        **dict.fromkeys(sources, NOWHERE),
        "PYTHONPATH": str(CHECKOUT),
        "SEMANTIC_MODEL": "off",
        "LOG_FORMAT": "json",
        "DATABASE_URL": f"sqlite:///{folder / 'broadsheet.db'}",
        "PORT": "0",
        "PUBLIC_URL": SITE,
        "SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=0",
        "MAIL_FROM": "Papers <papers@example.org>",
        "MAIL_BOUNCES": "returns@example.org",
        **changes,
    }


async def ran(folder: Path, variables: dict[str, str], *arguments: str, given: bytes | None = None) -> tuple[int, str]:
    """Exit code and all that was written."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder, env=variables, stdin=PIPE, stdout=PIPE, stderr=STDOUT
    )
    written, _ = await asyncio.wait_for(process.communicate(given), PATIENCE)
    assert process.returncode is not None
    return process.returncode, written.decode()


@asynccontextmanager
async def running(folder: Path, variables: dict[str, str]) -> AsyncIterator[str]:
    """The address of `broadsheet run`; its log is in `folder`."""
    log = folder / "run.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=folder, env=variables, stdout=output, stderr=STDOUT
        )
    try:
        yield await until(lambda: _page(process, log))
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), PATIENCE)


async def _page(process: Process, log: Path) -> str:
    """Its own page, once it is ready."""
    written = await asyncio.to_thread(log.read_text, encoding="utf-8")
    assert process.returncode is None, written
    found = re.search(r'"page": "(http://[\d.:]+)"', written)
    return found[1] if found else ""


async def until(look: Callable[[], Awaitable[T]]) -> T:
    async with asyncio.timeout(PATIENCE):
        while not (found := await look()):  # noqa: ASYNC110  # another process has no event of ours
            await asyncio.sleep(0.05)
    return found


async def post(session: aiohttp.ClientSession, url: str, fields: dict[str, str]) -> int:
    async with session.post(url, data=fields, allow_redirects=False) as answer:
        return answer.status


def linked(text: str, path: str) -> str:
    """The path of a link in a message."""
    found = re.search(rf"{SITE}(/{path}/\S+)", text)
    assert found is not None
    return found[1]


async def test_from_the_page_to_the_inbox_and_to_the_end(tmp_path: Path) -> None:
    script = Script()
    async with mail_server(script) as port:
        variables = environment(tmp_path, port)
        store = open_store(variables["DATABASE_URL"])
        await fill(store.papers, SystemClock().now())
        await store.close()
        async with running(tmp_path, variables) as page, aiohttp.ClientSession() as session:
            wish = {
                "address": ADA,
                "period": "daily",
                "time": "09:00",
                "zone": "UTC",
                "days": "every day",
                "topics": "",
            }
            assert await post(session, f"{page}/subscribe", wish) == 303
            await until(lambda: _count(script, 1))
            assert await post(session, page + linked(script.arrived[0].part("plain"), "confirm"), {}) == 200

            code, told = await ran(tmp_path, variables, "digest", "send", "--channel", f"email:{ADA}")
            assert code == 0, told
            digest = script.arrived[1]
            assert digest.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert "arxiv.org/abs/" in digest.part("html")

            returned = report(to=digest.sender)
            code, told = await ran(tmp_path, variables, "mail", "bounce", given=returned)
            assert (code, "stopped" in told) == (0, True)
            assert "5.1.1" in (await stopped(variables["DATABASE_URL"]) or "")

            await ran(tmp_path, variables, "digest", "resume", "--channel", f"email:{ADA}")
            unwanted = complaint(told=f"Original-Mail-From: <{digest.sender}>\n")
            code, told = await ran(tmp_path, variables, "mail", "bounce", given=unwanted)
            assert (code, "stopped" in told) == (0, True)
            assert "unwanted (abuse)" in (await stopped(variables["DATABASE_URL"]) or "")

            one_click = linked(str(digest.message["List-Unsubscribe"]).strip("<>"), "unsubscribe")
            assert await post(session, page + one_click, {"List-Unsubscribe": "One-Click"}) == 200
            code, told = await ran(tmp_path, variables, "mail", "forget", ADA)
            assert (code, "deleted" in told) == (0, True)
            async with session.get(f"{page}/metrics") as answer:
                figures = await answer.text()
    log = (tmp_path / "run.log").read_text(encoding="utf-8")
    assert 'broadsheet_mail_events_total{event="confirmed"} 1.0' in figures
    assert 'broadsheet_mail_events_total{event="unsubscribed"} 1.0' in figures
    assert "letter" in log
    for secret in (ADA, one_click.rpartition("/")[2]):
        assert secret not in log + figures
    assert await kept(variables["DATABASE_URL"]) == (None, 0)


async def stopped(url: str) -> str | None:
    """Why Ada's digest is."""
    store = open_store(url)
    known = await store.channels.subscription(mailbox(ADA))
    await store.close()
    return known.paused_because if known else None


async def kept(url: str) -> tuple[object, int]:
    """What is left of Ada."""
    store = open_store(url)
    left = await store.channels.subscription(mailbox(ADA)), len(await store.deliveries.history(mailbox(ADA), 9))
    await store.close()
    return left


async def _count(script: Script, wanted: int) -> bool:
    return len(script.arrived) >= wanted


async def test_a_mail_server_that_refuses_us_ends_the_start_with_three_and_the_settings_name(tmp_path: Path) -> None:
    async with mail_server(Script()) as port:
        wrong = f"smtp://papers:open-sesame@127.0.0.1:{port}?starttls=0"
        code, told = await ran(tmp_path, environment(tmp_path, port, SMTP_URL=wrong), "run")
    assert code == 3, told
    assert "SMTP_URL" in told
    assert "open-sesame" not in told
    assert "Traceback" not in told


async def test_the_operator_looks_at_the_mail_server_and_sends_a_message(tmp_path: Path) -> None:
    script = Script()
    async with mail_server(script) as port:
        variables = environment(tmp_path, port)
        code, told = await ran(tmp_path, variables, "mail", "test", ADA)
        assert code == 0, told
        script.sender = ["553 5.7.1 not yours"]
        code, told = await ran(tmp_path, variables, "mail", "check", "--json")
        assert (code, "MAIL_FROM" in told) == (3, True)
    assert [arrived.message["To"] for arrived in script.arrived] == [ADA]
