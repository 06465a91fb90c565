"""The whole product as a process, before stand-ins for everything it talks to."""

import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.end_to_end.stage import CHECKOUT, process

T = TypeVar("T")
WAIT_SECONDS = 20.0
END_SECONDS = 25.0
"""The product promises to end within 20."""


def until(look: Callable[[], T], seconds: float = WAIT_SECONDS) -> T:
    """The first truthy value of `look`, which may also fail for a while."""
    end, last = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            value = look()
        except (httpx.TransportError, AssertionError, KeyError, IndexError) as error:
            last = error
        else:
            if value:
                return value
        time.sleep(0.1)
    raise AssertionError(f"nothing came within {seconds} s; last: {last!r}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Product:
    """A running `broadsheet run`."""

    url: str
    log: Path
    kill: Callable[[], None]
    end: Callable[[], int]
    """Asks it to end, waits until it has, and returns its exit code."""

    def get(self, path: str, **query: Any) -> Any:
        answer = httpx.get(f"{self.url}{path}", params=query, timeout=20, trust_env=False)
        assert answer.is_success, f"{path} answered {answer.status_code}: {answer.text[:500]}"
        return answer.json()


@contextmanager
def product(
    folder: Path, environment: dict[str, str], *options: str, answers: str = "/readyz", checkout: Path = CHECKOUT
) -> Iterator[Product]:
    """Started and ready, with its database in `folder`; ended with SIGTERM unless it was killed.

    `answers` is what it must answer to count as ready: `/healthz` where a platform cannot be reached.
    """
    log = folder / "product.log"
    with _begun(log, environment_of(folder) | environment, *options, checkout=checkout) as running:
        until(lambda: bool(running.get(answers)), seconds=60)
        yield running


@contextmanager
def one_process_each(folder: Path, environment: dict[str, str], *roles: str) -> Iterator[dict[str, Product]]:
    """A process for each of these roles, by role, on one database; all ready."""
    common = environment_of(folder) | environment
    with ExitStack() as stack:
        running = {role: stack.enter_context(_begun(folder / f"{role}.log", common, "--role", role)) for role in roles}
        for one in running.values():
            until(lambda one=one: one.get("/readyz")["ready"], seconds=60)  # type: ignore[misc]  # bound at once
        yield running


def environment_of(folder: Path) -> dict[str, str]:
    return {
        "SEMANTIC_MODEL": "off",  # search by meaning has tests of its own; encoding would take a core from these
        "DATABASE_URL": f"sqlite:///{folder / 'product.db'}",
        "LOG_FORMAT": "json",
        "FETCH_INTERVAL": "600",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def _begun(log: Path, environment: dict[str, str], *options: str, checkout: Path = CHECKOUT) -> Iterator[Product]:
    port = free_port()
    command = [sys.executable, "-m", "bot", "run", *options]
    with process(command, log, {"PORT": str(port)} | environment, checkout=checkout) as started:

        def end() -> int:
            started.terminate()
            return started.wait(END_SECONDS)

        yield Product(f"http://127.0.0.1:{port}", log, started.kill, end)
