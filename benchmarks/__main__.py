"""`python -m benchmarks NAME [--json] [--peers] [--database-url URL] [--platform slack|discord]`."""

import argparse
import difflib
import importlib
import importlib.util
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType

from benchmarks import BenchmarkError, Options

NAMES = {
    "start": "from the start of the process to ready, and what it holds in memory then",
    "commands": "answers of every command with a full store; with --platform 200 at once while 2,000 digests go out",
    "rank": "scoring 100,000 papers with 1,000,000 observations, loading them, and a cached list",
    "search": "full-text queries",
    "match": "100,000 topic sets against 500 papers",
    "tick": "planning with 100,000 channels due at once",
    "growth": "a tick's pieces with 1,000 to 1,000,000 schedules",
    "ledger": "deliveries through the ledger",
    "fanout": "posting to many channels",
    "zipf": "nine o'clock in workspaces of very different sizes, at the real pace in virtual time",
    "soak": "thirty virtual days of delivery in bad weather",
    "posting": "a minute of messages to Discord by one token, through a stand-in for it",
    "ingest": "papers and observations into the store",
    "feed-bomb": "a hostile feed",
    "web": "weight and first byte of pages, and the API at 200 requests a second while 5,000 digests go out",
}

PLATFORMS = ("slack", "discord")

_OF_PAPERS = ("rank", "search", "match")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one benchmark and prints its figures; 1 when it could not be run, 2 for a wrong or missing name."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    module = _module(asked.name)
    if module is None:
        print(_no_such(asked.name), file=sys.stderr)
        return 2
    if asked.platform is not None and asked.name != "commands":
        print(f"--platform {asked.platform}: only “commands” is measured so.", file=sys.stderr)
        return 2
    if asked.papers is not None and asked.name not in _OF_PAPERS:
        print(f"--papers {asked.papers}: only {', '.join(_OF_PAPERS)} are measured so.", file=sys.stderr)
        return 2
    if asked.processes is not None and asked.name != "ledger":
        print(f"--processes {asked.processes}: only “ledger” is measured so.", file=sys.stderr)
        return 2
    options = Options(
        peers=asked.peers,
        papers=asked.papers,
        database_url=asked.database_url,
        processes=asked.processes,
        platform=asked.platform,
    )
    started = time.perf_counter()
    try:
        figures: dict[str, object] = module.run(options)
    except BenchmarkError as error:
        print(f"{asked.name}: {error}", file=sys.stderr)
        return 1
    report = {"benchmark": asked.name, **figures, "whole_s": round(time.perf_counter() - started, 3), **_process()}
    print(json.dumps(report, indent=2, ensure_ascii=False) if asked.json else "\n".join(_lines(report)))
    return 0


def _parser() -> argparse.ArgumentParser:
    width = max(map(len, NAMES))
    names = "\n".join(f"  {name:{width}}  {summary}" for name, summary in NAMES.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure one thing, and print the work, the time, the peak memory and the machine.",
        epilog=f"benchmarks:\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--json", action="store_true", help="one object on stdout, and nothing else")
    parser.add_argument("--peers", action="store_true", help="run the peer too, and print the ratio")
    parser.add_argument("--papers", type=_count, help="so many, where the benchmark has papers (rank, search, match)")
    parser.add_argument("--database-url", help="an empty database; default: SQLite in a temporary folder")
    parser.add_argument("--processes", type=_count, help="ledger on PostgreSQL: so many workers (default: the cores)")
    parser.add_argument("--platform", choices=PLATFORMS, help="commands: through the stand-in for that platform")
    return parser


def _count(text: str) -> int:
    """ValueError, which argparse tells, for anything but a number from 1."""
    if int(text) < 1:
        raise ValueError
    return int(text)


def _module(name: str) -> ModuleType | None:
    """None if there is no such benchmark, or not yet."""
    path = f"benchmarks.{name.replace('-', '_')}"
    if name not in NAMES or importlib.util.find_spec(path) is None:
        return None
    return importlib.import_module(path)


def _no_such(name: str) -> str:
    existing = [known for known in NAMES if _exists(known)]
    choices = f"These can be run: {', '.join(existing)}."
    if name in NAMES:
        return f"The benchmark “{name}” is not written yet. {choices}"
    nearest = difflib.get_close_matches(name, NAMES, n=1)
    guess = f" Did you mean “{nearest[0]}”?" if nearest else ""
    return f"There is no benchmark “{name[:40]}”.{guess} {choices}"


def _exists(name: str) -> bool:
    return importlib.util.find_spec(f"benchmarks.{name.replace('-', '_')}") is not None


def _process() -> dict[str, object]:
    """Peak memory of this process and of the largest of its children, and the machine."""
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss counts bytes there, and KiB on Linux
    peaks = {who: resource.getrusage(who).ru_maxrss * unit / 2**20 for who in _WHO}
    return {
        "peak_memory_mib": round(peaks[resource.RUSAGE_SELF], 1),
        "peak_memory_of_children_mib": round(peaks[resource.RUSAGE_CHILDREN], 1),
        "machine": {
            "system": platform.platform(terse=True),
            "processor": _processor(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
    }


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _processor() -> str:
    """As Linux names it, else as Python does."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - not a path of ours
            names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def _lines(figures: Mapping[str, object], indent: str = "") -> Iterator[str]:
    width = max(map(len, figures), default=0)
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield f"{indent}{name}"
            yield from _lines(value, indent + "  ")
        else:
            yield f"{indent}{name:{width}}  {f'{value:,}' if isinstance(value, int | float) else value}"


if __name__ == "__main__":
    sys.exit(main())
