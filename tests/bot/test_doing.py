"""What /readyz tells of the database: enough for anybody, and its address to nobody."""

from pathlib import Path

from structlog.testing import capture_logs

from bot.cli.doing import Doing
from bot.running import Running


async def test_the_address_of_a_database_that_cannot_be_opened_is_for_the_log_alone() -> None:
    with capture_logs() as told:
        state = await Doing(Running(), "postgresql://reader:hidden@127.0.0.1:1/private").database()
    assert (state.reachable, state.ready) == (False, False)
    assert state.reason == "The database cannot be opened."
    assert "port 1 failed" in told[0]["reason"]
    assert "hidden" not in str(told)


async def test_a_database_without_tables_is_reached_and_says_what_is_missing(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    state = await Doing(Running(), f"sqlite:///{empty}").database()
    assert (state.reachable, state.migrated) == (True, False)
    assert state.reason
