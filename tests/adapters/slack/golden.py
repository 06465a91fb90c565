"""The views of the golden payloads. `python -m tests.adapters.slack.golden` writes them anew, to be read first."""

import json
from dataclasses import replace
from pathlib import Path

from adapters.slack.render import render, thread
from bot.buttons import Button, Effect, Link
from bot.cards import compact
from bot.models import PaperList
from bot.ports import Payload
from bot.views import CardList, DigestPost, Document, Explanation, Field, PaperCard, PaperDetail, View
from tests.adapters.examples import EXAMPLES
from tests.builders import NOON, make_digest, make_paper, make_ranked

FOLDER = Path(__file__).resolve().parents[2] / "golden" / "slack"

FIRST = PaperCard(
    ranked=make_ranked(make_paper("2603.00001"), rank=1),
    title="Attention *pays* <!channel> & _more_ `code` :fire:",
    url="https://arxiv.org/abs/2603.00001",
    summary="We show that <b>less</b> is enough.",
    facts=("▲ 63", "★ 1,204", "cs.LG", "10 Mar 2026"),
    links=(
        Link("PDF", "https://arxiv.org/pdf/2603.00001"),
        Link("Code", "https://github.com/example/attention?a=1&b=2"),
    ),
)
SECOND = PaperCard(
    ranked=make_ranked(make_paper("doi:10.1000/a(b)<c>"), rank=2),
    title="注意機構を疎にする",
    url="https://doi.org/10.1000/a(b)<c>",
    summary="",
    facts=(),
)
VOTES = (
    Button("👍 2", "vote 2603.00001 up", Effect.COUNT),
    Button("👎", "vote 2603.00001 down", Effect.COUNT),
    Button("Similar", "similar 2603.00001", Effect.ANSWER),
)
ELSEWHERE = Link("In another channel on 9 Mar", "https://example.slack.com/archives/C0002/p1?a=1&b=2")
OWN: dict[str, View] = {
    "list": CardList(
        title="Trending papers · 7d",
        papers=PaperList(as_of=NOON, papers=(FIRST.ranked, SECOND.ranked), total=214),
        cards=(FIRST, SECOND),
        notes=("214 papers, page 1 of 43.", "Hugging Face is not answering; what it says here is from 06:10 UTC."),
        command="/papers trending",
        buttons=(
            Button("Next ▶", "trending page:2", Effect.REPLACE),
            Button("Share", "trending page:1", Effect.PUBLISH),
        ),
    ),
    "detail": PaperDetail(
        card=FIRST,
        fields=(Field("Authors", "Ada Example, Ben Sample"), Field("Upvotes", "63")),
        abstract="We show that less is enough.\n\nIt is.",
        buttons=(Button("Why?", "why 2603.00001", Effect.ANSWER),),
    ),
    "explanation": Explanation(
        card=FIRST,
        headline="Place 1 of 214 trending papers.",
        reasons=(Field("+0.31", "63 upvotes in 7 days"), Field("−0.05", "it is 9 days old")),
        missing=("models, datasets and spaces",),
    ),
    "digest": DigestPost(
        digest=make_digest(FIRST.ranked, SECOND.ranked),
        title="Trending papers",
        date_line="Tuesday 10 March 2026",
        cards=(FIRST, SECOND),
        footer=("2 of 214 new papers matched · why? /papers why ID · set up by Ada",),
    ),
    "digest_with_buttons": DigestPost(
        digest=make_digest(FIRST.ranked, SECOND.ranked),
        title="Trending papers",
        date_line="Tuesday 10 March 2026",
        cards=(replace(FIRST, buttons=VOTES), replace(SECOND, buttons=VOTES)),
        footer=("2 of 214 new papers matched",),
    ),
    "preview": DigestPost(
        digest=make_digest(FIRST.ranked),
        title="Trending papers",
        date_line="Tuesday 10 March 2026",
        cards=(FIRST,),
        footer=("1 of 214 new papers matched",),
        preview=True,
    ),
    "seen_elsewhere": DigestPost(
        digest=make_digest(FIRST.ranked, SECOND.ranked),
        title="Trending papers",
        date_line="Tuesday 10 March 2026",
        cards=(replace(FIRST, earlier=ELSEWHERE), replace(compact(SECOND), earlier=ELSEWHERE)),
        footer=("2 of 214 new papers matched",),
    ),
    "compact": DigestPost(
        digest=make_digest(FIRST.ranked, SECOND.ranked),
        title="Trending papers",
        date_line="Tuesday 10 March 2026",
        cards=(replace(compact(FIRST), buttons=VOTES), compact(SECOND)),
        footer=("2 of 214 new papers matched",),
    ),
    "document": Document(
        title="Your library as BibTeX",
        name="library.bib",
        text="@article{2603.00001,\n  title = {Attention *pays* <!channel> & _more_},\n}\n",
        notes=("1 paper.",),
        buttons=(Button("As CSV", "library export format:csv", Effect.ANSWER),),
    ),
    "quiet_digest": DigestPost(
        digest=make_digest(quiet_because="arXiv announces nothing today (holiday)."),
        title="Trending papers",
        date_line="Tuesday 10 March 2026",
        cards=(),
        footer=("0 of 8 new papers matched",),
    ),
}
VIEWS: dict[str, View] = OWN | {
    name: EXAMPLES[name] for name in ("notice", "error", "help", "status", "channels", "no_channels")
}


PAPERS_TOLD = DigestPost(
    digest=make_digest(FIRST.ranked, SECOND.ranked),
    title="Trending papers",
    date_line="Tuesday 10 March 2026",
    cards=(
        replace(FIRST, ranked=make_ranked(make_paper("2603.00001", abstract="We show *that* <b>less</b>.\n\nIt is."))),
        replace(SECOND, ranked=make_ranked(make_paper("2603.00002", abstract=""), rank=2)),
    ),
    footer=(),
)
"""What it says in its thread is kept too."""


def written(payloads: list[Payload]) -> str:
    return json.dumps(payloads, ensure_ascii=False, indent=1) + "\n"


def write() -> None:
    for name, view in VIEWS.items():
        (FOLDER / f"{name}.json").write_text(written(render(view)), encoding="utf-8")
    (FOLDER / "thread.json").write_text(written(thread(PAPERS_TOLD)), encoding="utf-8")


if __name__ == "__main__":
    write()
