"""Two processes that ask the sources, on one PostgreSQL: one does, the other takes over, and every gap is kept."""

from pathlib import Path
from typing import Any

from tests.end_to_end.product import Product, product, until
from tests.end_to_end.stage import Stand, needs_replay, replay

pytestmark = needs_replay

NOW = "2026-03-10T12:00:00+00:00"
HOURLY = {"BROADSHEET_NOW": NOW, "BROADSHEET_CLOCK_SPEED": "3600", "FETCH_INTERVAL": "3600"}
"""A second is an hour, so that there is always something to be asked again."""
GAPS = frozenset({"arxiv_gap", "arxiv_parallel", "over_quota"})


def lists(sources: Stand) -> int:
    return len(sources.get("/control/log", source="hf"))


def on_duty(running: Product) -> bool:
    return "this process is on duty" in running.log.read_text(encoding="utf-8")


def test_one_of_two_fetchers_asks_and_the_other_takes_over(postgresql_url: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": postgresql_url, **HOURLY}
    folders = [tmp_path / name for name in ("sources", "one", "other")]
    for folder in folders:
        folder.mkdir()
    options: Any = ("--role", "fetch")
    with replay(folders[0], now=NOW, speed=3600, settings={"github_quota": 100_000}) as sources:
        environment |= {name: url for name, url in sources.environment.items() if name.endswith("_URL")}
        with product(folders[1], environment, *options) as one, product(folders[2], environment, *options) as other:
            until(lambda: lists(sources) > 2, seconds=60)
            assert on_duty(one) != on_duty(other)
            asking, standing_by = (one, other) if on_duty(one) else (other, one)
            assert asking.end() == 0
            until(lambda: on_duty(standing_by), seconds=60)
            asked = lists(sources)
            until(lambda: lists(sources) > asked, seconds=60)
        broken = [one for one in sources.get("/control/violations") if one["rule"] in GAPS]
        assert broken == []
