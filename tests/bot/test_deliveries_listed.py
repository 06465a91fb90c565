"""What an operator reads of `broadsheet deliveries`."""

from datetime import UTC, datetime

from bot.cli.ledger import in_lines
from bot.models import ChannelKey, DeliveryKind, DeliveryState
from tests.builders import make_delivery

LONG = ChannelKey("discord", "1575135236298113028", "1575135236944035853")
SENT_AT = datetime(2026, 3, 10, 9, 0, 4, tzinfo=UTC)


def test_each_has_a_line_whose_fields_are_never_cut() -> None:
    refused = "the port is closed [Errno 111]: " + "again and " * 20 + "again"
    failed = make_delivery(channel=LONG, state=DeliveryState.FAILED, attempts=12, reason=refused)
    sent = make_delivery(state=DeliveryState.SENT, kind=DeliveryKind.ALERT, attempts=1, sent_at=SENT_AT, reason=None)
    heads, first, second = in_lines([failed, sent], 50)
    assert heads.split() == ["Slot", "Kind", "Channel", "State", "Attempts", "When", "Why"]
    assert first.split(maxsplit=6) == [str(failed.slot), "digest", str(LONG), "failed", "12", "-", refused]
    assert second.split() == [
        *(str(sent.slot), "alert", str(sent.channel), "sent", "1"),
        *("2026-03-10", "09:00:04", "-"),
    ]
    assert heads.index("Why") == first.index(refused), "below each other"


def test_a_reason_of_several_lines_stays_in_its_own() -> None:
    unknown = make_delivery(state=DeliveryState.UNKNOWN, reason="no answer\nor half of one\x1b[31m")
    assert len(in_lines([unknown], 50)) == 2
    assert "\x1b" not in in_lines([unknown], 50)[1]


def test_nothing_to_list_and_more_than_is_listed_are_said() -> None:
    assert in_lines([], 50) == ["No deliveries."]
    assert in_lines([make_delivery(), make_delivery()], 2)[-1] == "These are the newest 2; --limit lists more."
