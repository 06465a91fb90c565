"""The model's process, as the rest of the program sees it: a bot.ports.Encoder."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import structlog

from bot.ports import EncoderError, Vectors
from bot.semantic.files import FILES, NAME

log = structlog.get_logger(__name__)

PAUSE = 60.0
"""Real seconds after a failure in which it is not tried again."""
_READY = 60.0
"""Seconds for checking and loading; a cold disk needs a few."""
_ANSWER = 30.0
"""Seconds for one exchange; one text takes 0.05."""


class EncoderProcess:
    """Starts its process when it is first needed. One exchange at a time, in the order they were asked for."""

    name = NAME

    def __init__(self, folder: Path, files: Mapping[str, str] = FILES) -> None:
        self._folder = folder
        self._files = files
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._dimensions = 0
        self._not_before = 0.0
        self._told = False

    async def encode(self, texts: Sequence[str]) -> Vectors:
        """As the port says. Somebody who no longer waits does not disturb the next one."""
        turn = asyncio.ensure_future(self._in_turn(list(texts)))
        turn.add_done_callback(_heard)
        return await asyncio.shield(turn)

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            await self._stop()
            self._not_before = float("inf")

    async def _in_turn(self, texts: list[str]) -> Vectors:
        async with self._turn:
            if asyncio.get_running_loop().time() < self._not_before:
                raise EncoderError("the model could not be used a moment ago")
            try:
                process = self._process or await self._start()
                async with asyncio.timeout(_ANSWER):
                    return await self._exchange(process, texts)
            except (OSError, EOFError, ValueError, TimeoutError, EncoderError) as error:
                await self._stop()
                self._not_before = asyncio.get_running_loop().time() + PAUSE
                self._tell(error)
                raise EncoderError(str(error) or type(error).__name__) from None

    def _tell(self, error: Exception) -> None:
        """Once; the search goes on by words."""
        if not self._told:
            self._told = True
            reason = str(error) or type(error).__name__
            log.warning("search by meaning is off; words are still searched", reason=reason)

    async def _start(self) -> asyncio.subprocess.Process:
        one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # more of them spin where cores are few
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot.semantic.worker", str(self._folder), json.dumps(dict(self._files))),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment() | one_thread,
            start_new_session=True,  # Ctrl-C is for us; the process ends with its input
        )
        self._process = process
        async with asyncio.timeout(_READY):
            said = json.loads(await _pipes(process)[1].readline() or b"{}")
        if "dimensions" not in said:
            raise EncoderError(said.get("error", "the model's process ended at once"))
        self._dimensions = said["dimensions"]
        return process

    async def _exchange(self, process: asyncio.subprocess.Process, texts: list[str]) -> Vectors:
        into, out = _pipes(process)
        into.write(json.dumps(texts).encode() + b"\n")
        await into.drain()
        raw = await out.readexactly(len(texts) * self._dimensions * 4)
        return np.frombuffer(raw, "<f4").reshape(len(texts), self._dimensions)

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        into, _ = _pipes(process)
        into.close()


def _heard(turn: asyncio.Future[Vectors]) -> None:
    """What went wrong is nobody's surprise where nobody waits any more."""
    if not turn.cancelled():
        turn.exception()


def _pipes(process: asyncio.subprocess.Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    return process.stdin, process.stdout


def _environment() -> dict[str, str]:
    """What a Python needs to start, and none of our secrets."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "SYSTEMROOT", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}
