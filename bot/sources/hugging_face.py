"""Hugging Face: the daily lists and the trending one, single papers, search. https://huggingface.co/docs/hub/api."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from bot.fetch import Request
from bot.identity import canonical_id
from bot.models import Batch, Counts, Listing, Observation, Paper
from bot.sources import Ask, Needs, Parsed, SourceError
from bot.sources.cleaning import NAME_LENGTH, TITLE_LENGTH, count, instant, items, link, names, repository, text

NAME = "hugging_face"
LINKS = "hugging_face_links"
"""Whose word the numbers of linked models, datasets and spaces are: they come at other times than votes."""
LABEL = "Hugging Face"
PAGE = 100
"""Items a page may have; 101 is refused."""
MOST_PAGES = 5
DAYS_BACK = 3
"""A list grows until 02:30 UTC of the next day, and people go on voting after that."""

_NEW_YORK = ZoneInfo("America/New_York")
_LIST_ENDS = timedelta(days=1, hours=2, minutes=30)


@dataclass(frozen=True, kw_only=True)
class HuggingFace:
    """Reads need no token; one doubles the quota of 500 requests in 5 minutes."""

    base_url: str = "https://huggingface.co"
    token: str | None = field(default=None, repr=False)
    name: str = NAME
    label: str = LABEL

    def asks(self, needs: Needs) -> list[Ask]:
        today = needs.now.astimezone(UTC).date()
        days = [today - timedelta(days=back) for back in range(DAYS_BACK + 1)] if needs.lists else []
        trending = [self.trending()] if needs.lists else []
        return [*map(self.daily, days), *trending, *map(self.daily, needs.earlier), *map(self.detail, needs.details)]

    def daily(self, day: date, page: int = 0) -> Ask:
        """The list of a day; the answer's order is the reference site's order."""
        query = {"date": day.isoformat(), "p": page, "limit": PAGE, "sort": "publishedAt"}
        return Ask(request=self._request("/api/daily_papers", query), parse=partial(self._daily, day, page))

    def trending(self) -> Ask:
        query = {"sort": "trending", "limit": PAGE}
        return Ask(request=self._request("/api/daily_papers", query), parse=parse_list)

    def detail(self, paper_id: str) -> Ask:
        """One paper with its linked models, datasets and spaces; nothing where it is not indexed."""
        request = self._request(f"/api/papers/{quote(paper_id, safe='/')}", {}, expected=frozenset({200, 404}))
        return Ask(request=request, parse=parse_detail, about=(paper_id,))

    def search(self, words: str, limit: int = 20) -> Ask:
        return Ask(request=self._request("/api/papers/search", {"q": words, "limit": limit}), parse=parse_list)

    def _request(self, path: str, query: Mapping[str, object], **changes: Any) -> Request:
        url = f"{self.base_url}{path}{f'?{urlencode(query)}' if query else ''}"
        return Request(url=url, lane=self.name, label=self.label, token=self.token, **changes)

    def _daily(self, day: date, page: int, document: Any, observed_at: datetime) -> Parsed:
        parsed = parse_daily(document, observed_at, day, first_position=page * PAGE)
        whole_page = isinstance(document, list) and len(document) >= PAGE
        more = (self.daily(day, page + 1),) if whole_page and page + 1 < MOST_PAGES else ()
        return replace(parsed, more=more)


def parse_daily(document: Any, observed_at: datetime, day: date, first_position: int = 0) -> Parsed:
    """Papers, counts and places of a dated list."""
    end = datetime.combine(day, time.min, UTC) + _LIST_ENDS
    parsed = _parsed(_items(document), observed_at, min(observed_at, end))
    listings = tuple(
        Listing(paper_id=paper.id, date=day, position=first_position + place, listed_at=paper.first_seen_at)
        for place, paper in enumerate(parsed.batch.papers)
    )
    return replace(parsed, batch=replace(parsed.batch, listings=listings))


def parse_list(document: Any, observed_at: datetime) -> Parsed:
    """Papers and counts of a list without a date: trending, search, `/api/papers`."""
    return _parsed(_items(document), observed_at, observed_at)


def parse_detail(document: Any, observed_at: datetime) -> Parsed:
    """One paper; an answer that says "not found" holds none."""
    if not isinstance(document, dict):
        raise SourceError(f"{LABEL} answered something that is not a paper.")
    if "id" not in document and "error" in document:
        return Parsed()
    parsed = _parsed([document], observed_at, observed_at)
    counts = Counts(
        linked_models=count(document.get("numTotalModels")),
        linked_datasets=count(document.get("numTotalDatasets")),
        linked_spaces=count(document.get("numTotalSpaces")),
    )
    observations = tuple(
        Observation(paper_id=paper.id, source=LINKS, observed_at=observed_at, counts=counts)
        for paper in parsed.batch.papers
        if counts != Counts()
    )
    return replace(parsed, batch=replace(parsed.batch, observations=observations))


def _items(document: Any) -> list[Any]:
    """SourceError for anything but a list, or a list in which nothing looks like a paper."""
    if not isinstance(document, list):
        raise SourceError(f"{LABEL} answered something that is not a list of papers.")
    return document


def _parsed(items: Iterable[Any], observed_at: datetime, seen_at: datetime) -> Parsed:
    """What the usable items say; of a paper that comes twice, the first."""
    found: dict[str, tuple[Paper, Counts]] = {}
    skipped = total = 0
    for item in items:
        total += 1
        usable = _paper(item, observed_at, seen_at)
        if usable is None:
            skipped += 1
        else:
            found.setdefault(usable[0].id, usable)
    if total and skipped == total:
        raise SourceError(f"{LABEL} answered a list in which nothing is a paper.")
    observations = tuple(
        Observation(paper_id=paper.id, source=NAME, observed_at=observed_at, counts=counts)
        for paper, counts in found.values()
        if counts != Counts()
    )
    batch = Batch(papers=tuple(paper for paper, _ in found.values()), observations=observations)
    return Parsed(batch=batch, skipped=skipped)


def _paper(item: Any, observed_at: datetime, seen_at: datetime) -> tuple[Paper, Counts] | None:
    """One item's paper and counts; None if it has no id or no title."""
    if not isinstance(item, dict):
        return None
    holder = item.get("paper")
    inner: dict[str, Any] = holder if isinstance(holder, dict) else item
    paper_id = canonical_id(text(inner.get("id"), NAME_LENGTH))
    title = text(inner.get("title"), TITLE_LENGTH) or text(item.get("title"), TITLE_LENGTH)
    if paper_id is None or ":" in paper_id or not title:
        return None
    submitted = submitted_at(inner.get("submittedOnDailyAt"))
    paper = Paper(
        id=paper_id,
        title=title,
        abstract=text(inner.get("summary")) or text(item.get("summary")),
        summary=text(inner.get("ai_summary")) or None,
        authors=names(_author(author) for author in items(inner.get("authors"))),
        organization=_organization(inner.get("organization")) or _organization(item.get("organization")),
        submitter=_submitter(item, inner),
        keywords=names(items(inner.get("ai_keywords"))),
        published_at=instant(inner.get("publishedAt")),
        first_seen_at=min(seen_at, submitted) if submitted else seen_at,
        updated_at=observed_at,
        github_repo=repository(inner.get("githubRepo")) or repository(inner.get("projectPage")),
        project_page=link(inner.get("projectPage")),
        thumbnail=link(item.get("thumbnail")) or link(inner.get("thumbnailUrl")),
        sources=(NAME,),
    )
    return paper, _counts(item, inner)


