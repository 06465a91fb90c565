"""Times, days and zones as people type them."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.schedule import (
    days_in_words,
    nearest_zones,
    parse_days,
    parse_time,
    parse_zone,
    zone_names,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            ("9", time(9)),
            ("9:00", time(9)),
            ("09:00", time(9)),
            ("9am", time(9)),
            ("9 a.m.", time(9)),
            ("9.15", time(9, 15)),
        ),
        *(
            ("9:30 pm", time(21, 30)),
            ("12am", time(0)),
            ("12 PM", time(12)),
            ("23:59", time(23, 59)),
            ("９：３０", time(9, 30)),
        ),
        *((" noon ", time(12)), ("Midnight", time(0))),
    ],
)
def test_times_as_people_type_them(text: str, expected: time) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "24:00", "9:60", "13pm", "0am", "9:5", "nine", "-1", "٩", "9:00:00", "9 " * 5000])
def test_a_bad_time_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_time(text)
    assert caught.value.code == "time"
    assert "09:00" in caught.value.hint
    assert len(caught.value.message) < 100


@settings(max_examples=100, deadline=None)
@given(st.times())
def test_every_written_time_reads_back(moment: time) -> None:
    assert parse_time(f"{moment:%H:%M}") == moment.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("weekdays", "weekdays"), ("daily", "every day"), ("every day", "every day"), ("Weekend", "weekends")),
        *(
            ("mon,wed", "Mon, Wed"),
            ("Mondays and Fridays", "Mon, Fri"),
            ("mo we", "Mon, Wed"),
            ("tues; thurs", "Tue, Thu"),
        ),
        *(("mon-fri", "weekdays"), ("Mon – Wed, Sat", "Mon, Tue, Wed, Sat"), ("fri to mon", "Mon, Fri, Sat, Sun")),
        *(("weekdays, sat", "Mon, Tue, Wed, Thu, Fri, Sat"),),
    ],
)
def test_days_as_people_type_them(text: str, expected: str) -> None:
    assert days_in_words(parse_days(text)) == expected


@pytest.mark.parametrize("text", ["", ",", "m", "t", "mon-", "mon-tue-wed", "someday", "😀", "x" * 10_000])
def test_bad_days_are_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_days(text)
    assert caught.value.code == "days"
    assert "mon,wed" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("America/new york", "America/New_York"),
        (" utc ", "UTC"),
        ("Etc/GMT+1", "Etc/GMT+1"),
    ],
)
def test_zones_are_read_in_any_case(text: str, zone: str) -> None:
    assert parse_zone(text) == zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [("Berlin", "Europe/Berlin"), ("new york", "America/New_York"), ("Sydney", "Australia/Sydney")],
)
def test_a_city_that_one_zone_has_is_enough(text: str, zone: str) -> None:
    assert parse_zone(text) == zone


@pytest.mark.parametrize("text", ["Louisville", "Eastern", "General"])
def test_a_name_that_several_zones_or_only_old_ones_have_is_not(text: str) -> None:
    with pytest.raises(UsageError):
        parse_zone(text)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("berln", "Europe/Berlin"), ("Europe/Berln", "Europe/Berlin"), ("new yrok", "America/New_York")],
)
def test_an_unknown_zone_gets_the_nearest_names(text: str, suggestion: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_zone(text)
    assert caught.value.code == "zone"
    assert suggestion in caught.value.message
    assert suggestion in caught.value.hint


@pytest.mark.parametrize("text", ["", "Factory", "posixrules", "../etc/passwd", "🙂", "x" * 10_000, "+01:00"])
def test_what_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_zone(text)
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("utc+2", "Etc/GMT-2"),
        ("GMT-5", "Etc/GMT+5"),
        ("+01:00", "Etc/GMT-1"),
        ("UTC−3", "Etc/GMT+3"),
        ("utc+0", "Etc/UTC"),
    ],
)
def test_an_offset_means_the_zone_with_the_other_sign_and_a_place_is_asked_for(text: str, meant: str) -> None:
    """IANA writes `Etc/GMT-2` for two hours ahead of UTC; the look-alike would be four hours off."""
    assert nearest_zones(text, 3) == (meant,)
    with pytest.raises(UsageError) as caught:
        parse_zone(text)
    assert meant in caught.value.hint
    assert "Europe/Berlin" in caught.value.hint


@pytest.mark.parametrize("text", ["utc+5:30", "GMT+20", "UTC+99"])
def test_an_offset_without_a_zone_suggests_none(text: str) -> None:
    assert nearest_zones(text, 3) == ()


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_suggestions_are_zones_and_never_too_many(text: str) -> None:
    found = nearest_zones(text, 4)
    assert len(found) <= 4
    assert set(found) <= set(zone_names())


def test_every_zone_of_the_list_can_be_used() -> None:
    for zone in zone_names():
        assert parse_zone(zone) == zone
        assert ZoneInfo(zone).key == zone
