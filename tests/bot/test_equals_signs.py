"""`limit=5`, as people type it who know other programs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.grammar import parse, write
from bot.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trending limit=2", "trending limit:2"),
        ("trending LIMIT=2 topic=robotics", "trending limit:2 topic:robotics"),
        ("trending limit = 2", "trending limit:2"),
        ("trending limit= 2", "trending limit:2"),
        ("trending limit =2", "trending limit:2"),
        ("limit=2 trending", "trending limit:2"),
        ('search topic="graph nets" proteins', 'search topic:"graph nets" proteins'),
        ("digest send again=yes unless_sent=yes", "digest send again:yes unless-sent:yes"),
        ("digest schedule time=09:00 zone=Europe/Berlin", "digest schedule time:09:00 zone:Europe/Berlin"),
    ],
)
def test_an_equals_sign_is_read_as_a_colon_after_the_name_of_an_option(typed: str, meant: str) -> None:
    assert parse(typed) == parse(meant)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("search p=np", "p=np"),
        ("search e = mc", "e = mc"),
        ('search "limit=2"', '"limit=2"'),
        ("paper https://example.org/?paper=1", "https://example.org/?paper=1"),
    ],
)
def test_other_equations_and_quoted_ones_are_words(typed: str, text: str) -> None:
    assert list(parse(typed)[1].values()) == [text]


@pytest.mark.parametrize(
    ("typed", "meant"), [("trending limt=2", "limit"), ("trending lim=2", "limit"), ("trending top=robots", "topic")]
)
def test_what_is_nearly_an_option_is_no_topic(typed: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"Did you mean `{meant}`") as refused:
        parse(typed)
    assert refused.value.code == "unknown_option"


@given(st.text(alphabet="ab:=- limt2", max_size=20))
def test_what_a_button_carries_is_read_back_as_it_was(text: str) -> None:
    """As Discord gives it, in a field of its own."""
    raw = {"query": text.strip() or "x"}
    command = parse("search x")[0]
    read = parse(write(command, raw))[1]
    assert set(read) == {"query"}
    assert read["query"].replace('"', "").split() == raw["query"].split()
