"""Discord's marks as HTML, and nothing else as HTML."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.web.discord_markdown import draw_discord_markdown, draw_inline
from tests.adapters.web.html import assert_harmless

REL = 'rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "**bold** *it* _it_ __under__ ~~gone~~",
            "<strong>bold</strong> <em>it</em> <em>it</em> <u>under</u> <s>gone</s>",
        ),
        ("***both***", "<strong><em>both</em></strong>"),
        ("**bold with \\** inside**", "<strong>bold with ** inside</strong>"),
        (r"\*not\* \[a\](b) \<b\>", "*not* [a](b) &lt;b&gt;"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("`**code**` ``a``", "<code>**code**</code> <code>a</code>"),
        ("||secret||", '<span class="spoiler">secret</span>'),
        ("[**a** b](https://example.org/x)", f'<a href="https://example.org/x" {REL}><strong>a</strong> b</a>'),
        ("[a](<https://example.org/x>)", f'<a href="https://example.org/x" {REL}>a</a>'),
        (r"[a \[b\]](https://example.org/(x))", f'<a href="https://example.org/(x)" {REL}>a [b]</a>'),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("<https://example.org>", f'<a href="https://example.org" {REL}>https://example.org</a>'),
        ("https://example.org/a_b_c", f'<a href="https://example.org/a_b_c" {REL}>https://example.org/a_b_c</a>'),
        ("<t:1773144000:F>", '<time datetime="2026-03-10T12:00:00+00:00">10 March 2026 12:00 UTC</time>'),
        ("<t:-99999999999>", "-99999999999"),
        ("<@123> <#123>", '<span class="mention">@someone</span> <span class="mention">#channel</span>'),
        ("</papers trending:123>", '<span class="mention">/papers trending</span>'),
        ("<a:wave:123> <:ok:1>", ":wave: :ok:"),
        ("<script>alert(1)</script> & more", "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"),
        ("@everyone", "@everyone"),
    ],
)
def test_marks_within_a_line(text: str, html: str) -> None:
    assert draw_inline(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("## Title", '<p class="dc-h2" role="heading" aria-level="5">Title</p>'),
        ("-# small **print**", '<div class="dc-small">small <strong>print</strong></div>'),
        ("> quoted", "<blockquote>quoted</blockquote>"),
        ("- one\n  - two", '<div class="dc-item indent-0">one</div><div class="dc-item indent-1">two</div>'),
        ("a\n\nb", '<div class="dc-line">a</div><div class="dc-line"><br></div><div class="dc-line">b</div>'),
        ("#hashtag", '<div class="dc-line">#hashtag</div>'),
        (r"\# no title", '<div class="dc-line"># no title</div>'),
        ("```py\n**x**\n```", "<pre>**x**</pre>"),
        ("before\n```x```", '<div class="dc-line">before</div><pre>x</pre>'),
    ],
)
def test_marks_of_whole_lines(text: str, html: str) -> None:
    assert draw_discord_markdown(text) == html


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("<>&*_~`|\n[]()#->\\\"'"), max_size=200))
def test_no_text_becomes_an_element_of_its_own(text: str) -> None:
    assert_harmless(draw_discord_markdown(text))


@pytest.mark.parametrize(
    "piece", ["*", "**a", "_", "__a ", "~~a", "||a", "`", "[", "[a](", "\\", "```", "https://a(", "<t:1", "# ", "***a"]
)
def test_a_long_text_of_marks_is_drawn_quickly(piece: str) -> None:
    start = time.process_time()
    draw_discord_markdown(piece * (4_000 // len(piece)))
    assert time.process_time() - start < 2
