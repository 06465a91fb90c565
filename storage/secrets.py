"""Secrets at rest: encrypted with the newest of several keys, whose id stands before the text.

https://cryptography.io/en/latest/fernet/
"""

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from bot.errors import SettingsError
from storage.engine import parse_url, sqlite_path

EXAMPLE = 'Make one: python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
UNREADABLE = "A secret in the database was encrypted with a key that is not among ENCRYPTION_KEYS."


class Secrets:
    """Encrypts with the first key; decrypts with whichever it was."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._take(keys)

    def encrypt(self, text: str) -> str:
        return f"{self._newest}:{self._by_id[self._newest].encrypt(text.encode()).decode()}"

    def decrypt(self, kept: str) -> str:
        """The text.

        Raises:
            SettingsError: Its key is not there.
        """
        name, _, token = kept.partition(":")
        try:
            return self._by_id[name].decrypt(token.encode()).decode()
        except (KeyError, InvalidToken):
            raise SettingsError("setting", UNREADABLE, "Add the key it was encrypted with, as the last one.") from None

    def _take(self, keys: Sequence[str]) -> None:
        self._by_id = {_id_of(key): Fernet(key) for key in keys}
        self._newest = _id_of(keys[0])


class FileSecrets(Secrets):
    """With the keys of a file, as they are now: `db rekey` changes them while other processes run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = ""
        self._look()

    def encrypt(self, text: str) -> str:
        """With the newest key of now. Asked within the transaction that keeps the text, no rekeying misses it."""
        self._look()
        return super().encrypt(text)

    def decrypt(self, kept: str) -> str:
        if kept.partition(":")[0] not in self._by_id:
            self._look()
        return super().decrypt(kept)

    def _look(self) -> None:
        """A file that is gone leaves the keys that are known: another one would open nothing."""
        if self._seen and not self._path.exists():
            return
        text = _read_or_make(self._path)
        if text != self._seen:
            self._take(_checked(text))
            self._seen = text


def open_secrets(keys: str | None, database_url: str) -> Secrets:
    """With the keys of ENCRYPTION_KEYS, newest first; else with those of a file beside a SQLite database.

    Raises:
        SettingsError: A key is malformed, or there is none and the database is not SQLite.
    """
    if keys is not None:
        return Secrets(_checked(keys))
    path = key_file(database_url)
    if path is None:
        message = "ENCRYPTION_KEYS is not set; with PostgreSQL there is no place beside the database to keep keys in."
        raise SettingsError("setting", message, EXAMPLE)
    return FileSecrets(path)


def renew_key_file(path: Path) -> None:
    """Put a new key before those that are there; rekey the database, then `forget_old_keys`."""
    _write(path, ",".join([Fernet.generate_key().decode(), *_checked(_read_or_make(path))]))


def forget_old_keys(path: Path) -> None:
    _write(path, _checked(_read_or_make(path))[0])


def key_file(database_url: str) -> Path | None:
    """Where the keys of a SQLite database are kept."""
    path = sqlite_path(parse_url(database_url))
    return path.with_suffix(".keys") if path else None


def _read_or_make(path: Path) -> str:
    """Made readable for its owner alone; of several processes that start at once, one makes it."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        _write(made, Fernet.generate_key().decode())
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text(encoding="ascii")


def _write(path: Path, text: str) -> None:
    """Wholly or not at all."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _checked(text: str) -> list[str]:
    keys = [key.strip() for key in text.split(",") if key.strip()]
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        keys = []
    if not keys:
        raise SettingsError("setting", "ENCRYPTION_KEYS holds something that is no Fernet key.", EXAMPLE)
    return keys


def _id_of(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:8]
