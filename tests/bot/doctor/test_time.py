"""The clock and the zones' rules."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.doctor.time import TOLERANCE, clock_check, zones_check
from tests.builders import NOON


@pytest.mark.parametrize(
    ("seconds", "ok"), [(0, True), (TOLERANCE, True), (-TOLERANCE, True), (61, False), (-61, False)]
)
def test_a_clock_may_be_a_minute_off(seconds: float, ok: bool) -> None:
    check = clock_check(format_datetime(NOON.replace(microsecond=0), usegmt=True), NOON + timedelta(seconds=seconds))
    assert check.ok is ok
    if not ok:
        assert ("ahead" if seconds > 0 else "behind") in check.message


@pytest.mark.parametrize("told", [None, "soon", "Tue, 99 Foo 2026"])
def test_a_time_that_nobody_told_is_no_fault(told: str | None) -> None:
    assert clock_check(told, NOON).ok


@pytest.mark.parametrize(
    ("release", "ok"),
    [(f"{NOON.year}.1", True), (f"{NOON.year - 1}.2", True), ("2019.3", False), (None, True), ("x", True)],
)
def test_rules_of_years_ago_are_old(release: str | None, ok: bool) -> None:
    assert zones_check(release, NOON).ok is ok
