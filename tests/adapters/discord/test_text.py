"""Text as Discord reads it: nothing of somebody else's acts, nothing is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.text import address, code, escape, linked, prose
from bot.plain import clean, cut, length, one_line, pieces

# Discord's Markdown, as far as one span of it decides: https://support.discord.com/hc/en-us/articles/210298617
ACTING = re.compile(
    r"(?<!\\)(?:\\\\)*(?:[*_~|`\[\]<>@#]|https?://)|^[ \t]*(?:[-+]|\d+\.)[ \t]",
    re.MULTILINE,
)


@given(st.text(alphabet=st.sampled_from("ab \n*_~|`[]()<>@#-+1.:/\\"), max_size=80))
def test_no_mark_is_left_unescaped(text: str) -> None:
    assert not ACTING.search(escape(text))


@given(st.text(alphabet=st.sampled_from("ab \n*_~|`[]()<>@#-+1.:/"), max_size=80))
def test_escaping_only_adds_backslashes(text: str) -> None:
    assert escape(text).replace("\\", "") == text


@pytest.mark.parametrize("text", ["well-known", "a + b", "2603.00001", "3.5 times", "10:30", "a - b"])
def test_everyday_words_stay_as_they_are(text: str) -> None:
    assert escape(text) == text


def test_words_between_backticks_of_our_own_sentences_stay_code() -> None:
    assert prose("I didn't know `topc_*`; *really*.") == "I didn't know `topc_*`; \\*really\\*."


def test_a_lonely_backtick_is_only_a_character() -> None:
    assert prose("a ` b") == "a \\` b"


def test_code_holds_no_backtick_of_somebody_else() -> None:
    assert code("a`b\nc") == "`a'b c`"
    assert code("  ") == ""


def test_what_no_client_draws_is_taken_out() -> None:
    assert clean("a\0b\x1bc\u202ed\ud800e\r\nf") == "abcd\N{REPLACEMENT CHARACTER}e\nf"
    assert one_line(" a\n b\u2028c ") == "a b c"


@given(st.text(max_size=300), st.integers(2, 100))
def test_pieces_hold_every_word_and_keep_the_limit(text: str, limit: int) -> None:
    found = pieces(text, limit)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(0 < length(piece) <= limit for piece in found)


@given(st.text(max_size=200), st.integers(2, 100))
def test_a_cut_text_keeps_the_limit(text: str, limit: int) -> None:
    assert length(cut(text, limit)) <= limit
    assert length(text) > limit or cut(text, limit) == text


def test_a_text_is_cut_between_words() -> None:
    assert cut("one two three", 10) == "one two…"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://arxiv.org/abs/2603.00001", "https://arxiv.org/abs/2603.00001"),
        (" https://example.org/a (b)*.pdf ", "https://example.org/a%20%28b%29%2A.pdf"),
        ("https://example.org/100%25?q=ä", "https://example.org/100%25?q=%C3%A4"),
        ("javascript:alert(1)", None),
        ("ftp://example.org/x", None),
        ("https://", None),
        ("https://[", None),
        ("https://a b/", None),
        ("https://example.org:port/", None),
        ("HTTPS://user:secret@Example.org:8080/x", "https://example.org:8080/x"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("", None),
        ("https://example.org/" + "x" * 2000, None),
    ],
)
def test_only_web_addresses_become_links(url: str, expected: str | None) -> None:
    assert address(url) == expected


@pytest.mark.parametrize(
    "title", ["a [b] c", "**a**", "_a_ b", "a `b`", "see https://x.org", "a 🎁", "@everyone", "a ~~b~~", "a \\ b", "⚡"]
)
def test_what_would_break_or_style_a_label_stays_outside_of_it(title: str) -> None:
    assert linked(title, "https://example.org/") == f"{escape(title)} · [read](https://example.org/)"


@pytest.mark.parametrize("title", ["A* search", "snake_case", "50 % (of all) – a “study”", "注意機構", "C#"])
def test_everything_else_is_the_label(title: str) -> None:
    assert linked(title, "https://example.org/") == f"[{title}](https://example.org/)"
