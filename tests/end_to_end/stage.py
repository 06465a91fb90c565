"""Starts and ends the stand-ins (replay: the sources; chatsim: Slack and Discord) and other processes of a test."""

import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = CHECKOUT.parent / "shared"
DATA = SHARED / "data"

needs_replay = pytest.mark.skipif(
    not (SHARED / "replay").is_dir() or not DATA.is_dir(), reason="needs ../shared/replay and ../shared/data"
)
needs_chatsim = pytest.mark.skipif(not (SHARED / "chatsim").is_dir(), reason="needs ../shared/chatsim")

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Shared: a context of its own for each request to the loopback address costs a tenth of a second."""
START_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Stand:
    """A running stand-in: the settings that point the product at it, and its control API."""

    environment: dict[str, str]
    control: str
    """Base address of the control API."""

    def get(self, path: str, **query: Any) -> Any:
        """JSON of a path of the control API, such as `/control/log` (replay) or `/slack/log` (chatsim)."""
        return self._answer(
            httpx.get(f"{self.control}{path}", params=query, timeout=30, trust_env=False, verify=NO_TLS)
        )

    def post(self, path: str, **body: Any) -> Any:
        """The same by POST, with the named values as its body."""
        return self._answer(httpx.post(f"{self.control}{path}", json=body, timeout=30, trust_env=False, verify=NO_TLS))

    def fault(self, source: str, kind: str, **parameters: Any) -> None:
        self.post("/control/fault", source=source, kind=kind, **parameters)

    @staticmethod
    def _answer(response: httpx.Response) -> Any:
        assert response.is_success, f"{response.request.url} answered {response.status_code}: {response.text[:500]}"
        return response.json()


@contextmanager
def process(
    command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None, *, checkout: Path = CHECKOUT
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of a checkout with its output in `log`; asked to end at the end, and killed if it does not."""
    with log.open("ab") as output:
        started = subprocess.Popen(  # noqa: S603  # commands of our own tests
            command, env=os.environ | dict(environment or {}), stdout=output, stderr=subprocess.STDOUT, cwd=checkout
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
def replay(
    folder: Path, *, now: str, speed: float = 1.0, data: Path = DATA, settings: Mapping[str, float] | None = None
) -> Iterator[Stand]:
    """The sources at a virtual time; `folder` takes its log and its settings."""
    options = ["--data", str(data), "--now", now, "--speed", f"{speed:g}"]
    for name, value in (settings or {}).items():
        options += ["--set", f"{name}={value:g}"]
    with _stand("replay", folder, options) as environment:
        yield Stand(environment, environment["REPLAY_URL"])


@contextmanager
def chatsim(folder: Path, *options: str) -> Iterator[Stand]:
    """Slack and Discord; `options` as of its command line, such as `--oauth`."""
    with _stand("chatsim", folder, options) as environment:
        yield Stand(environment, environment["CHATSIM_CONTROL"])


@contextmanager
def _stand(name: str, folder: Path, options: Sequence[str]) -> Iterator[dict[str, str]]:
    env_file, log = folder / f"{name}.env", folder / f"{name}.log"
    env_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", name, "serve", "--env-file", str(env_file), *options]
    python = {"PYTHONPATH": str(SHARED / name), "PYTHONDONTWRITEBYTECODE": "1"}
    with process(command, log, python) as started:
        yield _settings(env_file, started, log)


def _settings(env_file: Path, started: subprocess.Popen[bytes], log: Path) -> dict[str, str]:
    """The stand-in's settings once it has written them whole."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and started.poll() is None:
        text = env_file.read_text(encoding="utf-8") if env_file.exists() else ""
        if text.endswith("\n"):
            return dict(line.split("=", 1) for line in text.splitlines())
        time.sleep(0.05)
    pytest.fail(f"{env_file.name} did not come; the log says:\n{log.read_text(encoding='utf-8')[-2000:]}")
