"""Slack's marks as HTML, and nothing else as HTML."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.web.mrkdwn import draw_mrkdwn
from tests.adapters.web.html import assert_harmless


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("*bold* and _italic_ and ~gone~", "<strong>bold</strong> and <em>italic</em> and <s>gone</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("2*3*4 stays, so does snake_case_name", "2*3*4 stays, so does snake_case_name"),
        ("`*code*`", "<code>*code*</code>"),
        ("```a\n*b*```", "<pre>a\n*b*</pre>"),
        ("one\ntwo", "one<br>two"),
        ("&gt; quoted\n&gt; more\nafter", "<blockquote>quoted<br>more</blockquote>after"),
        ("R&amp;D &lt;b&gt;", "R&amp;D &lt;b&gt;"),
        ("&amp;lt;", "&amp;lt;"),
        (
            "<https://example.org/a?b=1&amp;c=2|a &amp; b>",
            '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">a &amp; b</a>',
        ),
        ("<javascript:alert(1)|press>", "press"),
        ("<mailto:a@example.org|write>", '<a href="mailto:a@example.org" rel="noopener noreferrer nofollow">write</a>'),
        ("<@U123|ada>", '<span class="mention">@ada</span>'),
        ("<#C123>", '<span class="mention">#C123</span>'),
        ("<!channel>", '<span class="mention">@channel</span>'),
        ("&lt;!channel&gt;", "&lt;!channel&gt;"),
        (
            "<!date^1773144000^{date}|10 March>",
            '<time datetime="2026-03-10T12:00:00+00:00">10 March</time>',
        ),
        ("<!date^1773144000^{date}>", '<time datetime="2026-03-10T12:00:00+00:00">2026-03-10 12:00 UTC</time>'),
    ],
)
def test_marks(text: str, html: str) -> None:
    assert draw_mrkdwn(text) == html


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("<>&*_~`|\n!@#\"'"), max_size=200))
def test_no_text_becomes_an_element_of_its_own(text: str) -> None:
    assert_harmless(draw_mrkdwn(text))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="*_~<script>/ \n", max_size=120))
def test_nested_marks_close_in_order_however_deep(text: str) -> None:
    assert_harmless(draw_mrkdwn(text))


@pytest.mark.parametrize("piece", ["*", "_a ", "~", "`", "<", "> ", "*_~", "```", "&gt; ", "*a _b ~c "])
def test_a_long_text_of_marks_is_drawn_quickly(piece: str) -> None:
    start = time.process_time()
    draw_mrkdwn(piece * (12_000 // len(piece)))
    assert time.process_time() - start < 2
