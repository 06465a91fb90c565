"""Backups that are whole or not there: each file gets its name only after it was written and checked."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import UserError
from storage import backup_postgresql, migrations
from storage.engine import parse_url, sqlite_path

_STOPPING_SECONDS = 1.0


def backup(url: str, file: Path) -> None:
    """Copy a database into a new file, as of one moment, while others may be using it.

    SQLite gives a SQLite file, PostgreSQL an archive of `pg_dump`.

    Raises:
        UserError: There is nothing of ours to copy, the file exists already, or it cannot be written.
    """
    problem = migrations.check(url, writing=False)
    if problem and problem.code != "database_older":
        raise problem
    if file.exists():
        raise UserError("backup_exists", f"{file} exists already.", "Name a new file; none is overwritten.")
    path = sqlite_path(parse_url(url))
    with _complete(file) as part:
        if path is None:
            backup_postgresql.dump(parse_url(url), part)
        else:
            _copy(path, part)


def restore(url: str, file: Path) -> None:
    """Put a backup in a database's place; what the database held is gone.

    Raises:
        UserError: The file is no sound backup of ours, the database is not ours, or, on SQLite, somebody is using it.
    """
    if not file.is_file():
        raise UserError("backup_missing", f"There is no file {file}.", "Name a file that `broadsheet db backup` wrote.")
    problem = migrations.check(url)
    if problem and problem.code not in {"database_empty", "database_older", "database_newer"}:
        raise problem
    path = sqlite_path(parse_url(url))
    if path is None:
        backup_postgresql.restore(parse_url(url), file)
        return
    _refuse_unfit(file)
    with _unused(path), _complete(path) as part:
        _copy(file, part)
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            # another store from now on: an index that followed the one before starts anew
            connection.execute("UPDATE broadsheet SET store_id = ?", (uuid.uuid4().hex,))


def check(url: str) -> list[str]:
    """What is damaged in a database, in words; nothing if it is sound. Reads all of it.

    Raises:
        UserError: As `migrations.check` returns it.
    """
    path = sqlite_path(parse_url(url))
    problem = migrations.check(url, writing=False)
    if problem and path is not None and problem.code == "database_unreachable" and path.is_file():
        return _damages(path) or [problem.message]  # damaged where the schema stands
    if problem:
        raise problem
    return backup_postgresql.unreadable(parse_url(url)) if path is None else _damages(path)


def _refuse_unfit(file: Path) -> None:
    problem = migrations.check(f"sqlite:///{file}", writing=False)
    if problem and problem.code != "database_older":
        raise UserError("backup_unfit", f"{file} cannot be restored: {problem.message}", "Name another backup.")


def _copy(source: Path, target: Path) -> None:
    """A sound copy in one file."""
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target, isolation_level=None)) as copy:
        origin.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    damages = _damages(target)
    if damages:
        raise UserError(
            "backup_damaged",
            f"{source} is damaged: {damages[0]}",
            "Restore an older backup: broadsheet db restore FILE",
        )


def _damages(path: Path) -> list[str]:
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        return [str(error)]
    lost = [f"row {row[1]} of {row[0]} points to a {row[2]} that is not there" for row in orphans]
    return [line for line in found if line != "ok"] + lost


@contextmanager
def _complete(file: Path) -> Iterator[Path]:
    """A part file that gets its name, and is safe on the disk, if nothing goes wrong; else it vanishes."""
    part = file.with_name(f".{file.name}.{uuid.uuid4().hex}.part")
    try:
        yield part
        _to_disk(part)
        part.replace(file)
        _to_disk(file.absolute().parent)
    except (OSError, sqlite3.OperationalError) as error:
        raise UserError(
            "file_not_writable",
            f"{file} cannot be written: {error}",
            "Name a file in a folder you may write, with room.",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _unused(path: Path) -> Iterator[None]:
    """While no other process has the database open, and none can open it.

    Leaving WAL mode needs the file for oneself, and takes the -wal and -shm files away.
    """
    if not path.exists():
        yield
        return
    with closing(sqlite3.connect(path, timeout=_STOPPING_SECONDS, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise UserError(
                "database_in_use", f"{path} is in use ({error}).", "Stop Broadsheet, then restore again."
            ) from None
        yield
