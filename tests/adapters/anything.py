"""Views of any content: hostile titles, long texts, other scripts, characters that no client can draw."""

from hypothesis import strategies as st

from bot.buttons import Button, Effect, Link
from bot.models import PaperList
from bot.views import (
    CardList,
    ChannelLine,
    ChannelList,
    Check,
    DigestPost,
    Explanation,
    Field,
    Help,
    HelpEntry,
    Notice,
    PaperCard,
    PaperDetail,
    Run,
    Status,
    Tone,
    View,
)
from tests.builders import NOON, make_digest, make_paper, make_ranked, make_source

HOSTILE = st.sampled_from(
    (
        "<!channel> @everyone <@U1> <https://x.example|here>",
        "*bold* _italic_ ~gone~ `code` ```block```",
        "&amp; & < > |",
        "\u202eright to left\u0000\u0007\ud800",
        "دراسة عن الانتباه",
        "注意機構" * 60,
        "👩‍👩‍👧‍👦" * 40,
        "word " * 2000,
        "x" * 10_000,
        "",
        " \n\t ",
    )
)
MARKS = (*"*_`[]()<>@#|~&\\-", "1.", "://", "-# ", "@everyone", "<@1>")
OTHERS = (
    *("a", " ", "\n", "\0", "\r", "注", "ي", "🎁", "👩\u200d👧", "\u202e", "\u2066", "\ud800", "e\u0301"),
    "https://x.org",
)
PIECES = st.sampled_from(MARKS + OTHERS)
TEXT = st.one_of(
    HOSTILE,
    st.text(max_size=80),
    st.lists(PIECES, max_size=60).map("".join),
    PIECES.map(lambda piece: (piece * 3000)[:3000]),
)
"""Markup of every platform, in any mixture and length."""

ADDRESS = st.one_of(
    st.text(max_size=60).map(lambda tail: f"https://example.org/{tail}"),
    st.just("https://example.org/" + "y" * 3000),
)
NO_ADDRESS = st.sampled_from(("", "javascript:alert(1)", "https://", "http://["))
URL = st.one_of(st.just("https://arxiv.org/abs/2603.00001"), NO_ADDRESS, ADDRESS)
PICTURE = st.sampled_from((None, "https://cdn.example.org/x.png", "javascript:alert(1)", "https://[", "x" * 3000))
LINKS = st.lists(st.builds(Link, TEXT, URL), max_size=4).map(tuple)


@st.composite
def cards(draw: st.DrawFn, urls: st.SearchStrategy[str] = URL) -> PaperCard:
    """Of a paper and with buttons that no other number has."""
    number, title = draw(st.integers(1, 99_999)), draw(TEXT)
    pressed = st.builds(
        Button,
        TEXT,
        st.text(max_size=60).map(lambda words: f"{number} {words}"),
        st.sampled_from((Effect.COUNT, Effect.ANSWER)),
    )
    paper = make_paper(f"2603.{number:05}", title=title, thumbnail=draw(PICTURE))
    return PaperCard(
        ranked=make_ranked(paper, rank=number),
        title=title,
        url=draw(urls),
        summary=draw(TEXT),
        facts=tuple(draw(st.lists(TEXT, max_size=5))),
        links=draw(LINKS),
        buttons=tuple(draw(st.lists(pressed, max_size=4))),
    )


CARD = cards()
CARDS = st.lists(CARD, max_size=12, unique_by=lambda one: one.ranked.paper.id).map(tuple)
TEXTS = st.lists(TEXT, max_size=6).map(tuple)
FIELDS = st.lists(st.builds(Field, TEXT, TEXT), max_size=20).map(tuple)
BUTTONS = st.lists(st.builds(Button, TEXT, st.text(max_size=2500), st.sampled_from(Effect)), max_size=30).map(tuple)
STALE = st.lists(TEXT.map(lambda reason: make_source("arxiv", reason=reason)), max_size=2).map(tuple)
ANY_VIEW: st.SearchStrategy[View] = st.one_of(
    st.builds(
        CardList,
        title=TEXT,
        papers=st.just(PaperList(as_of=NOON, papers=(), total=0)),
        cards=CARDS,
        notes=TEXTS,
        empty=TEXT,
        command=TEXT,
        buttons=BUTTONS,
    ),
    st.builds(PaperDetail, card=CARD, fields=FIELDS, abstract=TEXT, notes=TEXTS, buttons=BUTTONS),
    st.builds(Explanation, card=CARD, headline=TEXT, reasons=FIELDS, missing=TEXTS, notes=TEXTS, buttons=BUTTONS),
    st.builds(Notice, tone=st.sampled_from(Tone), text=TEXT, hint=TEXT, reference=TEXT, fields=FIELDS, buttons=BUTTONS),
    st.builds(
        Help,
        title=TEXT,
        sections=st.lists(
            st.tuples(TEXT, st.lists(st.builds(HelpEntry, TEXT, TEXT, TEXT), max_size=20).map(tuple)), max_size=4
        ).map(tuple),
        notes=TEXTS,
    ),
    st.builds(
        DigestPost,
        digest=st.just(make_digest()),
        title=TEXT,
        date_line=TEXT,
        cards=CARDS,
        footer=TEXTS,
        preview=st.booleans(),
    ),
    st.builds(
        Status,
        channel=TEXT,
        headline=TEXT,
        state=TEXT,
        settings=FIELDS,
        next_runs=st.just(()),
        next_runs_in_words=TEXTS,
        last=st.lists(st.builds(Run, TEXT, TEXT, st.none(), TEXT, URL), max_size=10).map(tuple),
        checks=st.lists(st.builds(Check, TEXT, st.booleans(), TEXT, TEXT), max_size=6).map(tuple),
        stale=STALE,
        buttons=BUTTONS,
    ),
    st.builds(
        ChannelList,
        title=TEXT,
        channels=st.lists(st.builds(ChannelLine, TEXT, TEXT, TEXT, st.sampled_from((None, NOON))), max_size=60).map(
            tuple
        ),
        empty=TEXT,
        buttons=BUTTONS,
    ),
)
