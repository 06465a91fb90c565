"""Which files hold history, what each is, and their lines."""

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from pathlib import Path
from typing import Any

from bot.errors import UserError
from bot.sources.cleaning import instant

MOST_BYTES = 64 << 20
"""Of one recorded answer, unpacked."""

_RECORDING = re.compile(
    r"daily_papers[-_](?P<day>\d{4}-\d{2}-\d{2})(?:@(?P<hours>\d{2})(?P<minutes>\d{2}))?\.json(?:\.gz)?"
)


class Kind(IntEnum):
    """What a file is, in the order of reading: recorded lists first, since they know the order of a day's papers."""

    RECORDING = 0
    DAILY = 1
    ARXIV = 2
    SNAPSHOTS = 3


_NAMES = {"hf_daily.jsonl": Kind.DAILY, "arxiv.jsonl": Kind.ARXIV, "hf_snapshots.csv": Kind.SNAPSHOTS}
_HINT = "Name a folder, or files such as hf_daily.jsonl.gz, hf_snapshots.csv.gz or daily_papers-2026-03-10.json.gz."


@dataclass(frozen=True, slots=True)
class HistoryFile:
    kind: Kind
    path: Path


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and how far into the file (in bytes as stored) it lies."""

    number: int
    text: str
    position: int


def find_files(paths: Sequence[Path]) -> list[HistoryFile]:
    """The history in these files and folders, in the order of reading; folders are searched through.

    Raises:
        UserError: One does not exist, or holds nothing that can be read.
    """
    found: dict[Path, HistoryFile] = {}
    for path in paths:
        if not path.exists():
            raise UserError("no_file", f"{path} does not exist.", _HINT)
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        known = [HistoryFile(kind, file) for file in inside if (kind := _kind(file)) is not None]
        if not known:
            raise UserError("no_history", f"{path} holds no history that can be read.", _HINT)
        found |= {file.path.resolve(): file for file in known}
    return sorted(found.values(), key=lambda file: (file.kind, file.path.name, str(file.path)))


def _kind(path: Path) -> Kind | None:
    if not path.is_file():
        return None
    return Kind.RECORDING if _RECORDING.fullmatch(path.name) else _NAMES.get(path.name.removesuffix(".gz"))


def lines_of(path: Path) -> Iterator[Line]:
    """The lines of a text file that are not empty.

    Raises:
        UserError: It cannot be read to its end; the error names the line.
    """
    number = 0
    try:
        with path.open("rb") as stored:
            unpacked = gzip.GzipFile(fileobj=stored) if path.suffix == ".gz" else stored
            with io.TextIOWrapper(unpacked, encoding="utf-8", errors="replace", newline="\n") as text:
                for number, line in enumerate(text, start=1):
                    if line.strip():
                        yield Line(number, line, stored.tell())
    except (OSError, EOFError, zlib.error) as error:
        raise bad_file(path, number + 1, _damage(error)) from None


def objects_of(path: Path) -> Iterator[tuple[Line, dict[str, Any] | None]]:
    """JSON objects, one a line; None for a line that is none. If the first is none, the file is of another kind."""
    for number, line in enumerate(lines_of(path)):
        row = _object(line.text)
        if row is None and number == 0:
            raise bad_file(path, line.number, "it should be a JSON object")
        yield line, row


def rows_of(path: Path, needed: frozenset[str]) -> Iterator[tuple[Line, dict[str, str] | None]]:
    """Rows of a CSV file by the names in its first line; None for a row with too few or too many values."""
    columns: list[str] | None = None
    for line in lines_of(path):
        values = _values(line.text)
        if columns is None:
            columns = values
            if not needed <= set(columns):
                raise bad_file(path, line.number, f"the columns {', '.join(sorted(needed))} should be named there")
        elif len(values) != len(columns):
            yield line, None
        else:
            yield line, dict(zip(columns, values, strict=True))


def recorded_answer(path: Path) -> Any:
    """The JSON of a recorded answer. UserError names file and line where it is none."""
    try:
        with path.open("rb") as stored:
            data = (gzip.GzipFile(fileobj=stored) if path.suffix == ".gz" else stored).read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise bad_file(path, 1, _damage(error)) from None
    if len(data) > MOST_BYTES:
        raise bad_file(path, 1, "it is too large for an answer")
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except json.JSONDecodeError as error:
        raise bad_file(path, error.lineno, "it is not JSON, or was cut off") from None
    except (ValueError, RecursionError):
        raise bad_file(path, 1, "it is not JSON") from None


def recorded_day(path: Path) -> date:
    """The date in a recording's name. UserError if it is none."""
    found = _RECORDING.fullmatch(path.name)
    try:
        return date.fromisoformat(found["day"] if found else "")
    except ValueError:
        raise UserError(
            "bad_file", f"{path}: its name holds no date.", "Example: daily_papers-2026-03-10.json.gz"
        ) from None


def recorded_at(path: Path, index: dict[str, datetime]) -> datetime | None:
    """When a recording was made: from `index.csv` beside it, else from its name (@2527: 25:27 after the date began)."""
    found = _RECORDING.fullmatch(path.name)
    if path.name in index or found is None or found["hours"] is None:
        return index.get(path.name)
    since = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return datetime.combine(recorded_day(path), time.min, UTC) + since


def index_beside(path: Path) -> dict[str, datetime]:
    """The `recorded_at` of each file that `index.csv` in the same folder names; empty without one."""
    index = path.with_name("index.csv")
    if not index.is_file():
        return {}
    rows = rows_of(index, frozenset({"file", "recorded_at"}))
    times = {row["file"]: instant(row["recorded_at"]) for _, row in rows if row is not None}
    return {name: moment for name, moment in times.items() if moment is not None}


def bad_file(path: Path, line: int, what: str) -> UserError:
    hint = "What was read before is kept. Mend the file and import it again: nothing is counted twice."
    return UserError("bad_file", f"{path}, line {line}: {what}.", hint)


def _object(text: str) -> dict[str, Any] | None:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _values(text: str) -> list[str]:
    """A row's values; none for a row that is not CSV."""
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        return []


def _damage(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read ({error.strerror})"
    return "it is damaged or was cut off"
