"""Views of any content: hostile titles, long texts, other scripts, characters that no client can draw."""

from hypothesis import strategies as st

from bot.models import PaperList
from bot.views import (
    Button,
    CardList,
    ChannelLine,
    ChannelList,
    Check,
    DigestPost,
    Effect,
    Explanation,
    Field,
    Help,
    HelpEntry,
    Link,
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
TEXT = st.one_of(HOSTILE, st.text(max_size=80))
URL = st.one_of(
    st.sampled_from(("https://arxiv.org/abs/2603.00001", "", "javascript:alert(1)", "https://", "http://[")),
    st.text(max_size=60).map(lambda tail: f"https://example.org/{tail}"),
    st.just("https://example.org/" + "y" * 3000),
)
LINKS = st.lists(st.builds(Link, TEXT, URL), max_size=4).map(tuple)
CARD = st.builds(
    PaperCard,
    ranked=st.integers(1, 99).map(lambda rank: make_ranked(make_paper(), rank=rank)),
    title=TEXT,
    url=URL,
    summary=TEXT,
    facts=st.lists(TEXT, max_size=4).map(tuple),
    links=LINKS,
    buttons=st.lists(
        st.builds(Button, TEXT, st.text(max_size=60), st.sampled_from((Effect.COUNT, Effect.ANSWER))), max_size=4
    ).map(tuple),
)
CARDS = st.lists(CARD, max_size=40).map(tuple)
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
