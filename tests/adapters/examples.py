"""One of each view, with what renderers trip over: markup, escape codes, mentions, other scripts. All invented."""

from bot import cards
from bot.buttons import Button, Effect
from bot.models import Counts, ScorePart
from bot.views import ChannelLine, ChannelList, Check, Field, Help, HelpEntry, Notice, Run, Status, Tone, View
from tests.builders import NOON, hours, make_digest, make_list, make_paper, make_ranked, make_source

HOSTILE = (
    "Attention \x1b[31mpays\x1b[0m [bold]off[/bold] <!channel> @everyone <script>alert(1)</script> & *more* `code`"
)

RANKED = tuple(
    make_ranked(
        make_paper(
            f"2603.0000{rank}",
            title=title,
            github_repo="example/attention" if rank == 1 else None,
            organization="Example Institute" if rank == 1 else None,
            sources=("hugging_face",),
        ),
        rank=rank,
        counts=Counts(upvotes=63 - rank, github_stars=1204 if rank == 1 else None, comments=3),
        parts=(
            ScorePart(
                signal="upvotes", value=63.0, unit="upvotes a day", part=1.25, text="63 upvotes in the last 7 days"
            ),
            ScorePart(signal="age", value=9.0, unit="days", part=-0.5, text="it is 9 days old"),
        ),
        score=0.75,
    )
    for rank, title in enumerate((HOSTILE, "注意機構を疎にする", "انتباه متفرق للنصوص الطويلة"), 1)
)
FAILING = make_source("hugging_face", failing_since=NOON - hours(2), reason="it answered 503")

EXAMPLES: dict[str, View] = {
    "list": cards.card_list(
        "Trending papers · 7d",
        make_list(*RANKED, total=214, stale=(FAILING,)),
        command="trending",
        empty="",
        buttons=(
            Button("Next ▶", "trending page:2", Effect.REPLACE),
            Button("Share", "trending page:1", Effect.PUBLISH),
        ),
    ),
    "empty_list": cards.card_list(
        "Trending papers · 24h", make_list(), command="trending window:24h", empty="Nothing is trending yet."
    ),
    "detail": cards.detail(
        RANKED[0],
        stale=(),
        as_of=NOON,
        buttons=(Button("Why?", "why 2603.00001", Effect.ANSWER), Button("Share", "paper 2603.00001", Effect.PUBLISH)),
    ),
    "explanation": cards.explanation(
        RANKED[0], "Place 1 of 214 trending papers.", missing=("models, datasets and spaces",), notes=("A note.",)
    ),
    "notice": Notice(
        tone=Tone.OK,
        text="This channel now gets a digest.",
        hint="Change it with /papers digest topics.",
        fields=(Field("When", "weekdays at 09:00"), Field("Next runs", "tomorrow at 09:00\nThursday at 09:00")),
        buttons=(Button("Preview", "digest preview", Effect.ANSWER),),
    ),
    "error": Notice(
        tone=Tone.ERROR,
        text="I didn't know `topc`. Did you mean `topic`?",
        hint="Example: /papers trending topic:robotics",
        code="unknown_option",
        usage=True,
        reference="7f3a",
    ),
    "help": Help(
        title="Broadsheet",
        sections=(
            (
                "Papers",
                (
                    HelpEntry("trending [TOPIC] [window:…]", "Papers people talk about now", "/papers trending"),
                    HelpEntry("search QUERY", "Find papers", '/papers search "protein folding"'),
                ),
            ),
        ),
        notes=("Papers are from Hugging Face and arXiv.",),
    ),
    "digest": cards.digest_post(
        make_digest(*RANKED[:2], considered=214, matched=3, stale=(FAILING,)), command="/papers", preview=True
    ),
    "quiet_digest": cards.digest_post(
        make_digest(considered=8, quiet_because="Nothing passed your topics today."), command="/papers"
    ),
    "status": Status(
        channel="slack:T0001:C0001",
        headline="It comes on weekdays at 09:00.",
        state="active",
        settings=(Field("When", "weekdays at 09:00"), Field("Topics", "diffusion")),
        next_runs=(NOON + hours(21),),
        next_runs_in_words=("tomorrow at 09:00",),
        last=(
            Run("2026-03-10", "sent", "sent", "", "https://example.slack.com/archives/C0001/p1"),
            Run("2026-03-09", "skipped", None, "Nothing passed your topics."),
        ),
        checks=(Check("Post here", ok=False, message="I cannot post here.", hint="Invite me with /invite."),),
        stale=(FAILING,),
    ),
    "channels": ChannelList(
        title="Digests of this workspace",
        channels=(
            ChannelLine("slack:T0001:C0001", "active", "weekdays at 09:00 · diffusion", NOON + hours(21)),
            ChannelLine("slack:T0001:C0002", "paused", "weekly", None),
        ),
    ),
    "no_channels": ChannelList(title="Digests of this workspace", channels=(), empty="No channel has a digest yet."),
}
