"""What is kept between requests: answers that a server can confirm with a 304, and the waits that were asked for."""

import contextlib
import hashlib
import json
import os
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Kept:
    """A good answer and its validators."""

    etag: str
    last_modified: str
    body: bytes

    @property
    def condition(self) -> dict[str, str]:
        """Headers that ask only for what has changed since."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}


class KeptAnswers(Protocol):
    """Forgetting is always allowed; it costs a whole answer. Waits are epoch seconds by lane."""

    def get(self, key: str) -> Kept | None: ...
    def put(self, key: str, kept: Kept) -> None: ...
    def forget(self, key: str) -> None: ...
    def wait_until(self, lane: str) -> float: ...
    def keep_wait(self, lane: str, until: float) -> None: ...


class KeptInMemory:
    """For one process; the longest unused answers go first."""

    def __init__(self, most_bytes: int = 16 << 20) -> None:
        self._most_bytes = most_bytes
        self._answers: OrderedDict[str, tuple[str, str, bytes]] = OrderedDict()
        self._size = 0
        self._waits: dict[str, float] = {}

    def get(self, key: str) -> Kept | None:
        if key not in self._answers:
            return None
        self._answers.move_to_end(key)
        etag, last_modified, packed = self._answers[key]
        return Kept(etag, last_modified, zlib.decompress(packed))

    def put(self, key: str, kept: Kept) -> None:
        self.forget(key)
        packed = zlib.compress(kept.body, 1)
        self._answers[key] = (kept.etag, kept.last_modified, packed)
        self._size += len(packed)
        while self._size > self._most_bytes:
            self.forget(next(iter(self._answers)))

    def forget(self, key: str) -> None:
        if gone := self._answers.pop(key, None):
            self._size -= len(gone[2])

    def wait_until(self, lane: str) -> float:
        return self._waits.get(lane, 0.0)

    def keep_wait(self, lane: str, until: float) -> None:
        self._waits[lane] = until


class KeptInFolder:
    """For processes that follow one another, such as `refresh` on a command line. A folder that fails keeps nothing."""

    def __init__(self, folder: Path, most_bytes: int = 64 << 20) -> None:
        self._folder = folder
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            self._prune(most_bytes)

    def get(self, key: str) -> Kept | None:
        try:
            head, _, packed = self._path(key).read_bytes().partition(b"\n")
            etag, last_modified = json.loads(head)
            return Kept(str(etag), str(last_modified), zlib.decompress(packed))
        except (OSError, ValueError, TypeError, zlib.error):
            return None

    def put(self, key: str, kept: Kept) -> None:
        head = json.dumps([kept.etag, kept.last_modified]).encode()
        self._write(self._path(key), head + b"\n" + zlib.compress(kept.body, 1))

    def forget(self, key: str) -> None:
        with contextlib.suppress(OSError):
            self._path(key).unlink(missing_ok=True)

    def wait_until(self, lane: str) -> float:
        value = self._waits().get(lane)
        return float(value) if isinstance(value, int | float) else 0.0

    def keep_wait(self, lane: str, until: float) -> None:
        self._write(self._folder / "waits.json", json.dumps(self._waits() | {lane: until}).encode())

    def _waits(self) -> dict[str, Any]:
        try:
            waits = json.loads((self._folder / "waits.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return waits if isinstance(waits, dict) else {}

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.answer"

    def _write(self, path: Path, data: bytes) -> None:
        """Whole or not at all: another process may be reading."""
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            part.write_bytes(data)
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    def _prune(self, most_bytes: int) -> None:
        """The oldest answers go until the rest fits."""
        files = sorted(self._folder.glob("*.answer"), key=lambda path: path.stat().st_mtime, reverse=True)
        size = 0
        for path in files:
            size += path.stat().st_size
            if size > most_bytes:
                path.unlink(missing_ok=True)
