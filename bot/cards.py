"""Ranked papers as views: what a person reads of them, in plain strings; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.buttons import Button, Effect, Link
from bot.latex import readable
from bot.models import Counts, Digest, Paper, PaperList, RankedPaper, ScorePart, SourceStatus, Tally
from bot.plain import counted
from bot.titles import title_of
from bot.views import CardList, DigestPost, Explanation, Field, PaperCard, PaperDetail

SUMMARY_LENGTH = 220
"""Characters of a card's one line of summary."""
SOURCE_NAMES = {
    "hugging_face": "Hugging Face",
    "arxiv": "arXiv",
    "github": "GitHub",
    "hacker_news": "Hacker News",
    "semantic_scholar": "Semantic Scholar",
}
ARXIV_THANKS = "Thank you to arXiv for use of its open access interoperability."
"""The acknowledgement that arXiv's API terms ask for: https://info.arxiv.org/help/api/tou.html"""
_SMALLEST_PART = 0.005
"""A part below this is written as 0.00."""


def card(ranked: RankedPaper) -> PaperCard:
    """A paper in a list."""
    paper = ranked.paper
    return PaperCard(
        ranked=ranked,
        title=title_of(paper),
        url=paper.url,
        summary=shortened(one_line(readable(paper.summary or paper.abstract)), SUMMARY_LENGTH),
        facts=_facts(ranked),
        links=_links(paper),
    )


def card_list(
    title: str,
    papers: PaperList,
    *,
    command: str,
    empty: str,
    buttons: Iterable[Button] = (),
    notes: Iterable[str] = (),
    facts: Mapping[str, tuple[str, ...]] | None = None,
) -> CardList:
    """A page of cards; says which of its sources are stale. `facts` is what else to say of papers, by id."""
    beyond = f"There is no page {papers.page}; the last one is page {papers.pages}." if papers.past_the_end else ""
    return CardList(
        title=title,
        papers=papers,
        cards=tuple(with_facts(card(ranked), *(facts or {}).get(ranked.paper.id, ())) for ranked in papers.papers),
        notes=(*notes, *stale_notes(papers.stale, papers.as_of)),
        empty="" if papers.papers else beyond or empty,
        command=f"/papers {command}",
        buttons=tuple(buttons),
    )


def detail(
    ranked: RankedPaper,
    *,
    stale: Iterable[SourceStatus],
    as_of: datetime,
    buttons: Iterable[Button],
    tally: Tally | None = None,
) -> PaperDetail:
    """A card with every field that is known; with a tally also with what a team can do with it."""
    paper = ranked.paper
    fields = [
        Field("Authors", ", ".join(paper.authors)),
        Field("Organization", paper.organization or ""),
        Field("Published", day(paper.published_at)),
        Field("Announced", day(paper.announced_at)),
        Field("First seen", day(paper.first_seen_at)),
        Field("Upvotes", number(ranked.counts.upvotes)),
        Field("Comments", number(ranked.counts.comments)),
        Field("GitHub stars", number(ranked.counts.github_stars)),
        Field("Hacker News", _story(ranked.counts)),
        Field("Citations", number(ranked.counts.citations)),
        Field("Linked models, datasets, spaces", _linked(ranked.counts)),
        Field("Categories", ", ".join(paper.categories)),
        Field("Keywords", ", ".join(paper.keywords)),
        Field("Version", f"v{paper.version}" if paper.version else ""),
        Field("DOI", paper.doi or ""),
        Field("Comment", paper.comment or ""),
        Field("Known from", ", ".join(SOURCE_NAMES.get(source, source) for source in paper.sources)),
        Field("Id", paper.id),
    ]
    shown = card(ranked)
    return PaperDetail(
        card=shown if tally is None else with_buttons(shown, tally),
        fields=tuple(field for field in fields if field.text),
        abstract=readable(paper.abstract.strip()),
        notes=stale_notes(stale, as_of),
        buttons=tuple(buttons),
    )


def explanation(ranked: RankedPaper, headline: str, *, missing: Iterable[str], notes: Iterable[str]) -> Explanation:
    """The parts of a score, the strongest first, whatever their sign; what nobody knows is named as missing alone."""
    parts = sorted(ranked.parts, key=lambda part: -abs(part.part))
    told = [part for part in parts if part.value is not None or abs(part.part) >= _SMALLEST_PART]
    return Explanation(
        card=card(ranked),
        headline=headline,
        reasons=tuple(Field(signed(part), part.text) for part in told),
        missing=tuple(missing),
        notes=tuple(notes),
    )


NO_VOTES: Mapping[str, Tally] = {}


def digest_post(
    digest: Digest, *, command: str, preview: bool = False, votes: Mapping[str, Tally] = NO_VOTES
) -> DigestPost:
    """A channel's digest as one message: date line, cards with buttons, and a footer that explains."""
    counted = (
        f"{digest.matched:,} of {digest.considered:,} new papers matched"
        if digest.topics.include
        else (f"{len(digest.papers)} of {digest.considered:,} new papers")
    )
    by = f"set up by {digest.set_up_by.name}" if digest.set_up_by else ""
    return DigestPost(
        digest=digest,
        title="Trending papers",
        date_line=f"{digest.slot:%A} {digest.slot.day} {digest.slot:%B %Y}",
        cards=tuple(
            with_buttons(with_facts(card(ranked), *_chosen(ranked)), votes.get(ranked.paper.id))
            for ranked in digest.papers
        ),
        footer=tuple(
            line
            for line in (
                " · ".join(
                    part for part in (counted, f"why? {command} why ID", _settings(digest, command), by) if part
                ),
                f"Your taste, {digest.taste}" if digest.taste else "",
                *stale_notes(digest.stale, digest.as_of),
                ARXIV_THANKS,
            )
            if line
        ),
        preview=preview,
    )


