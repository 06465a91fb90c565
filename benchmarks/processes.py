"""The same work in several processes that begin at one moment, as workers on one database do."""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import ParamSpec

from benchmarks import BenchmarkError

Given = ParamSpec("Given")

_READY_WITHIN = 60.0
"""Seconds for all to start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """A process's work: moments of `time.perf_counter`, which counts for all processes of a machine."""

    started: float
    half: float
    """Where the first of its two steps ended."""
    ended: float
    processor: float
    """Seconds of this process."""


@dataclass(slots=True)
class _Start:
    """What the processes wait for."""

    line: Barrier | None = None


_START = _Start()


def together(processes: int, work: Callable[Given, Lap], *given: Given.args, **named: Given.kwargs) -> Lap:
    """One lap of them all: from the first that started to the last that ended, the processor's time of all.

    `work` waits at `start_line`, once it is ready.

    Raises:
        BenchmarkError: One of them failed.
    """
    context = multiprocessing.get_context("spawn")
    line = context.Barrier(processes)
    with ProcessPoolExecutor(processes, context, initializer=_keep, initargs=(line,)) as pool:
        running = [pool.submit(work, *given, **named) for _ in range(processes)]
        try:
            laps = [one.result() for one in running]
        except Exception as error:
            line.abort()
            raise BenchmarkError(f"a worker process failed: {error!r}") from error
    return Lap(
        started=min(lap.started for lap in laps),
        half=max(lap.half for lap in laps),
        ended=max(lap.ended for lap in laps),
        processor=sum(lap.processor for lap in laps),
    )


def start_line() -> None:
    """Returns when all processes are ready; at once where there is only this one."""
    if _START.line is not None:
        _START.line.wait(_READY_WITHIN)


class Stopwatch:
    """Takes a lap; started once the others are ready too."""

    def __init__(self) -> None:
        start_line()
        self._busy = time.process_time()
        self._started = self._half = time.perf_counter()

    def half(self) -> None:
        self._half = time.perf_counter()

    def lap(self) -> Lap:
        ended, busy = time.perf_counter(), time.process_time() - self._busy
        return Lap(started=self._started, half=self._half, ended=ended, processor=busy)


def _keep(line: Barrier) -> None:
    _START.line = line
