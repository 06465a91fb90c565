"""What a schema promises to the statements of programs, and what of it another schema does not keep."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Inspector, inspect

from storage.engine import sync_engine

Key = tuple[str, ...]
"""A table, then what belongs to it."""


@dataclass(frozen=True)
class Column:
    type: str
    nullable: bool
    default: str | None


@dataclass(frozen=True)
class Shape:
    """Of a whole database; plain indexes are not in it: without one a statement is slower, and right."""

    columns: dict[tuple[str, str], Column]
    unique: frozenset[Key]
    """Keys of all kinds: what ON CONFLICT may name, and what an INSERT has to keep."""
    rules: frozenset[Key]
    """Foreign keys and checks: what an INSERT has to keep."""

    @property
    def tables(self) -> set[str]:
        return {table for table, _ in self.columns}


def shape_of(url: str) -> Shape:
    with sync_engine(url).connect() as connection:
        inspector = inspect(connection)
        tables = [name for name in inspector.get_table_names() if name != "alembic_version"]
        return Shape(
            columns={
                (table, column["name"]): Column(str(column["type"]), column["nullable"], column.get("default"))
                for table in tables
                for column in inspector.get_columns(table)
            },
            unique=frozenset(key for table in tables for key in _unique(inspector, table)),
            rules=frozenset(rule for table in tables for rule in _rules(inspector, table)),
        )


def _unique(inspector: Inspector, table: str) -> Iterator[Key]:
    primary = inspector.get_pk_constraint(table)["constrained_columns"]
    constraints = [one["column_names"] for one in inspector.get_unique_constraints(table)]
    indexes = [[str(name) for name in one["column_names"]] for one in inspector.get_indexes(table) if one["unique"]]
    for columns in (primary, *constraints, *indexes):
        if columns:
            yield (table, *sorted(str(name) for name in columns))


def _rules(inspector: Inspector, table: str) -> Iterator[Key]:
    for foreign in inspector.get_foreign_keys(table):
        options = sorted(f"{name} {value}" for name, value in foreign["options"].items())
        yield (table, *foreign["constrained_columns"], "in", foreign["referred_table"], *options)
    for check in inspector.get_check_constraints(table):
        yield (table, "check", str(check["sqltext"]))


def narrowings(before: Shape, after: Shape) -> list[str]:
    """What statements that were right before may meet afterwards, in words; nothing where all of them stay right."""
    old = before.tables & after.tables
    return [
        *(f"the table {table} is gone" for table in sorted(before.tables - after.tables)),
        *(problem for key in sorted(after.columns) if key[0] in old for problem in _of_column(key, before, after)),
        *(f"{'.'.join(key)} is gone" for key in sorted(before.columns.keys() - after.columns) if key[0] in old),
        *(f"{' '.join(key)} is no key any more" for key in sorted(before.unique - after.unique) if key[0] in old),
        *(f"{' '.join(key)} is now a key" for key in sorted(after.unique - before.unique) if key[0] in old),
        *(f"{' '.join(rule)} is a new rule" for rule in sorted(after.rules - before.rules) if rule[0] in old),
    ]


def _of_column(key: tuple[str, str], before: Shape, after: Shape) -> Iterator[str]:
    name, new = ".".join(key), after.columns[key]
    old = before.columns.get(key)
    if old is None:
        if not new.nullable and new.default is None:
            yield f"{name} is new and has to be given"
        return
    if old.type != new.type:
        yield f"{name} was {old.type} and is {new.type}"
    if old.nullable and not new.nullable:
        yield f"{name} may not be empty any more"
    if old.default is not None and new.default != old.default:
        yield f"{name} has another default"
