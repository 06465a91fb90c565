"""Column types that mean the same on SQLite and PostgreSQL."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_write_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""json.dumps would make an encoder for each value, which takes longer than to use it."""

BigKey = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key that counts itself; SQLite does so for INTEGER PRIMARY KEY alone."""

Id = Text().with_variant(Text(collation="C"), "postgresql")
"""A text that is compared and sorted by code points on both, whatever the locale of the server."""


def clean(text: str) -> str:
    """The text without what PostgreSQL cannot keep (NUL) and UTF-8 cannot write (lone surrogates)."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def microseconds(moment: datetime) -> int:
    """Since the epoch, exactly.

    Raises:
        ValueError: The datetime has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return (moment - EPOCH) // _MICROSECOND


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: integer microseconds on SQLite, which keeps no zones, and timestamptz on PostgreSQL.

    Takes aware datetimes only and gives them back in UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return microseconds(value)
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return EPOCH + timedelta(microseconds=value)
        moment: datetime = value
        return moment.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text of somebody else's, made fit to keep."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value as text: it is read whole, never queried."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, _dialect: Dialect) -> str | None:
        return None if value is None else clean(_write_json(value))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class JsonDocument(JsonText):
    """The same, read as the text that it is: many rows say the same, and who reads them parses each text once."""

    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        return value if isinstance(value, str) else super().process_bind_param(value, dialect)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        return value


def as_listed(word: str) -> str:
    """A word as a column of Words holds it, between its quotation marks."""
    return _write_json(clean(word))[1:-1]


class Words(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings, as a JSON list in text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, _dialect: Dialect) -> str:
        # JSON would escape a NUL and thereby keep it
        return _write_json([clean(word) for word in value or ()])

    def process_result_value(self, value: str | None, _dialect: Dialect) -> tuple[str, ...]:
        return tuple(json.loads(value)) if value else ()
