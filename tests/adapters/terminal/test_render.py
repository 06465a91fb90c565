"""What people read at a terminal: complete, within its width, and without a title's own codes."""

import io
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from adapters.terminal.plain import line, plain
from adapters.terminal.render import print_view, render, to_text
from adapters.terminal.tables import signed
from bot import cards
from bot.views import DigestPost, PaperCard, View
from tests.adapters.examples import EXAMPLES, HOSTILE
from tests.builders import make_list, make_paper, make_ranked

GOLDEN = Path(__file__).parents[2] / "golden" / "terminal"


def drawn(view: View, *, width: int = 80, **options: object) -> str:
    """As a terminal of that width gets it."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, _environ={}, **options)  # type: ignore[arg-type]  # rich types each option
    render(view, console)
    return out.getvalue()


def cards_of(view: View) -> tuple[PaperCard, ...]:
    if isinstance(view, DigestPost):
        return view.cards
    found = getattr(view, "cards", None) or ([view.card] if hasattr(view, "card") else [])
    return tuple(found)


@pytest.mark.parametrize("name", EXAMPLES)
def test_plain_text_is_as_recorded(name: str) -> None:
    """REWRITE_GOLDEN=1 records anew; the difference is to be read."""
    path = GOLDEN / f"{name}.txt"
    text = to_text(EXAMPLES[name])
    if os.environ.get("REWRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_the_address_of_every_paper_is_whole_at_every_width(name: str, width: int) -> None:
    rows = drawn(EXAMPLES[name], width=width, no_color=True).splitlines()
    for card in cards_of(EXAMPLES[name]):
        assert any(row.strip().endswith(card.url) for row in map(plain, rows))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("width", [30, 80, 120])
def test_rows_keep_to_the_width_save_for_what_is_to_be_copied(name: str, width: int) -> None:
    too_wide = [row for row in map(plain, drawn(EXAMPLES[name], width=width).splitlines()) if cell_len(row) > width]
    assert all("https://" in row or "/papers" in row for row in too_wide)


def test_codes_and_markup_of_a_title_are_only_text() -> None:
    text = to_text(EXAMPLES["list"])
    assert "\x1b" not in text
    assert " ".join(text.split()).count("[bold]off[/bold]") == 1
    assert "\x1b[31m" not in drawn(EXAMPLES["list"])


def test_no_color_keeps_the_text_and_drops_the_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    render(EXAMPLES["explanation"], Console(file=out, width=80, force_terminal=True))
    coloured = drawn(EXAMPLES["explanation"], color_system="standard")
    assert "\x1b[1;32m" in coloured
    assert "\x1b[1;32m" not in out.getvalue()
    assert "63 upvotes" in out.getvalue()


def test_away_from_a_terminal_there_are_no_codes_at_all() -> None:
    out = io.StringIO()
    render(EXAMPLES["status"], Console(file=out, width=80, _environ={}))
    assert "\x1b" not in out.getvalue()


def test_a_file_gets_plain_text() -> None:
    out = io.StringIO()
    print_view(EXAMPLES["error"], out)
    assert [row.rstrip() for row in out.getvalue().splitlines()] == to_text(EXAMPLES["error"]).splitlines()


def test_buttons_become_commands_to_type_but_nothing_is_shared_from_a_terminal() -> None:
    text = to_text(EXAMPLES["list"])
    assert "Next ▶: /papers trending page:2" in text
    assert "Share" not in text


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.integers(12, 120))
def test_any_title_and_summary_can_be_drawn(text: str, width: int) -> None:
    ranked = make_ranked(make_paper(title=text, abstract=text, authors=(text,), organization=text))
    view = cards.card_list(text, make_list(ranked), command="/papers trending", empty="")
    written = drawn(view, width=width, no_color=True)
    assert "https://arxiv.org/abs/2603.00001" in written
    written.encode()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(codec=None) | st.sampled_from("\x1b\x9b[]0;m\x07\u202e"), max_size=60))
def test_plain_text_holds_no_control_characters(text: str) -> None:
    assert all(c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"} for c in plain(text))
    assert "\n" not in line(text)
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069") & set(plain(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\x9b2Jb", "ab"),
        ("left\u202eright", "leftright"),
        ("a\tb\rc", "a b c"),
        (HOSTILE[:23], "Attention pays"),
        ("emoji 👩\u200d🔬 stays", "emoji 👩\u200d🔬 stays"),
    ],
)
def test_escape_sequences_vanish_and_text_stays(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_signed_part_is_read_with_either_minus_sign() -> None:
    assert (signed("+0.31"), signed("−1.20"), signed("-2"), signed("a lot")) == (0.31, -1.2, -2.0, 0.0)
