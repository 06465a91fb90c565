"""A channel's bar, and why a digest is quiet; pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.cards import SOURCE_NAMES, day, shortened
from bot.models import Counts, Filters, Paper, SourceStatus
from bot.schedule.words import MONTHS
from bot.sources.arxiv_calendar import why_nothing
from bot.titles import title_of

NEVER_AGAIN = timedelta(days=30)
"""A paper comes to a channel once in this time."""
_TITLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How far the papers of one date came."""

    young: Collection[str]
    """Young enough for the digest."""
    matched: Collection[str]
    """Those of them that fit the topics."""
    fitting: Sequence[str]
    """Those of them that were not shown here yet, best first."""
    arrived: int
    """Of the young, those first seen in the digest's own window."""
    announced_for: date | None
    """The Eastern day whose announcements a daily digest tells; None for the others."""


def passed(filters: Filters, paper: Paper, counts: Counts, score: float, now: datetime) -> bool:
    """Whether a paper passes a channel's bar; a count nobody knows passes no minimum."""
    return not missed(filters, paper, counts, score, now)


def missed(filters: Filters, paper: Paper, counts: Counts, score: float, now: datetime) -> tuple[str, ...]:
    """What a paper lacks to pass a channel's bar, each in words."""
    age, least, lowest, oldest = (
        now - paper.first_seen_at,
        filters.minimum_upvotes,
        filters.minimum_score,
        filters.maximum_age,
    )
    told = (
        "" if least is None or (counts.upvotes or 0) >= least else f"{counts.upvotes or 0:,} of {least:,} upvotes",
        "" if lowest is None or score >= lowest else f"a score of {score:.2f}, not {lowest:g}",
        "" if not filters.sources or set(filters.sources) & set(paper.sources) else "none of the sources",
        "no code" if filters.only_with_code and paper.github_repo is None else "",
        f"{age.days} days old" if oldest is not None and age > timedelta(days=oldest) else "",
    )
    return tuple(text for text in told if text)


def below_the_bar(fitting: Sequence[str], papers: Mapping[str, Paper], lacks: Mapping[str, tuple[str, ...]]) -> str:
    """That nothing passed, and how near the best one came."""
    best = next((paper_id for paper_id in fitting if paper_id in papers and lacks.get(paper_id)), None)
    if best is None:
        return f"nothing passed your bar; {len(fitting)} papers matched"
    title = shortened(title_of(papers[best]), _TITLE)
    return f"nothing passed your bar; the best of {len(fitting)} that matched, “{title}”: {', '.join(lacks[best])}"


def quiet_reason(looked: Looked, *, has_topics: bool, stale: tuple[SourceStatus, ...]) -> str:
    """Why there is nothing to show: the kinds of quiet day told apart.

    Nothing came (arXiv announced nothing, or a source failed), or what came does not fit, or it was shown already.
    """
    holiday = _holiday(looked.announced_for)
    if not looked.arrived and (holiday or stale):
        return "; ".join(filter(None, (holiday, _silent(stale))))
    return "; ".join(filter(None, (_unfit(looked, has_topics=has_topics), _silent(stale))))


def _unfit(looked: Looked, *, has_topics: bool) -> str:
    if not looked.young:
        return "no new papers were announced"
    if not looked.matched:
        return f"none of {len(looked.young)} new papers matched the topics"
    which = f"{len(looked.matched)} papers that matched" if has_topics else f"{len(looked.young)} new papers"
    return f"all {which} were shown here in the last {NEVER_AGAIN.days} days"


def _silent(stale: Sequence[SourceStatus]) -> str:
    """Such as `Hugging Face did not answer since 10 Mar 2026, 06:10 UTC`."""
    told = (
        f"{SOURCE_NAMES.get(one.source, one.source)} did not answer"
        + (f" since {day(one.failing_since)}, {one.failing_since:%H:%M} UTC" if one.failing_since else "")
        for one in stale
    )
    return ", ".join(told)


def _holiday(of: date | None) -> str:
    """Such as `arXiv announced nothing for 27 November (holiday: Thanksgiving)`; empty on other days."""
    why = why_nothing(of) if of else None
    return f"arXiv announced nothing for {of.day} {MONTHS[of.month - 1]} ({why})" if of and why else ""
