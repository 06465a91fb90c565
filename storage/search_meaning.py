"""The half of a search that goes by meaning: it has a thread and a connection of its own, beside that of the words."""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.ports import Encoder, EncoderError, Vectors
from storage.search_index import Index
from storage.search_values import Asked
from storage.search_vectors import Nearest

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds a query waits for its vector; only the first one, for which the model is loaded, takes more than 0.05."""
_RECENT = 256
"""Vectors of queries that are kept: whoever turns a page asks again."""


@dataclass(frozen=True, slots=True)
class Near:
    """What a query means, and the papers closest to it."""

    vector: Vectors
    cosines: dict[int, float]
    """By key, the closest first."""


class Meaning:
    """Vectors of texts, and of the papers of an index."""

    def __init__(self, path: Path, encoder: Encoder | None) -> None:
        self._encoder = encoder
        self._recent: dict[str, Vectors] = {}
        self._thread = ThreadPoolExecutor(1, "vectors")
        self.open(path)

    def open(self, path: Path) -> None:
        """Also once the file was made anew."""
        self._index = Index(path)
        self._nearest = Nearest(self._index)

    async def shut(self) -> None:
        """Let go of the file."""
        await self._run(self._index.close)

    async def close(self) -> None:
        await self.shut()
        self._thread.shutdown()

    @property
    def memory(self) -> int:
        """Bytes that the vectors take in this process."""
        return self._nearest.memory

    async def refresh(self) -> None:
        await self._run(self._nearest.refresh)

    async def near(self, text: str, asked: Asked) -> Near | None:
        """Those of the papers looked for that are closest to a text; None where nothing could encode or compare it.

        Whether there are new vectors is asked for after the text is encoded: that wait is free.
        """
        vector = await self.vector_of(text)
        if vector is None:
            return None
        return Near(vector, dict(await self.closest(vector, asked.limit, asked.since, asked.as_of, asked.among)))

    async def vector_of(self, text: str) -> Vectors | None:
        """None where there is nothing to compare it with, or nothing that could make it."""
        if self._encoder is None or not await self._has_vectors():
            return None
        if text not in self._recent:
            vector = await self._encoded(self._encoder, text)
            if vector is None:
                return None
            if len(self._recent) >= _RECENT:
                self._recent.clear()
            self._recent[text] = vector
        return self._recent[text]

    async def closest(
        self, vector: Vectors, limit: int, since: int, as_of: int, among: tuple[int, ...] | None = None
    ) -> list[tuple[int, float]]:
        """Keys and cosines, best first."""

        def look() -> list[tuple[int, float]]:
            self._nearest.refresh()
            return self._nearest.nearest(vector, limit, since, as_of, among)

        return await self._run(look)

    async def cosines(self, keys: Sequence[int], vector: Vectors) -> dict[int, float]:
        """Of those of the papers that have a vector."""
        values = await self._run(lambda: self._nearest.cosines(keys, vector))
        return {key: cosine for key, cosine in zip(keys, values, strict=True) if cosine is not None}

    async def vectors(self, paper_ids: Collection[str]) -> dict[str, Vectors]:
        """Of those of the papers that have one; none while there is no model, or the file is being made anew."""
        if self._encoder is None:
            return {}
        try:
            return await self._run(lambda: self._nearest.vectors(paper_ids))
        except sqlite3.DatabaseError:
            return {}

    async def _has_vectors(self) -> bool:
        if not len(self._nearest):
            await self.refresh()
        return len(self._nearest) > 0

    async def _encoded(self, encoder: Encoder, text: str) -> Vectors | None:
        try:
            async with asyncio.timeout(PATIENCE):
                vector: Vectors = (await encoder.encode([text]))[0]
                return vector
        except (EncoderError, TimeoutError):
            return None

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
