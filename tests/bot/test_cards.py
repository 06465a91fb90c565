"""What a person reads of a paper."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import SUMMARY_LENGTH, card, detail, digest_post, explanation, one_line, shortened, signed, stale_notes
from bot.models import ChannelKey, Counts, ScorePart, SourceStatus, Topics
from tests.builders import ADA, NOON, days, hours, make_digest, make_paper, make_ranked


def test_a_card_tells_what_is_known_and_nothing_else() -> None:
    bare = card(make_ranked(make_paper(abstract="", authors=(), categories=()), counts=Counts()))
    assert bare.facts == ("8 Mar 2026",)
    assert bare.summary == ""
    full = card(
        make_ranked(make_paper(organization="Example Lab"), counts=Counts(upvotes=1204, comments=1, github_stars=0))
    )
    assert full.facts == ("▲ 1,204", "★ 0", "1 comment", "Example Lab", "cs.LG", "8 Mar 2026")


def test_a_card_links_to_where_the_paper_can_be_read() -> None:
    linked = card(make_ranked(make_paper("2603.00001", github_repo="example/code", project_page="https://example.org")))
    assert linked.url == "https://arxiv.org/abs/2603.00001"
    assert [link.label for link in linked.links] == ["Hugging Face", "PDF", "Code", "Project"]
    elsewhere = card(make_ranked(make_paper("doi:10.1000/1", sources=("semantic_scholar",))))
    assert elsewhere.url == "https://doi.org/10.1000/1"
    assert elsewhere.links == ()


def test_a_summary_is_one_line_and_the_source_s_own_where_there_is_one() -> None:
    paper = make_paper(abstract="First.\n  Second.", summary=None)
    assert card(make_ranked(paper)).summary == "First. Second."
    assert card(make_ranked(make_paper(summary="Short."))).summary == "Short."
    assert len(card(make_ranked(make_paper(abstract="word " * 200))).summary) <= SUMMARY_LENGTH


@given(st.text(max_size=400), st.integers(2, 100))
def test_shortening_keeps_the_beginning_and_the_length(text: str, length: int) -> None:
    line = one_line(text)
    short = shortened(line, length)
    assert len(short) <= length
    assert short == line or (short.endswith("…") and line.startswith(short[:-1]))


def test_a_detail_leaves_out_what_nobody_told() -> None:
    view = detail(make_ranked(make_paper(), counts=Counts(upvotes=3)), stale=(), as_of=NOON, buttons=())
    labels = [field.label for field in view.fields]
    assert "Upvotes" in labels
    assert not {"GitHub stars", "DOI", "Comment", "Announced"} & set(labels)
    assert all(field.text for field in view.fields)


def test_signs_are_told_with_a_true_minus() -> None:
    assert signed(ScorePart(signal="age", value=1, unit="hours", part=-0.126, text="old")) == "−0.13"
    assert signed(ScorePart(signal="age", value=1, unit="hours", part=0.3, text="new")) == "+0.30"


def test_a_stale_source_is_told_by_name_and_time() -> None:
    never = SourceStatus(source="arxiv", failing_since=NOON, reason="it refused")
    before = SourceStatus(source="github", last_success_at=NOON - days(2), failing_since=NOON - hours(1))
    assert stale_notes((never, before), NOON) == (
        "arXiv has not answered yet (it refused); I keep trying.",
        "GitHub is not answering; what it says here is from 8 Mar 2026, 12:00 UTC.",
    )


def test_a_digest_s_footer_counts_and_says_who_set_it_up() -> None:
    ranked = make_ranked(make_paper())
    about_topics = make_digest(ranked, considered=214, matched=3, topics=Topics(include=("robots",)), set_up_by=ADA)
    assert digest_post(about_topics, command="/papers").footer[0].startswith("3 of 214 new papers matched")
    assert "set up by Ada" in digest_post(about_topics, command="/papers").footer[0]
    everything = make_digest(ranked, considered=214, matched=214, topics=Topics())
    assert digest_post(everything, command="/papers").footer[0].startswith("1 of 214 new papers")


def test_what_nobody_knows_is_named_as_missing_and_is_no_line_of_the_reasons() -> None:
    parts = (
        ScorePart(signal="upvotes", value=40.0, unit="upvotes", part=0.8, text="40 upvotes in all"),
        ScorePart(signal="comments", value=0.0, unit="comments", part=0.0, text="0 comments"),
        ScorePart(signal="citations", value=None, unit="citations", part=0.0, text="citations: not known"),
        ScorePart(signal="taste", value=None, unit="", part=-0.4, text="this channel's taste"),
    )
    told = explanation(make_ranked(parts=parts), "Place 1.", missing=("citations",), notes=())
    assert [(reason.label, reason.text) for reason in told.reasons] == [
        ("+0.80", "40 upvotes in all"),
        ("−0.40", "this channel's taste"),
        ("+0.00", "0 comments"),
    ]
    assert told.missing == ("citations",)


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("slack:T0001:C0001", " · settings? /papers digest settings"),
        ("slack:T0001:U0001", " · settings? /papers subscribe"),
        ("discord:@me:1", " · settings? /papers subscribe"),
        ("email:ada@example.org", None),
    ],
)
def test_a_footer_says_where_its_settings_are(channel: str, said: str | None) -> None:
    footer = digest_post(replace(make_digest(), channel=ChannelKey.parse(channel)), command="/papers").footer[0]
    assert "settings?" not in footer if said is None else said in footer
