"""Figures, not tests: `python -m benchmarks NAME`. Nothing fails on time.

Each benchmark is a module of its name with `run(options) -> dict`: figures by names that end in their unit. The
machine, the whole time and the peak memory are added to every one.
"""

from dataclasses import dataclass

import bot  # noqa: F401  # before numpy is imported anywhere: it says how many threads that may start


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asks for."""

    peers: bool = False
    """Run the peer beside ours and give the ratio, where there is one."""
    papers: int | None = None
    """So many in place of the sizes that the benchmark names; the rest grows with them."""
    database_url: str | None = None
    """None: a SQLite database in a temporary folder."""
    processes: int | None = None
    """Of `ledger`: so many workers on PostgreSQL, and so many of each peer; None: one for each core."""
    platform: str | None = None
    """Of `commands`: through this chat platform's stand-in; None: the answers alone, in this process."""


class BenchmarkError(Exception):
    """It could not be run; in words."""
