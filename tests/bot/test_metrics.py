"""The figures that an operator watches."""

from dataclasses import replace
from datetime import timedelta

from prometheus_client import CollectorRegistry, generate_latest

from bot.metrics import DeliveryFigures, state_of_affairs
from bot.models import DeliveryState, Outcome
from bot.ports import Record
from tests.delivery_scene import FakePlatform, planned

SENT = Record(state=DeliveryState.SENT, outcome=Outcome.SENT)


async def figures_of(*records: Record, late: float = 0.0) -> CollectorRegistry:
    registry = CollectorRegistry()
    figures = DeliveryFigures(registry)
    scene, _ = await planned(FakePlatform())
    delivery = await scene.last()
    for record in records:
        figures.note(delivery, replace(record, sent_at=delivery.due_at + timedelta(seconds=late)))
    return registry


async def test_a_digest_is_as_late_as_it_is_past_its_slots_time() -> None:
    registry = await figures_of(SENT, late=61)

    buckets = {bound: _bucket(registry, bound) for bound in ("60.0", "120.0", "10800.0")}
    assert buckets == {"60.0": 0, "120.0": 1, "10800.0": 1}


async def test_one_sent_before_its_time_is_not_late() -> None:
    assert _bucket(await figures_of(SENT, late=-5), "1.0") == 1


async def test_an_attempt_that_is_made_again_ends_nothing() -> None:
    again = Record(state=DeliveryState.PENDING, outcome=Outcome.NOT_SENT)
    registry = await figures_of(again, again, SENT)

    not_sent = {"platform": "slack", "outcome": "not_sent"}
    assert registry.get_sample_value("broadsheet_delivery_attempts_total", not_sent) == 2
    assert registry.get_sample_value("broadsheet_deliveries_total", {"platform": "slack", "state": "sent"}) == 1
    assert registry.get_sample_value("broadsheet_deliveries_total", {"platform": "slack", "state": "pending"}) is None


async def test_no_label_tells_whose_digest_it_was() -> None:
    told = generate_latest(await figures_of(SENT)).decode()

    assert "T0001" not in told
    assert "C0001" not in told


def test_adapters_and_sources_are_told_as_ones_and_zeros() -> None:
    registry = state_of_affairs({"slack": True, "discord": False}, {"arxiv": True})

    assert registry.get_sample_value("broadsheet_adapter_up", {"adapter": "slack"}) == 1
    assert registry.get_sample_value("broadsheet_adapter_up", {"adapter": "discord"}) == 0
    assert registry.get_sample_value("broadsheet_source_stale", {"source": "arxiv"}) == 1


def _bucket(registry: CollectorRegistry, bound: str) -> float | None:
    labels = {"platform": "slack", "le": bound}
    return registry.get_sample_value("broadsheet_delivery_lateness_seconds_bucket", labels)
