"""The programs of the last release go on working with this version's schema: it only grew since, or says who stops."""

import importlib
from itertools import pairwise
from types import ModuleType

import pytest
from sqlalchemy import text

from bot.errors import UserError
from storage import migrations
from storage.engine import sync_engine
from tests.storage.shapes import narrowings, shape_of

REVISIONS = migrations.revisions()


def migration(revision: str) -> ModuleType:
    (path,) = (migrations._FOLDER / "versions").glob(f"{revision}_*.py")
    return importlib.import_module(f"storage.migrations.versions.{path.stem}")


def execute(url: str, *statements: str) -> None:
    with sync_engine(url).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_each_migration_only_adds_or_says_whose_programs_need_what_it_takes_away(empty_database_url: str) -> None:
    """Of each step on the way here; a migration that nobody has written yet is looked at here as well."""
    migrations.upgrade(empty_database_url, to=REVISIONS[0])
    shapes = {REVISIONS[0]: shape_of(empty_database_url)}
    for before, after in pairwise(REVISIONS):
        migrations.upgrade(empty_database_url, to=after)
        shapes[after] = shape_of(empty_database_url)
        taken = narrowings(shapes[before], shapes[after])
        says = hasattr(migration(after), "needed_until")
        assert says or not taken, f"{after} does not work beside the version before, and has no needed_until: {taken}"
    assert shapes[REVISIONS[-1]].tables > shapes[REVISIONS[0]].tables


def test_what_the_last_release_needs_is_not_taken_away() -> None:
    """First a release that needs it no more, then the one that takes it away: expand, then contract."""
    assert migrations.RELEASED in REVISIONS
    for revision in REVISIONS:
        needed_until = getattr(migration(revision), "needed_until", None)
        if needed_until is not None:
            assert needed_until < revision
            assert needed_until < migrations.RELEASED, f"processes of the last release stop at {revision}"


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["DROP TABLE visit"], "the table visit is gone"),
        (["ALTER TABLE paper RENAME COLUMN title TO name"], "paper.title is gone"),
        (["ALTER TABLE paper ADD COLUMN mood TEXT NOT NULL"], "paper.mood is new and has to be given"),
        (["ALTER TABLE paper ALTER COLUMN doi TYPE BIGINT USING 1"], "paper.doi was TEXT and is BIGINT"),
        (["ALTER TABLE paper ALTER COLUMN doi SET NOT NULL"], "paper.doi may not be empty any more"),
        (["ALTER TABLE delivery ALTER COLUMN kind SET DEFAULT 'alert'"], "delivery.kind has another default"),
        (["ALTER TABLE delivery ALTER COLUMN kind DROP DEFAULT"], "delivery.kind has another default"),
        (
            ["ALTER TABLE delivery DROP CONSTRAINT uq_delivery_subscription_id_slot_kind"],
            "delivery kind slot subscription_id is no key any more",
        ),
        (["CREATE UNIQUE INDEX one ON change (platform)"], "change platform is now a key"),
        (
            ["ALTER TABLE visit ADD FOREIGN KEY (person) REFERENCES paper (id)"],
            "visit person in paper is a new rule",
        ),
        (["ALTER TABLE paper ADD CHECK (version > 0)"], "paper check version > 0 is a new rule"),
    ],
)
def test_whatever_takes_something_away_is_noticed(postgresql_url: str, statements: list[str], told: str) -> None:
    before = shape_of(postgresql_url)
    execute(postgresql_url, *statements)
    assert told in narrowings(before, shape_of(postgresql_url))


def test_what_only_adds_is_let_through(database_url: str) -> None:
    before = shape_of(database_url)
    execute(
        database_url,
        "ALTER TABLE paper ADD COLUMN mood TEXT",
        "ALTER TABLE paper ADD COLUMN weight INTEGER NOT NULL DEFAULT 0",
        "CREATE TABLE weather (day TEXT PRIMARY KEY, rain INTEGER NOT NULL)",
        "CREATE INDEX paper_mood ON paper (mood)",
    )
    assert narrowings(before, shape_of(database_url)) == []


@pytest.mark.parametrize(("needed_until", "works"), [("0000", True), (REVISIONS[-1], False), (None, False)])
def test_a_newer_schema_is_good_while_it_has_what_this_version_needs(
    database_url: str, needed_until: str | None, works: bool
) -> None:
    noted = "NULL" if needed_until is None else f"'{needed_until}'"
    execute(
        database_url,
        "UPDATE alembic_version SET version_num = '9999'",
        f"UPDATE broadsheet SET needed_until = {noted}",  # noqa: S608  # our own words
    )

    problem = migrations.check(database_url)

    assert (problem is None) == works
    assert works or (problem is not None and problem.code == "database_newer")
    if works:
        migrations.upgrade(database_url)  # changes nothing
    else:
        with pytest.raises(UserError, match="newer version"):
            migrations.upgrade(database_url)


def test_the_database_tells_whose_programs_it_stops(database_url: str) -> None:
    declared = [getattr(migration(revision), "needed_until", "") for revision in REVISIONS]
    with sync_engine(database_url).connect() as connection:
        noted = connection.execute(text("SELECT needed_until FROM broadsheet")).scalar()
    assert noted == max(declared)
