"""Thirty virtual days with few channels; `python -m benchmarks soak` does it with many."""

from datetime import timedelta
from typing import Any

import pytest
import structlog

from benchmarks.soak import BEGINNING, KEPT, soak
from bot.delivery.pruning import CHOSEN


@pytest.fixture
def quiet() -> Any:
    """Without the log of some hundred failures."""
    known = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.configure(**known)


@pytest.mark.usefixtures("quiet")
async def test_a_month_of_bad_weather_loses_nothing_and_fills_no_table() -> None:
    size = 8
    figures: Any = await soak(None, size, BEGINNING.toordinal(), timedelta(hours=2))

    assert (figures["lost"], figures["twice"]) == (0, 0)
    assert figures["slots"]["sent"] > size * 10, "the weather is bad, but not that bad"
    assert figures["slots"]["in an outage"] > 0
    early, late = figures["day_10"], figures["day_30"]
    assert max(early["delivery"], late["delivery"]) <= size * (KEPT.days + 2)
    assert late["change"] <= early["change"] * 1.5 + size, "logs reach their level too"
    assert 0 < late["candidates"] <= size * (CHOSEN.days + 1), "and what digests chose from"
    assert late["objects_in_memory"] < early["objects_in_memory"] * 1.05
