"""Commands with their slash."""

import pytest

from bot.commands.typed import without_prefix


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("/papers trending", "trending"),
        ("  /PAPERS   search  two words ", "search  two words"),
        ("/papers", ""),
        ("/papers-digest topics add robotics", "digest topics add robotics"),
        ("/papers-digest", "digest"),
        ("trending", "trending"),
        ("/paper trending", "/paper trending"),
        ("/paperstrending", "/paperstrending"),
        ("", ""),
        ("/papers search a\nb", "search a\nb"),
    ],
)
def test_the_name_of_the_command_falls_away(text: str, rest: str) -> None:
    assert without_prefix(text) == rest


def test_a_workspace_may_know_it_by_another_name() -> None:
    assert without_prefix("/reading trending", "/reading") == "trending"
    assert without_prefix("/reading-digest status", "/reading") == "digest status"
    assert without_prefix("/papers trending", "/reading") == "trending"
    assert without_prefix("/reading trending") == "/reading trending"
