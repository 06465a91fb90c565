"""From the start of the process to ready, and the memory it holds then: `broadsheet run` on a filled database."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks import BenchmarkError, Options

RUNS = 5
_TIMEOUT = 60.0
_NOWHERE = "http://127.0.0.1:9"
"""The discard port: nobody listens, so that no source is asked for anything."""


def run(options: Options) -> dict[str, object]:
    """Figures of several starts on one database: the first makes it, and is told apart."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-") as folder:
        url = options.database_url or f"sqlite:///{Path(folder) / 'start.db'}"
        first, _ = _start(url, 18_300)
        starts = [_start(url, 18_301 + number) for number in range(RUNS)]
    return {
        "work": f"{RUNS} starts with web page, worker and sources, no chat tokens",
        "first_start_s": round(first, 3),
        "start_median_s": round(statistics.median(seconds for seconds, _ in starts), 3),
        "start_slowest_s": round(max(seconds for seconds, _ in starts), 3),
        "resident_mib": round(max(memory for _, memory in starts), 1),
    }


def _start(url: str, port: int) -> tuple[float, float]:
    """Seconds until /readyz says so, and MiB resident then."""
    sources = dict.fromkeys(("HF_API_URL", "ARXIV_API_URL", "ARXIV_RSS_URL", "GITHUB_API_URL"), _NOWHERE)
    environment = os.environ | sources | {"DATABASE_URL": url, "PORT": str(port), "LOG_LEVEL": "error"}
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment) as process:
        try:
            _wait(port, process, started)
            return time.perf_counter() - started, _resident(process.pid)
        finally:
            process.terminate()


def _wait(port: int, process: "subprocess.Popen[bytes]", started: float) -> None:
    while time.perf_counter() - started < _TIMEOUT:
        if process.poll() is not None:
            raise BenchmarkError(f"the process ended by itself with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
    raise BenchmarkError(f"it was not ready within {_TIMEOUT:.0f} s")


def _resident(pid: int) -> float:
    """MiB, as Linux tells."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        raise BenchmarkError("resident memory is read from /proc, which this system has not")
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
