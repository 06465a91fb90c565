"""What people type after /papers, and what is made of it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.commands import Command, all_commands
from bot.commands.grammar import MAXIMUM_LENGTH, assign, parse, parse_values, write
from bot.commands.verbs import example_of
from bot.errors import UsageError
from bot.models import Combine, Period, Topics, Weekdays, Window

CHANNEL_WEEKLY = {"channel": "C0RANDOM", "period": Period.WEEKLY}


def values_of(text: str) -> tuple[str, dict[str, object]]:
    command, raw = parse(text)
    return command.path, parse_values(command, raw)


@pytest.mark.parametrize(
    ("text", "path", "values"),
    [
        ("trending", "trending", {}),
        ("trending window:24h limit:3", "trending", {"window": Window.DAY, "limit": 3}),
        ("trending limit:3 window:24h", "trending", {"limit": 3, "window": Window.DAY}),
        ("trending 30d", "trending", {"window": Window.MONTH}),
        ("trending robotics", "trending", {"topic": Topics(include=("robotics",))}),
        (
            "trending topic:robotics,vision -survey +cs.CL",
            "trending",
            {"topic": Topics(include=("robotics", "vision", "cs.CL"), exclude=("survey",))},
        ),
        ('trending topic:"graph neural network"', "trending", {"topic": Topics(include=("graph neural network",))}),
        ("trending topic:“graph neural network”", "trending", {"topic": Topics(include=("graph neural network",))}),
        ('search "protein folding" with diffusion', "search", {"query": '"protein folding" with diffusion'}),
        ("search page:2 diffusion", "search", {"query": "diffusion", "page": 2}),
        ("search Attention: all you need", "search", {"query": "Attention: all you need"}),
        ("search c++ -survey", "search", {"query": "c++", "topic": Topics(exclude=("survey",))}),
        ("paper https://arxiv.org/abs/2602.23229v2", "paper", {"paper": "https://arxiv.org/abs/2602.23229v2"}),
        ("paper arXiv:2602.23229", "paper", {"paper": "arXiv:2602.23229"}),
        ("paper doi:10.1000/xyz", "paper", {"paper": "doi:10.1000/xyz"}),
        ("tr win:24h", "trending", {"window": Window.DAY}),
        ("digest subscribe weekly", "digest subscribe", {"period": Period.WEEKLY}),
        ("di sub", "digest subscribe", {}),
        ("DIGEST STATUS", "digest status", {}),
        ("window:24h limit:3 trending", "trending", {"window": Window.DAY, "limit": 3}),
        ("channel:C0RANDOM digest period:weekly subscribe", "digest subscribe", CHANNEL_WEEKLY),
        ("help digest", "help", {"command": "digest"}),
        ("digest", "digest settings", {}),
        ("", "help", {}),
    ],
)
def test_reads(text: str, path: str, values: dict[str, object]) -> None:
    assert values_of(text) == (path, values)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ('"Ada Example"', ("Ada Example",)),
        ("“Ada Example”, Ben Sample", ("Ada Example", "Ben Sample")),
        ('robotics "graph neural network"', ("robotics", "graph neural network")),
        ('author:"Ada Example", robotics', ("author:Ada Example", "robotics")),
    ],
)
def test_quotation_marks_in_a_list_keep_a_phrase_together(typed: str, terms: tuple[str, ...]) -> None:
    """As commands' own examples have them."""
    follow, _ = parse("follow")
    assert parse_values(follow, {"terms": typed})["terms"] == terms


def test_reads_times_zones_and_days_in_any_order() -> None:
    expected = values_of("digest schedule 09:30 Europe/Berlin days:mon,wed")
    assert values_of("digest schedule europe/berlin days:mon,wed 9:30") == expected
    assert values_of("digest schedule days:mon,wed zone:Europe/Berlin time:9:30") == expected
    assert expected[1]["days"] == Weekdays.MONDAY | Weekdays.WEDNESDAY


