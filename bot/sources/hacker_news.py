"""Hacker News by Algolia's search: stories about papers, their points and comments. https://hn.algolia.com/api.

Few papers have a story, and those that have one are talked about. What it does not mention is not known, not 0. A
filter that Algolia cannot read finds nothing and says nothing: those below are tested letter by letter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from bot.fetch import Request
from bot.identity import named_paper
from bot.models import Batch, Counts, Observation, Paper
from bot.sources import Ask, Needs, Parsed, SourceError
from bot.sources.cleaning import NAME_LENGTH, count, link, repository, text

NAME = "hacker_news"
LABEL = "Hacker News"
LOOKS_BACK = timedelta(days=14)
"""A story lives for a day or two; its points stand still after that."""
PAGE = 1000
"""Hits of one query, which are all that there are."""
LEAST_POINTS = {"arxiv.org": 2, "huggingface.co": 2, "github.com": 20}
"""By what a story's address holds: more points than that. A repository's own stories are many."""
MOST_DISCUSSIONS = 5
"""Of one paper, the most voted for."""

Ids = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HackerNews:
    """10,000 requests an hour without a key; three are asked each time."""

    base_url: str = "https://hn.algolia.com"
    name: str = NAME
    label: str = LABEL

    def asks(self, needs: Needs) -> list[Ask]:
        return [self.stories(place, needs) for place in LEAST_POINTS] if needs.discussions else []

    def stories(self, place: str, needs: Needs) -> Ask:
        """Those of the last 14 days whose address holds `place`. The hour is whole, so that an answer can be kept."""
        since = (needs.now - LOOKS_BACK).replace(minute=0, second=0, microsecond=0)
        query = {
            "tags": "story",
            "query": place,
            "restrictSearchableAttributes": "url",
            "numericFilters": f"created_at_i>{since.timestamp():.0f},points>{LEAST_POINTS[place]}",
            "hitsPerPage": PAGE,
        }
        url = f"{self.base_url}/api/v1/search_by_date?{urlencode(query)}"
        return Ask(request=Request(url=url, lane=self.name, label=self.label), parse=partial(parse_stories, needs.code))


@dataclass(frozen=True, slots=True)
class _Story:
    address: str
    """Of its discussion."""
    points: int
    comments: int | None


def parse_stories(code: Mapping[str, Ids], document: Any, observed_at: datetime) -> Parsed:
    """Points and comments of each paper's best story, and where it is discussed.

    `code` holds the papers of repositories by their lower-case `owner/name`.
    """
    hits = document.get("hits") if isinstance(document, dict) else None
    if not isinstance(hits, list):
        raise SourceError(f"{LABEL} answered something that is not a list of stories.")
    stories: defaultdict[str, dict[str, _Story]] = defaultdict(dict)
    skipped = 0
    for hit in hits:
        story = _story(hit)
        if story is None:
            skipped += 1
            continue
        for paper_id in _papers(link(hit.get("url")), code):
            stories[paper_id][story.address] = story
    if hits and skipped == len(hits):
        raise SourceError(f"{LABEL} answered a list in which nothing is a story.")
    best = {paper_id: _best_first(found.values()) for paper_id, found in stories.items()}
    return Parsed(
        batch=Batch(observations=tuple(_observation(paper_id, best[paper_id], observed_at) for paper_id in best)),
        updates=tuple(_discussed(paper_id, best[paper_id], observed_at) for paper_id in best),
        skipped=skipped,
    )


def _story(hit: Any) -> _Story | None:
    """None without a number or points."""
    if not isinstance(hit, dict):
        return None
    number, points = text(hit.get("objectID"), NAME_LENGTH), count(hit.get("points"))
    if not (number.isascii() and number.isdigit()) or points is None:
        return None
    return _Story(f"https://news.ycombinator.com/item?id={number}", points, count(hit.get("num_comments")))


def _papers(address: str | None, code: Mapping[str, Ids]) -> Ids:
    """Those whose page or repository it is. A page that is no paper's own names none."""
    if address is None:
        return ()
    name = repository(address)
    if name is not None:
        return code.get(name.lower(), ())
    paper_id = named_paper(address)
    return () if paper_id is None else (paper_id,)


def _best_first(stories: Iterable[_Story]) -> list[_Story]:
    return sorted(stories, key=lambda story: (-story.points, story.address))


def _observation(paper_id: str, stories: list[_Story], observed_at: datetime) -> Observation:
    counts = Counts(hacker_news_points=stories[0].points, hacker_news_comments=stories[0].comments)
    return Observation(paper_id=paper_id, source=NAME, observed_at=observed_at, counts=counts)


def _discussed(paper_id: str, stories: list[_Story], observed_at: datetime) -> Paper:
    """No title of its own: a story's words are its submitter's."""
    return Paper(
        id=paper_id,
        title="",
        first_seen_at=observed_at,
        updated_at=observed_at,
        discussions=tuple(sorted(story.address for story in stories[:MOST_DISCUSSIONS])),
        sources=(NAME,),
    )