def _settings(digest: Digest, command: str) -> str:
    """What to type to change a digest in chat; nothing elsewhere, where it has links of its own."""
    where = digest.channel
    return f"settings? {command} {'subscribe' if where.personal else 'digest settings'}" if where.in_chat else ""


def _chosen(ranked: RankedPaper) -> tuple[str, ...]:
    """What is said of a paper that the channel's taste brought, or kept from choosing."""
    signals = {part.signal: part.part for part in ranked.parts}
    if "exploration" in signals:
        return ("exploration: not what you vote for",)
    return ("like what you vote for",) if signals.get("taste", 0.0) > 0 else ()


def with_buttons(shown: PaperCard, tally: Tally | None = None) -> PaperCard:
    """The card with what a team can do with its paper."""
    paper_id = shown.ranked.paper.id
    save = Button("Save", f"save {paper_id}", Effect.ANSWER)
    similar = Button("Similar", f"similar {paper_id}", Effect.ANSWER)
    return replace(shown, buttons=(*vote_buttons(paper_id, tally or Tally()), save, similar))


def details_button(shown: PaperCard) -> Button:
    """To all that is known of the paper, its abstract too, where a platform has no thread for that."""
    return Button("Details", f"paper {shown.ranked.paper.id}", Effect.ANSWER)


def compact(shown: PaperCard) -> PaperCard:
    """Its title and facts alone."""
    return replace(shown, summary="", links=())


def vote_buttons(paper_id: str, tally: Tally) -> tuple[Button, Button]:
    """For and against, with how many there are."""
    return (
        Button(f"👍 {tally.up}" if tally.up else "👍", f"vote {paper_id} up", Effect.COUNT),
        Button(f"👎 {tally.down}" if tally.down else "👎", f"vote {paper_id} down", Effect.COUNT),
    )


def with_facts(shown: PaperCard, *facts: str) -> PaperCard:
    """The card with more to say of its paper, such as who suggested it."""
    return replace(shown, facts=(*shown.facts, *(one_line(fact) for fact in facts if fact)))


def share_button(command: str) -> Button:
    return Button("Share", command, Effect.PUBLISH)


def stale_notes(stale: Iterable[SourceStatus], as_of: datetime) -> tuple[str, ...]:
    """A sentence for each source that does not answer."""
    return tuple(_stale_note(status, as_of) for status in stale)


def _stale_note(status: SourceStatus, as_of: datetime) -> str:
    name = SOURCE_NAMES.get(status.source, status.source)
    reason = f" ({status.reason})" if status.reason else ""
    if status.last_success_at is None:
        return f"{name} has not answered yet{reason}; I keep trying."
    when = status.last_success_at
    told = f"{when:%H:%M} UTC" if when.date() == as_of.date() else f"{day(when)}, {when:%H:%M} UTC"
    return f"{name} is not answering{reason}; what it says here is from {told}."


def _facts(ranked: RankedPaper) -> tuple[str, ...]:
    counts, paper = ranked.counts, ranked.paper
    facts = [
        f"▲ {counts.upvotes:,}" if counts.upvotes is not None else "",
        f"★ {counts.github_stars:,}" if counts.github_stars is not None else "",
        counted(counts.comments, "comment") if counts.comments else "",
        shortened(paper.organization or "", 40),
        " ".join(paper.categories[:1]),
        day(paper.published_at or paper.first_seen_at),
        *(f"topic: {topic}" for topic in ranked.topics[:2]),
    ]
    return tuple(fact for fact in facts if fact)


def _links(paper: Paper) -> tuple[Link, ...]:
    on_arxiv = ":" not in paper.id
    links = [
        Link(
            "Hugging Face",
            f"https://huggingface.co/papers/{paper.id}" if on_arxiv and "hugging_face" in paper.sources else "",
        ),
        Link("PDF", f"https://arxiv.org/pdf/{paper.id}" if on_arxiv else ""),
        Link("Code", f"https://github.com/{paper.github_repo}" if paper.github_repo else ""),
        Link("Project", paper.project_page or ""),
        *(Link("Discussion", address) for address in paper.discussions),
    ]
    return tuple(link for link in links if link.url)


def _story(counts: Counts) -> str:
    told = ((counts.hacker_news_points, "point"), (counts.hacker_news_comments, "comment"))
    return ", ".join(counted(count, noun) for count, noun in told if count is not None)


def _linked(counts: Counts) -> str:
    linked = (counts.linked_models, counts.linked_datasets, counts.linked_spaces)
    return ", ".join(number(count) or "?" for count in linked) if any(count is not None for count in linked) else ""


def signed(part: ScorePart) -> str:
    """`+0.31`, with a true minus sign."""
    return f"{part.part:+.2f}".replace("-", "−")


def number(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def day(moment: datetime | None, zone: str = "UTC") -> str:
    """`10 Mar 2026`, or nothing where it is not known."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y}"


def one_line(text: str) -> str:
    return " ".join(text.split())


def shortened(text: str, length: int) -> str:
    """Cut at a word, with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    head, space, _ = cut.rpartition(" ")
    return f"{head if space and len(head) > length // 2 else cut}…"
