"""The strict stand-in for Slack and Discord beside the checkout, and other processes of a benchmark."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import BenchmarkError

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGE = CHECKOUT.parent / "shared" / "chatsim"
WITHOUT_DOCUMENT = {"CHATSIM_DISCORD_OPENAPI": "off"}
"""For the stand-in: it checks bodies by rules of its own alone.

Discord's OpenAPI document takes it 50 ms a message, which would be what is measured; the end-to-end tests hold every
body against it.
"""
START_SECONDS, STOP_SECONDS = 60.0, 30.0


class Control:
    """The stand-in's control API: what people do, and what was seen."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    async def post(self, path: str, /, **body: Any) -> Any:
        """What an operation such as `/slack/slash` gives.

        Raises:
            BenchmarkError: It was refused.
        """
        async with self._session.post(f"{self._address}{path}", json=body) as answer:
            told = await answer.json()
        if not told["ok"]:
            raise BenchmarkError(f"{path}: {told['error']}")
        return told["result"]

    async def get(self, path: str, **query: str) -> Any:
        """What is known, such as `/slack/log`."""
        async with self._session.get(f"{self._address}{path}", params=query) as answer:
            return await answer.json()


@contextmanager
def stand_in(
    folder: Path, options: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator[Mapping[str, str]]:
    """The settings that point a bot at it, while it runs; `environment` is for the stand-in itself.

    Raises:
        BenchmarkError: It does not stand beside the checkout, or does not start.
    """
    if not PACKAGE.is_dir():
        raise BenchmarkError(f"needs the stand-in for Slack and Discord in {os.path.relpath(PACKAGE, CHECKOUT)}")
    env_file, log = folder / "stand_in.env", folder / "stand_in.log"
    command = ("-m", "chatsim", "serve", "--env-file", str(env_file), *options)
    python = {"PYTHONPATH": str(PACKAGE), "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})}
    with process(command, log, folder, python) as started:
        end = time.monotonic() + START_SECONDS
        while not (env_file.exists() and env_file.read_text(encoding="utf-8").endswith("\n")):
            if time.monotonic() > end or started.poll() is not None:
                raise BenchmarkError(f"the stand-in did not start: {_tail(log)}")
            time.sleep(0.05)
        yield dict(line.split("=", 1) for line in env_file.read_text(encoding="utf-8").splitlines())


@contextmanager
def process(
    arguments: Sequence[str], log: Path, folder: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Python with these arguments in that folder, its output in `log`; asked to end at the end."""
    with log.open("ab") as output:
        started = subprocess.Popen(  # noqa: S603  # our own commands
            [sys.executable, *arguments], env={**os.environ, **environment}, stdout=output, stderr=output, cwd=folder
        )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def product(folder: Path, environment: Mapping[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """All of the product but fetching, as a process."""
    roles = ("--role", "web", "--role", "gateway", "--role", "worker")
    own = {"PYTHONPATH": str(CHECKOUT), "PORT": str(port), "LOG_FORMAT": "json", "LOG_LEVEL": "warning"}
    with process(("-m", "bot", "run", *roles), folder / "product.log", folder, {**own, **environment}) as started:
        yield started


async def until_ready(started: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    """Wait for /readyz.

    Raises:
        BenchmarkError: It does not come.
    """
    end = time.monotonic() + START_SECONDS
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < end and started.poll() is None:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
    raise BenchmarkError(f"the product did not start: {_tail(folder / 'product.log')}")


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-1500:]
