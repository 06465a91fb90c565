"""One of each view as Discord may have to show it. All invented."""

from dataclasses import replace
from datetime import timedelta

from bot.buttons import Button, Effect, Link
from bot.cards import compact
from bot.views import (
    CardList,
    ChannelLine,
    ChannelList,
    Check,
    DigestPost,
    Document,
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
from tests.builders import NOON, make_digest, make_list, make_paper, make_ranked, make_source

HOSTILE = "**Free** @everyone <@123456789012345678> [gift](https://example.org/x) `rm` ||~~_now_~~|| 🎁 # - >"
LONG_COMMAND = "search " + "sparse attention " * 8 + "page:2"


def make_card(number: int = 1, title: str = "Sparse attention for long texts", **changes: object) -> PaperCard:
    """A card of paper 2603.0000N with a picture on every odd number."""
    paper_id = f"2603.{number:05}"
    picture = f"https://cdn.example.org/{paper_id}.png" if number % 2 else None
    values: dict[str, object] = {
        "ranked": make_ranked(make_paper(paper_id, title=title, thumbnail=picture), rank=number),
        "title": title,
        "url": f"https://arxiv.org/abs/{paper_id}",
        "summary": "Attention over few positions reads a whole book at the price of a page.",
        "facts": ("▲ 63", "★ 1,204", "cs.CL"),
        "links": (Link("PDF", f"https://arxiv.org/pdf/{paper_id}"), Link("Code", "https://github.com/example/sparse")),
    }
    return PaperCard(**(values | changes))  # type: ignore[arg-type]  # a builder of tests


CARDS = (
    make_card(1),
    make_card(2, HOSTILE, summary="It *shouts* and\nbreaks lines: https://example.org/y"),
    make_card(3, "注意機構を疎にする"),
)
TURN = Button("Next ▶", "trending page:2", Effect.REPLACE)
SHARE = Button("Share", "trending page:1", Effect.PUBLISH)
VOTES = (Button("👍 2", "vote 2603.00001 up", Effect.COUNT), Button("Save", "save 2603.00001", Effect.COUNT))
ELSEWHERE = Link("In another channel on 9 Mar", "https://discord.com/channels/1/2/3")
FAILING = make_source("huggingface", failing_since=NOON - timedelta(hours=2), reason="it answered 503")

VIEWS: dict[str, View] = {
    "list": CardList(
        title="Trending papers · 7d",
        papers=make_list(*(card.ranked for card in CARDS), total=214),
        cards=CARDS,
        notes=("Hugging Face is not answering; what it says here is from 06:10 UTC.",),
        command="trending robotics window:7d",
        buttons=(TURN, SHARE),
    ),
    "empty_list": CardList(
        title="Search · quantum toast",
        papers=make_list(),
        cards=(),
        empty="Nothing found. Try fewer or other words.",
        command='search "quantum toast"',
    ),
    "long_command": CardList(
        title="Search", papers=make_list(), cards=(), buttons=(Button("Next ▶", LONG_COMMAND, Effect.REPLACE),)
    ),
    "detail": PaperDetail(
        card=CARDS[0],
        fields=(Field("Authors", "Ada Example, Ben Sample"), Field("Id", "2603.00001")),
        abstract="We look at few positions.\n\n1. They suffice.\n- They are cheap.",
        notes=("Rankings are from 06:10.",),
        buttons=(Button("Why?", "why 2603.00001", Effect.ANSWER), Button("Share", "paper 2603.00001", Effect.PUBLISH)),
    ),
    "explanation": Explanation(
        card=CARDS[1],
        headline="Place 2 of 214 trending papers.",
        reasons=(Field("+1.25", "63 upvotes in the last 7 days"), Field("−0.50", "it is 9 days old")),
        missing=("GitHub stars", "comments"),
    ),
    "notice": Notice(
        tone=Tone.OK,
        text="The schedule is saved.",
        hint="Change it with /papers digest schedule.",
        fields=(Field("When", "daily at 09:00"), Field("Next runs", "tomorrow at 09:00\nThursday at 09:00")),
        buttons=(Button("Preview", "digest preview", Effect.ANSWER),),
    ),
    "error": Notice(
        tone=Tone.ERROR,
        text="I didn't know `topc`. Did you mean `topic`?",
        hint="Example: /papers digest topics add robotics",
        code="unknown_option",
        reference="7f3a",
    ),
    "help": Help(
        title="Broadsheet",
        sections=(
            ("Papers", (HelpEntry("search QUERY [since:…]", "Find papers", "/papers search sparse since:90d"),)),
            ("Digest", (HelpEntry("digest send [again:…]", "Post it now", "/papers digest send"),)),
        ),
        notes=("Papers are from Hugging Face and arXiv.",),
    ),
    "digest": DigestPost(
        digest=make_digest(*(card.ranked for card in CARDS), considered=214),
        title="Trending papers",
        date_line="Tuesday 10 March 2026",
        cards=CARDS,
        footer=("3 of 214 new papers matched · set up by Ada", "Thank you to arXiv."),
    ),
    "digest_with_buttons": DigestPost(
        digest=make_digest(CARDS[0].ranked, considered=214),
        title="Trending papers",
        date_line="Tuesday 10 March 2026",
        cards=(make_card(1, buttons=VOTES),),
        footer=("1 of 214 new papers matched",),
    ),
    "preview": DigestPost(
        digest=make_digest(considered=8, quiet_because="none of 8 new papers matched the topics"),
        title="Trending papers",
        date_line="Tuesday 10 March 2026",
        cards=(),
        footer=("0 of 8 new papers matched",),
        preview=True,
    ),
    "seen_elsewhere": DigestPost(
        digest=make_digest(CARDS[0].ranked, CARDS[1].ranked, considered=214),
        title="Trending papers",
        date_line="Tuesday 10 March 2026",
        cards=(replace(CARDS[0], earlier=ELSEWHERE), replace(compact(CARDS[1]), earlier=ELSEWHERE)),
        footer=("2 of 214 new papers matched",),
    ),
    "compact": DigestPost(
        digest=make_digest(*(card.ranked for card in CARDS), considered=214),
        title="Trending papers",
        date_line="Tuesday 10 March 2026",
        cards=(compact(make_card(1, buttons=VOTES)), compact(CARDS[1]), compact(CARDS[2])),
        footer=("3 of 214 new papers matched",),
    ),
    "document": Document(
        title="Your library as BibTeX",
        name="library.bib",
        text="@article{2603.00001,\n  title = {Sparse *attention* ```for``` long texts},\n}\n",
        notes=("1 paper.",),
        buttons=(Button("As CSV", "library export format:csv", Effect.ANSWER),),
    ),
    "status": Status(
        channel="discord:900000000000000001:900000000000000002",
        headline="The next digest comes tomorrow at 09:00.",
        state="active",
        settings=(Field("When", "daily at 09:00"), Field("Topics", "any of “robotics”, “agents”")),
        next_runs=(NOON + timedelta(hours=21),),
        next_runs_in_words=("tomorrow at 09:00",),
        last=(
            Run("2026-03-10", "sent", "sent", "5 papers at 09:00", "https://discord.com/channels/1/2/3"),
            Run("2026-03-09", "failed", "dead_channel", "I may not write in the channel."),
        ),
        checks=(Check("schedule", ok=False, message="paused", hint="Mend it, then /papers digest subscribe."),),
        stale=(FAILING,),
        buttons=(Button("Send again", "digest send again:yes", Effect.ANSWER),),
    ),
    "channels": ChannelList(
        title="Digests of this workspace",
        channels=(
            ChannelLine("discord:900000000000000001:900000000000000002", "active", "daily", NOON + timedelta(hours=21)),
            ChannelLine("discord:@me:900000000000000003", "paused", "weekly · “agents”", None),
        ),
    ),
    "no_channels": ChannelList(title="Digests of this workspace", channels=(), empty="No channel has a digest yet."),
}
