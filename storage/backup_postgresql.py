"""PostgreSQL's own tools, where they are installed."""

import os
import re
import shutil
import subprocess
import uuid
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, inspect, text

from bot.errors import UserError
from storage.engine import sync_engine


def dump(url: URL, file: Path) -> None:
    """An archive of the whole database.

    Raises:
        UserError: `pg_dump` is missing or failed; what it said is in the message.
    """
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


def restore(url: URL, file: Path) -> None:
    """Replace our tables by those of an archive, in one transaction.

    Raises:
        UserError: `pg_restore` is missing or failed, or the archive is not one of ours.
    """
    listing = _run("pg_restore", None, "--list", str(file))
    if not re.search(r" TABLE \S+ broadsheet ", listing):
        raise UserError("backup_unfit", f"{file} is not a backup of Broadsheet.", "Name another backup.")
    _run(
        "pg_restore", url, "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", str(file)
    )  # fmt: skip
    with sync_engine(url).begin() as connection:
        # another store from now on: an index that followed the one before starts anew
        connection.execute(text("UPDATE broadsheet SET store_id = :id"), {"id": uuid.uuid4().hex})


def unreadable(url: URL) -> list[str]:
    """Tables that cannot be read to the end, and why.

    Constraints are the server's to keep; only its pages can be damaged.
    """
    with sync_engine(url).connect() as connection:
        tables = sorted(inspect(connection).get_table_names())
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return [damage for table in tables if (damage := _read_all(address, table))]


def _read_all(address: str, table: str) -> str | None:
    statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    try:
        with psycopg.connect(address) as server, server.cursor() as cursor, cursor.copy(statement) as rows:
            for _ in rows:
                pass
    except psycopg.Error as error:
        return f"{table}: {str(error).strip()}"
    return None


def _run(tool: str, url: URL | None, *options: str) -> str:
    """What the tool printed. The password goes by the environment: command lines can be read by everybody."""
    found = shutil.which(tool)
    if found is None:
        raise UserError(
            "tool_missing",
            f"{tool} is not installed here; PostgreSQL is backed up and restored with its own tools.",
            "Install PostgreSQL's client programs (of the server's version or newer) and put them on the PATH.",
        )
    environment = dict(os.environ)
    if url is not None:
        environment |= {"PGPASSWORD": url.password or ""} if url.password else {}
        options = (f"--dbname={url.set(drivername='postgresql', password=None).render_as_string()}", *options)
    try:
        done = subprocess.run([found, *options], env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - no shell
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip() or f"it ended with {error.returncode}"
        raise UserError("tool_failed", f"{tool} failed: {said}", "Mend what it names, then try again.") from None
    return done.stdout
