"""Figures for whoever watches the program. No label carries a channel, a workspace or a person."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from bot.models import Delivery, DeliveryState, Outcome
from bot.ports import Record

OBJECTIVE = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 900.0, 1800.0, 3600.0, 10_800.0)
"""Seconds after a slot's time. The objective: 97 of 100 within 900; later than 10,800 nothing is sent."""


class DeliveryFigures:
    """What becomes of deliveries in this process, in product time."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._lateness = Histogram(
            "broadsheet_delivery_lateness_seconds",
            "From a slot's time until its digest was sent.",
            ["platform"],
            buckets=OBJECTIVE,
            registry=registry,
        )
        self._attempts = Counter(
            "broadsheet_delivery_attempts",
            "Attempts to send, by what became of them.",
            ["platform", "outcome"],
            registry=registry,
        )
        self._ended = Counter(
            "broadsheet_deliveries",
            "Deliveries that are over, by how they ended.",
            ["platform", "state"],
            registry=registry,
        )

    def refused(self, platform: str) -> None:
        """A message whose form was refused; plain words may stand in for it."""
        self._attempts.labels(platform, Outcome.CONTENT_BUG.value).inc()

    def note(self, delivery: Delivery, record: Record) -> None:
        """The end of an attempt, once it is in the ledger."""
        platform = delivery.channel.platform
        if record.outcome is not None:
            self._attempts.labels(platform, record.outcome.value).inc()
        if record.state not in {DeliveryState.PENDING, DeliveryState.SENDING}:
            self._ended.labels(platform, record.state.value).inc()
        if record.state is DeliveryState.SENT and record.sent_at is not None:
            late = (record.sent_at - delivery.due_at).total_seconds()
            self._lateness.labels(platform).observe(max(late, 0.0))


FIGURES = DeliveryFigures(REGISTRY)
"""Of the running program; a test makes its own."""


class MailFigures:
    """What people do with mail that is no digest."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._events = Counter(
            "broadsheet_mail_events",
            "E-mail digests asked for, confirmed, changed, ended, and what was refused.",
            ["event"],
            registry=registry,
        )
        self._letters = Counter(
            "broadsheet_mail_letters",
            "Attempts to send a confirmation or a link, by what became of them.",
            ["kind", "outcome"],
            registry=registry,
        )

    def note(self, event: str) -> None:
        self._events.labels(event).inc()

    def letter(self, kind: str, outcome: str) -> None:
        self._letters.labels(kind, outcome).inc()


MAIL_FIGURES = MailFigures(REGISTRY)


def state_of_affairs(adapters: dict[str, bool], sources: dict[str, bool]) -> CollectorRegistry:
    """Gauges of one moment: which adapters people can reach, and which sources did not answer last."""
    registry = CollectorRegistry()
    up = Gauge("broadsheet_adapter_up", "1: people can reach it.", ["adapter"], registry=registry)
    stale = Gauge("broadsheet_source_stale", "1: its last answer is missing.", ["source"], registry=registry)
    for name, reached in adapters.items():
        up.labels(name).set(reached)
    for name, failing in sources.items():
        stale.labels(name).set(failing)
    return registry
