"""Text to and from Slack."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.text import address, escape, typed
from bot.plain import clean, cut, length, one_line, pieces


@pytest.mark.parametrize(
    ("from_slack", "text"),
    [
        ("paper <https://arxiv.org/abs/2603.00001>", "paper https://arxiv.org/abs/2603.00001"),
        ("paper <http://arxiv.org/abs/1|arxiv.org/abs/1>", "paper http://arxiv.org/abs/1"),
        ("digest subscribe channel:<#C123|papers>", "digest subscribe channel:<#C123|papers>"),
        ("digest subscribe channel:<#C123>", "digest subscribe channel:<#C123>"),
        ("follow <@U123|ada>", "follow @ada"),
        ("follow <@U123>", "follow @U123"),
        ("search <!here> now", "search @here now"),
        ("search <!subteam^S1|@readers> now", "search @readers now"),
        ("digest format ping:<!subteam^S1|@readers>", "digest format ping:<!subteam^S1|@readers>"),
        ("subscribe <mailto:ada@example.org|ada@example.org>", "subscribe ada@example.org"),
        ("search R&amp;D a &lt; b &gt; c", "search R&D a < b > c"),
        ("search &amp;lt;", "search &lt;"),
        ("search “smart quotes” 注意", "search “smart quotes” 注意"),
        ("", ""),
    ],
)
def test_what_a_person_typed_is_read_back(from_slack: str, text: str) -> None:
    assert typed(from_slack) == text


@given(st.text(max_size=60))
def test_escaped_text_comes_back_as_it_was_typed(text: str) -> None:
    assert typed(escape(text)) == text


@given(st.text(max_size=60))
def test_escaped_text_opens_nothing(text: str) -> None:
    assert not set("<>") & set(escape(text))


@given(st.text(), st.integers(1, 40))
def test_a_cut_text_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert length(cut(clean(text), limit)) <= limit


def test_a_text_is_cut_at_a_word_and_says_so() -> None:
    assert cut("attention is all you need", 18) == "attention is all…"
    assert cut("short", 18) == "short"


def test_an_emoji_is_not_cut_in_half() -> None:
    assert cut("👩👩👩", 4) == "👩…"


@given(st.text(alphabet=st.sampled_from("ab \n👩注"), max_size=300), st.integers(2, 50))
def test_pieces_hold_the_whole_text_within_the_limit(text: str, limit: int) -> None:
    split = pieces(text, limit)
    assert all(0 < length(piece) <= limit for piece in split)
    assert "".join("".join(split).split()) == "".join(text.split())


def test_what_no_client_can_draw_is_left_out() -> None:
    assert clean("a\x00b\x1b\u202ec\ud800\nd") == "abc\ufffd\nd"
    assert one_line(" a\n\n b\t") == "a b"


@pytest.mark.parametrize(
    ("url", "fit"),
    [
        ("https://arxiv.org/abs/2603.00001", "https://arxiv.org/abs/2603.00001"),
        ("https://doi.org/10.1000/a<b>|c d", "https://doi.org/10.1000/a%3Cb%3E%7Cc%20d"),
        ("https://example.org/%20x", "https://example.org/%20x"),
        ("https://example.org/注", "https://example.org/%E6%B3%A8"),
        ("javascript:alert(1)", None),
        ("ftp://example.org/", None),
        ("https://", None),
        ("http://[", None),
        ("", None),
        ("https://example.org/" + "x" * 2000, None),
    ],
)
def test_only_addresses_that_fit_a_link_become_one(url: str, fit: str | None) -> None:
    assert address(url) == fit
