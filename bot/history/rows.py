"""What a row of recorded history says; pure. None for a row that says nothing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.identity import canonical_id
from bot.models import Counts, Listing, Observation, Paper
from bot.sources import arxiv, hugging_face
from bot.sources.cleaning import NAME_LENGTH, TITLE_LENGTH, count, instant, items, link, names, repository, text

_EASTERN = ZoneInfo("America/New_York")
_ANNOUNCED = time(20, 0)
"""The evening before a listing: https://info.arxiv.org/help/availability.html."""


def daily_paper(row: Mapping[str, Any]) -> tuple[Paper, date] | None:
    """A row of `hf_daily`: the paper and the date of its list.

    It is first seen at `submittedAt`, when it reached the list, corrected for the API's clock by whoever recorded it.
    """
    paper_id, title = _arxiv_id(row.get("id")), text(row.get("title"), TITLE_LENGTH)
    day = _day(row.get("date"))
    seen_at = instant(row.get("submittedAt"))
    if paper_id is None or not title or day is None or seen_at is None:
        return None
    paper = Paper(
        id=paper_id,
        title=title,
        abstract=text(row.get("summary")),
        summary=text(row.get("ai_summary")) or None,
        authors=names(items(row.get("authors"))),
        organization=text(row.get("organization"), NAME_LENGTH) or None,
        submitter=text(row.get("submittedBy"), NAME_LENGTH) or None,
        keywords=names(items(row.get("ai_keywords"))),
        published_at=instant(row.get("publishedAt")),
        first_seen_at=seen_at,
        updated_at=max(seen_at, instant(row.get("lastSeenAt")) or seen_at),
        github_repo=repository(row.get("githubRepo")) or repository(row.get("projectPage")),
        project_page=link(row.get("projectPage")),
        sources=(hugging_face.NAME,),
    )
    return paper, day


def place_in_list(paper: Paper, day: date, position: int) -> Listing:
    return Listing(paper_id=paper.id, date=day, position=position, listed_at=paper.first_seen_at)


def snapshot(row: Mapping[str, str]) -> Observation | None:
    """A row of `hf_snapshots`; an empty value is not known."""
    paper_id, observed_at = _arxiv_id(row.get("paper_id")), instant(row.get("observed_at"))
    counts = Counts(
        upvotes=count(row.get("upvotes")),
        comments=count(row.get("comments")),
        github_stars=count(row.get("github_stars")),
    )
    if paper_id is None or observed_at is None or counts == Counts():
        return None
    return Observation(paper_id=paper_id, source=hugging_face.NAME, observed_at=observed_at, counts=counts)


def arxiv_paper(row: Mapping[str, Any]) -> Paper | None:
    """A row of `arxiv.jsonl`: announced on the evening before its listing, unless it is a new version."""
    paper_id, title = _arxiv_id(row.get("id")), text(row.get("title"), TITLE_LENGTH)
    day = _day(row.get("listed_on"))
    if paper_id is None or not title or day is None:
        return None
    evening = datetime.combine(day - timedelta(days=1), _ANNOUNCED, _EASTERN).astimezone(UTC)
    replaced = text(row.get("announce_type"), NAME_LENGTH).startswith("replace")
    month_end = arxiv.month_end(paper_id) or evening
    return Paper(
        id=paper_id,
        title=title,
        abstract=text(row.get("abstract")),
        authors=names(items(row.get("authors"))),
        categories=names(items(row.get("categories"))),
        comment=text(row.get("comment"), 500) or None,
        published_at=instant(row.get("published")),
        announced_at=None if replaced else evening,
        first_seen_at=min(evening, month_end) if replaced else arxiv.first_public(paper_id, evening),
        updated_at=evening,
        sources=(arxiv.NAME,),
    )


def _arxiv_id(value: Any) -> str | None:
    paper_id = canonical_id(text(value, NAME_LENGTH))
    return None if paper_id is None or ":" in paper_id else paper_id


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        return None
