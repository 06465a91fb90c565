"""Views as JSON: the documented shapes, nulls for what is not known, sums that hold."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards
from bot.answers import as_json, error_json, exit_code, time_json, user_error_json
from bot.errors import SettingsError
from bot.models import Counts, ScorePart
from bot.views import (
    ChannelLine,
    ChannelList,
    Check,
    Field,
    Help,
    HelpEntry,
    Notice,
    Run,
    Status,
    Tone,
    View,
)
from tests.builders import NOON, hours, make_digest, make_list, make_paper, make_ranked, make_source

PAPER_FIELDS = {
    "rank", "id", "title", "url", "abstract", "summary", "authors", "organization", "published_at", "first_seen_at",
    "announced_at", "upvotes", "comments", "github_repo", "github_stars", "score", "topics", "sources", "fresh",
    "discussions", "parts",
}  # fmt: skip


def written(view: View) -> dict[str, Any]:
    """As a program reads it."""
    return cast("dict[str, Any]", json.loads(json.dumps(as_json(view), allow_nan=False)))


def part(value: float, *, signal: str = "upvotes", measured: float | None = 1.0) -> ScorePart:
    return ScorePart(signal=signal, value=measured, unit="upvotes", part=value, text="because")


def test_a_list_has_exactly_the_documented_fields() -> None:
    failing = make_source(failing_since=NOON - hours(2), reason="it answered 503")
    view = cards.card_list("Trending", make_list(make_ranked(), total=214, stale=(failing,)), command="", empty="")

    answer = written(view)

    assert answer.keys() == {"as_of", "stale", "total", "papers"}
    assert answer["as_of"] == "2026-03-10T12:00:00Z"
    assert answer["stale"] == [{"source": failing.source, "since": "2026-03-10T10:00:00Z", "reason": "it answered 503"}]
    assert answer["total"] == 214
    assert answer["papers"][0].keys() == PAPER_FIELDS
    assert answer["papers"][0]["parts"][0].keys() == {"signal", "value", "unit", "part", "text"}


def test_what_is_not_known_is_null_and_never_zero() -> None:
    paper = make_paper(published_at=None, abstract="", authors=())
    ranked = make_ranked(paper, rank=0, counts=Counts(), score=None, parts=())

    answer = written(cards.detail(ranked, stale=(), as_of=NOON, buttons=()))

    unknown = {name for name, value in answer.items() if value is None}
    assert unknown == {
        "rank", "abstract", "summary", "organization", "published_at", "announced_at", "upvotes", "comments",
        "github_repo", "github_stars", "score",
    }  # fmt: skip
    assert answer["authors"] == []
    assert answer["parts"] == []


def test_a_count_of_zero_stays_zero() -> None:
    ranked = make_ranked(counts=Counts(upvotes=0, comments=0, github_stars=0))
    answer = written(cards.detail(ranked, stale=(), as_of=NOON, buttons=()))
    assert (answer["upvotes"], answer["comments"], answer["github_stars"]) == (0, 0, 0)


def test_an_explanation_is_one_paper_with_its_parts() -> None:
    ranked = make_ranked(parts=(part(1.25), part(-0.5, signal="age", measured=None)), score=0.75)

    answer = written(cards.explanation(ranked, "It stands first.", missing=(), notes=()))

    assert answer.keys() == PAPER_FIELDS
    assert [(given["signal"], given["value"], given["part"]) for given in answer["parts"]] == [
        ("upvotes", 1.0, 1.25),
        ("age", None, -0.5),
    ]
    assert answer["score"] == 0.75


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_parts_add_up_to_the_score_exactly_in_any_order(values: Sequence[float], random: Any) -> None:
    ranked = make_ranked(parts=tuple(part(value) for value in values), score=sum(values))
    answer = written(cards.explanation(ranked, "", missing=(), notes=()))
    parts = [given["part"] for given in answer["parts"]]
    random.shuffle(parts)

    in_binary = 0.0
    for addend in parts:
        in_binary += addend
    in_decimal = sum((Fraction(repr(addend)) for addend in parts), Fraction(0))

    assert in_binary == answer["score"]
    assert in_decimal == Fraction(repr(answer["score"]))
    assert answer["score"] == pytest.approx(sum(values), abs=len(values) / 4096)


def test_infinite_measurements_are_null_because_json_has_none() -> None:
    ranked = make_ranked(parts=(part(float("nan"), measured=float("inf")),), score=float("nan"))
    answer = written(cards.explanation(ranked, "", missing=(), notes=()))
    assert answer["parts"][0]["value"] is None
    assert answer["parts"][0]["part"] == 0
    assert answer["score"] == 0
    assert (
        written(cards.explanation(make_ranked(parts=(), score=float("nan")), "", missing=(), notes=()))["score"] is None
    )


def test_times_are_utc_with_z() -> None:
    berlin = timezone(timedelta(hours=1))
    assert time_json(datetime(2026, 3, 10, 13, 0, tzinfo=berlin)) == "2026-03-10T12:00:00Z"
    assert time_json(datetime(2026, 3, 10, 12, 0, 0, 250000, tzinfo=UTC)) == "2026-03-10T12:00:00.250000Z"
    assert time_json(None) is None


def test_a_digest_is_a_list_that_knows_its_channel_and_slot() -> None:
    digest = make_digest(make_ranked(), considered=214, matched=3)

    answer = written(cards.digest_post(digest, command="/papers", preview=True))

    assert [paper["id"] for paper in answer["papers"]] == ["2603.00001"]
    assert (answer["total"], answer["considered"]) == (3, 214)
    assert (answer["channel"], answer["slot"], answer["preview"]) == ("slack:T0001:C0001", "2026-03-10", True)
    assert answer["quiet_because"] is None


def test_a_status_has_exactly_the_documented_fields() -> None:
    view = Status(
        channel="slack:T0001:C0001",
        headline="Every weekday at 09:00",
        state="active",
        settings=(Field("Topics", "diffusion"),),
        next_runs=(NOON,),
        next_runs_in_words=("today at 13:00",),
        last=(Run("2026-03-09", "sent", "sent", "", "https://example.slack.com/archives/C0001/p1"),),
        checks=(Check("post", False, "I cannot post here.", "Invite me."),),
    )

    assert written(view) == {
        "channel": "slack:T0001:C0001",
        "state": "active",
        "next_runs": ["2026-03-10T12:00:00Z"],
        "last": [
            {
                "slot": "2026-03-09",
                "state": "sent",
                "outcome": "sent",
                "reason": None,
                "url": "https://example.slack.com/archives/C0001/p1",
            }
        ],
        "checks": [{"name": "post", "ok": False, "message": "I cannot post here.", "hint": "Invite me."}],
    }


def test_channels_and_help_are_lists_under_one_name() -> None:
    channels = ChannelList(title="Digests", channels=(ChannelLine("slack:T1:C1", "paused", "daily", None),))
    commands = Help(title="Help", sections=(("Reading", (HelpEntry("trending", "Now", "/papers trending"),)),))

    assert written(channels) == {
        "channels": [{"channel": "slack:T1:C1", "state": "paused", "summary": "daily", "next_run": None}]
    }
    assert written(commands) == {
        "commands": [{"section": "Reading", "usage": "trending", "summary": "Now", "example": "/papers trending"}]
    }


def test_a_notice_is_a_message_and_an_error_is_an_error_object() -> None:
    done = Notice(tone=Tone.OK, text="Done.", hint="", fields=(Field("Next", "tomorrow"),))
    failed = Notice(tone=Tone.ERROR, text="No such paper.", hint="Try search.", code="unknown_paper", reference="7f3a")

    assert written(done) == {"message": "Done.", "hint": None, "fields": [{"label": "Next", "text": "tomorrow"}]}
    assert written(Notice(tone=Tone.INFO, text="Nothing.", hint="Wait.")) == {"message": "Nothing.", "hint": "Wait."}
    assert written(failed) == {
        "error": {"code": "unknown_paper", "message": "No such paper.", "hint": "Try search.", "ref": "7f3a"}
    }


def test_errors_outside_views_have_the_same_shape() -> None:
    error = SettingsError("setting", "PORT was read as 'x'.", "Example: PORT=8080")
    assert user_error_json(error) == error_json("setting", "PORT was read as 'x'.", "Example: PORT=8080")


@pytest.mark.parametrize(
    ("view", "code"),
    [
        (cards.card_list("Trending", make_list(), command="", empty="Nothing yet."), 0),
        (Notice(tone=Tone.OK, text="Done."), 0),
        (Notice(tone=Tone.INFO, text="To know."), 0),
        (Notice(tone=Tone.ERROR, text="No such paper.", code="unknown_paper"), 1),
        (Notice(tone=Tone.ERROR, text="I didn't know `topc`.", code="unknown_option", usage=True), 2),
    ],
)
def test_exit_codes(view: View, code: int) -> None:
    assert exit_code(view) == code
