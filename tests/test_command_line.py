"""The command line: what stands on standard output, and the exit codes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.queries import as_typed
from bot.commands import all_commands
from bot.commands.grammar import assign

CHECKOUT = Path(__file__).resolve().parents[1]


def broadsheet(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run in an empty folder, with nothing of ours in the environment but what the test gives."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=bare | {"PYTHONPATH": str(CHECKOUT), "SEMANTIC_MODEL": "off"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_empty_list_is_one_object_and_no_failure(tmp_path: Path) -> None:
    answer = broadsheet(tmp_path, "trending", "--json")
    assert answer.returncode == 0
    found = json.loads(answer.stdout)
    assert (found["total"], found["papers"], found["stale"]) == (0, [], [])
    assert found["as_of"].endswith("Z")


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        (["paper", "2603.99999"], "unknown_paper", 1),
        (["daily", "--date", "tomorrow"], "bad_date", 2),
        (["trendign"], "usage", 2),
        (["digest", "status", "--channel", "nowhere"], "bad_channel", 2),
    ],
)
def test_what_is_wrong_is_one_object_with_a_hint(
    tmp_path: Path, arguments: list[str], code: str, exit_code: int
) -> None:
    answer = broadsheet(tmp_path, *arguments, "--json")
    assert answer.returncode == exit_code
    error = json.loads(answer.stdout)["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["hint"]


def test_a_malformed_setting_stops_with_three_and_one_line(tmp_path: Path) -> None:
    answer = broadsheet(tmp_path, "trending", PORT="eighty")
    assert answer.returncode == 3
    assert answer.stdout == ""
    assert answer.stderr.splitlines()[0].startswith("PORT was read as 'eighty'")
    assert "Traceback" not in answer.stderr


def test_a_database_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "broadsheet.db").write_text("somebody's notes", encoding="utf-8")
    answer = broadsheet(tmp_path, "trending", "--json")
    assert answer.returncode == 1
    assert json.loads(answer.stdout)["error"]["code"] == "database_foreign"
    assert (tmp_path / "broadsheet.db").read_text(encoding="utf-8") == "somebody's notes"


def test_settings_mask_secrets_and_say_where_each_came_from(tmp_path: Path) -> None:
    answer = broadsheet(tmp_path, "settings", "--json", SLACK_BOT_TOKEN="xoxb-invented-token")
    settings = json.loads(answer.stdout)["settings"]
    assert settings["SLACK_BOT_TOKEN"] == {"value": "***", "from": "environment"}
    assert settings["PORT"]["from"] == "default"
    assert "invented" not in answer.stdout


def test_a_subscription_made_at_the_terminal_is_told_by_its_status(tmp_path: Path) -> None:
    key = "discord:42:43"
    assert broadsheet(tmp_path, "digest", "subscribe", "weekly", "--channel", key).returncode == 0
    assert broadsheet(tmp_path, "digest", "schedule", "7:30", "Asia/Tokyo", "--channel", key).returncode == 0
    status = json.loads(broadsheet(tmp_path, "digest", "status", "--channel", key, "--json").stdout)
    assert status["channel"] == key
    assert status["state"] == "active"
    assert len(status["next_runs"]) == 3


def test_an_operator_lists_deliveries_and_is_told_of_a_wrong_channel(tmp_path: Path) -> None:
    none = broadsheet(tmp_path, "deliveries", "--state", "unknown", "--json")
    assert (none.returncode, json.loads(none.stdout)) == (0, {"deliveries": []})

    wrong = broadsheet(tmp_path, "deliveries", "--channel", "x", "--json")
    assert wrong.returncode == 2
    assert "slack:T0001:C0001" in json.loads(wrong.stdout)["error"]["hint"]


def test_a_text_is_tried_as_each_platform_would_get_it(tmp_path: Path) -> None:
    slack = broadsheet(tmp_path, "try", "/papers help", "--platform", "slack")
    assert json.loads(slack.stdout)["slack"][0]["blocks"]
    discord = broadsheet(tmp_path, "try", "/papers help", "--platform", "discord")
    assert json.loads(discord.stdout)["discord"][0]["components"]
    assert "trending" in broadsheet(tmp_path, "try", "/papers help").stdout


def test_the_manifest_is_json_with_the_command(tmp_path: Path) -> None:
    manifest = json.loads(broadsheet(tmp_path, "slack", "manifest", SLACK_COMMAND="/sheets").stdout)
    assert manifest["features"]["slash_commands"][0]["command"] == "/sheets"


def test_every_command_of_chat_is_a_command_of_the_terminal(tmp_path: Path) -> None:
    told = broadsheet(tmp_path, "--help").stdout + broadsheet(tmp_path, "digest", "--help").stdout
    words = set(re.findall(r"[a-z][a-z-]+", told))
    assert {command.name for command in all_commands() if command.path != "help"} <= words


def test_an_operator_links_two_teams_and_takes_them_apart(tmp_path: Path) -> None:
    linked = broadsheet(tmp_path, "teams", "link", "slack:T0001", "discord:4242", "--json")
    assert json.loads(linked.stdout) == {"team": ["discord:4242", "slack:T0001"]}
    apart = broadsheet(tmp_path, "teams", "unlink", "discord:4242", "--json")
    assert json.loads(apart.stdout) == {"team": ["discord:4242"]}
    wrong = broadsheet(tmp_path, "teams", "link", "slack:T0001", "myspace:1", "--json")
    assert (wrong.returncode, json.loads(wrong.stdout)["error"]["code"]) == (2, "bad_value")


@pytest.mark.parametrize(
    ("words", "query"),
    [
        (["robots that grasp"], "robots that grasp"),
        (["robots", "that", "grasp"], "robots that grasp"),
        (['"robots that" grasp'], '"robots that" grasp'),
        (["grasp", "robots that"], 'grasp "robots that"'),
    ],
)
def test_a_search_in_the_shells_quotation_marks_is_of_words_and_no_phrase(words: list[str], query: str) -> None:
    search = next(one for one in all_commands() if one.name == "search")
    assert assign(search, as_typed(search, words))["query"] == query


def test_a_topic_in_the_shells_quotation_marks_stays_one_term() -> None:
    topics = next(one for one in all_commands() if one.name == "topics")
    assert as_typed(topics, ["add", "graph learning"]) == ["add", '"graph learning"']