def test_reads_an_action_and_its_terms() -> None:
    _, values = values_of('digest topics add robotics "graph nets" -survey')
    assert values["action"] == "add"
    assert values["terms"] == Topics(include=("robotics", "graph nets"), exclude=("survey",), combine=Combine.ANY)


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("trendign", "unknown_command", "`trending`"),
        ("digest subscrive", "unknown_command", "`digest subscribe`"),
        ("trending topc:vision", "unknown_option", "`topic`"),
        ("trending windw:7d", "unknown_option", "`window`"),
        ("digest list now", "unknown_option", "`channel`"),
        ("trending limit:eleven", "bad_value", "limit"),
        ("trending limit:11", "bad_value", "1 to 10"),
        ("trending limit:", "missing_value", "limit"),
        ("trending window:2h", "bad_value", "24h"),
        ("trending 5d", "bad_value", "24h, 7d, 30d, not “5d”"),
        ("trending limit:0", "bad_value", "1 to 10"),
        ("digest topics remvoe robotics", "bad_value", "Did you mean `remove`?"),
        ("digest topics action:remvoe robotics", "bad_value", "Did you mean `remove`?"),
        ("daily 2026-13-40", "bad_date", "2026-13-40"),
        ("weekly week:2026-W99", "bad_date", "2026-W99"),
        ("digest schedule 25:99", "time", "25:99"),
        ("digest schedule zone:Mars/Olympus", "zone", "Mars"),
        ("search", "missing_value", "words to search for"),
        ("paper", "missing_value", "an arXiv id"),
        ("d", "ambiguous", "daily"),
        ("x" * (MAXIMUM_LENGTH + 1), "too_long", "characters"),
    ],
)
def test_says_what_is_wrong_and_what_to_do(text: str, code: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        values_of(text)
    assert caught.value.code == code
    assert told in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ('trending "5d"', ("5d",)),
        ("trending topic:5d", ("5d",)),
        ("trending topic:7d", ("7d",)),
        ('digest topics add "remvoe"', ("remvoe",)),
        ("digest topics many bogus", ("many", "bogus")),
    ],
)
def test_what_looks_like_another_option_is_a_topic_where_that_is_said_and_stays_one(
    text: str, terms: tuple[str, ...]
) -> None:
    command, raw = parse(text)
    again, reread = parse(write(command, raw))
    option = "terms" if command.name == "topics" else "topic"
    for one in (raw, reread):
        value = parse_values(command, one)[option]
        assert isinstance(value, Topics)
        assert value.include == terms
    assert again is command


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/papers trending limit:2", "trending limit:2"),
        ("/papers digest status", "digest status"),
        ("/papers-digest status", "digest status"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}trending\N{POP DIRECTIONAL FORMATTING}", "trending"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}search \N{ZERO WIDTH SPACE}since:7d robots", "search since:7d robots"),
        ("digest help", "help digest"),
        ("digest help topics", "help digest topics"),
        ("trending limit: 2 window: 24h", "trending limit:2 window:24h"),
        ('trending topic: "graph nets"', 'trending topic:"graph nets"'),
        ("digest schedule 5 pm Paris", "digest schedule 17:00 Paris"),
        ("digest schedule time: 9:30 a.m.", "digest schedule 09:30"),
    ],
)
def test_what_is_typed_a_little_differently_means_the_same(typed: str, meant: str) -> None:
    assert values_of(typed) == values_of(meant)


@pytest.mark.parametrize("typed", ["trending topic: limit:2", "trending limit:2 topic:"])
def test_an_option_before_another_or_at_the_end_has_no_value(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(typed)
    assert caught.value.code == "missing_value"


def refusal_of(text: str) -> UsageError | None:
    try:
        values_of(text)
    except UsageError as error:
        return error
    return None


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_hint(text: str) -> None:
    refusal = refusal_of(text)
    assert refusal is None or (refusal.message and refusal.hint)


@given(st.sampled_from(all_commands()), st.text(max_size=60))
def test_any_text_after_a_verb_is_read_or_refused_with_a_hint(command: Command, text: str) -> None:
    refusal = refusal_of(f"{command.path} {text}")
    assert refusal is None or refusal.hint


@pytest.mark.parametrize("command", all_commands(), ids=lambda command: command.path)
def test_every_example_is_read_and_written_back(command: Command) -> None:
    read, raw = parse(example_of(command).removeprefix("/papers "))
    assert read is command
    again, raw_again = parse(write(command, raw))
    assert again is command
    assert parse_values(command, raw_again) == parse_values(command, raw)


@example("trending", "0; 0")
@example("trending", '"a; b"')
@example("digest topics", "a b; c")
@example("digest topics", "a, b; c d; -e")
@given(st.sampled_from(["search", "digest topics", "trending"]), st.text(max_size=40))
def test_a_button_asks_for_what_was_typed(verb: str, words: str) -> None:
    try:
        command, raw = parse(f"{verb} {words}")
        values = parse_values(command, raw)
    except UsageError:
        return
    again, raw_again = parse(write(command, raw))
    assert again is command
    assert parse_values(command, raw_again) == values


def test_words_of_a_terminal_are_assigned_like_typed_ones() -> None:
    schedule = next(command for command in all_commands() if command.path == "digest schedule")
    assert assign(schedule, ["09:00", "Europe/Berlin"]) == {"time": "09:00", "zone": "Europe/Berlin"}


def test_no_two_commands_share_a_path_and_descriptions_fit_discord() -> None:
    paths = [command.path for command in all_commands()]
    assert len(paths) == len(set(paths))
    assert all(0 < len(command.summary) <= 100 for command in all_commands())
    assert all(len(option.summary) <= 100 for command in all_commands() for option in command.options)