def _counts(item: Mapping[str, Any], inner: Mapping[str, Any]) -> Counts:
    """Upvotes and stars are told inside, comments outside."""
    return Counts(
        upvotes=count(inner.get("upvotes")),
        comments=count(item.get("numComments")),
        github_stars=count(inner.get("githubStars")),
    )


def submitted_at(value: Any) -> datetime | None:
    """When a paper reached its daily list, from `submittedOnDailyAt`.

    That field runs early by 1.5 h while New York is on daylight time and by 2.5 h otherwise: it was compared with the
    creation times in the ids of author records. A midnight is a time somebody cut away, not an hour.
    """
    moment = instant(value)
    if moment is None or moment.time() == time.min:
        return None
    daylight = bool(moment.astimezone(_NEW_YORK).dst())
    return moment + timedelta(hours=1.5 if daylight else 2.5)


def _author(value: Any) -> Any:
    """The name of an author who is not hidden; recordings hold plain names too."""
    if isinstance(value, dict):
        return None if value.get("hidden") is True else value.get("name")
    return value


def _organization(value: Any) -> str | None:
    if isinstance(value, dict):
        return text(value.get("fullname"), NAME_LENGTH) or text(value.get("name"), NAME_LENGTH) or None
    return text(value, NAME_LENGTH) or None


def _submitter(item: Mapping[str, Any], inner: Mapping[str, Any]) -> str | None:
    """The handle, which is `user` inside and `name` outside."""
    for value, key in ((inner.get("submittedOnDailyBy"), "user"), (item.get("submittedBy"), "name")):
        if isinstance(value, dict) and (handle := text(value.get(key), NAME_LENGTH)):
            return handle
    return None
