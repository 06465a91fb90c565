"""What somebody narrows a search by, beside its words."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.models import Combine, Paper, Topics
from bot.ports import Facets
from bot.topics import compile_topics

_WORDS = re.compile(r"[^\W\d_][\w-]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters(Facets):
    """Each is None where anything will do."""

    @property
    def named(self) -> bool:
        """Whether there is a name among them, which may be misspelt."""
        return bool(self.author or self.organization)

    def kept(self, papers: Iterable[Paper]) -> list[Paper]:
        """The papers that fit all of them, in their order."""
        facets = (("", self.category), ("author:", self.author), ("org:", self.organization))
        wanted = tuple(f"{prefix}{value}" for prefix, value in facets if value)
        kept = [one for one in papers if self.has_code is None or bool(one.github_repo) is self.has_code]
        if not wanted:
            return kept
        matcher = compile_topics(Topics(include=wanted, combine=Combine.ALL))
        return [paper for paper in kept if matcher.match(paper) is not None]

    def meant(self, papers: Iterable[Paper]) -> tuple[str, ...]:
        """Names among these papers that are nearly those asked for, for when none fits."""
        papers = list(papers)
        authors = _near(self.author, (author for paper in papers for author in paper.authors))
        labs = _near(self.organization, (paper.organization or "" for paper in papers))
        return (*(f'author:"{name}"' for name in authors), *(f'organization:"{name}"' for name in labs))


def meant(filters: Filters, topics: Topics, papers: Iterable[Paper]) -> tuple[str, ...]:
    """Options that are nearly those asked for and fit some of these papers, for when none fits all."""
    papers = list(papers)
    return (*filters.meant(papers), *topics_meant(topics, filters.kept(papers)))


def topics_meant(topics: Topics, papers: Iterable[Paper]) -> tuple[str, ...]:
    """Keywords and words of titles among these papers that are nearly a topic asked for, for when none fits."""
    known: dict[str, None] = {}
    for paper in papers:
        known |= dict.fromkeys(
            (*(keyword.casefold() for keyword in paper.keywords), *_WORDS.findall(paper.title.casefold()))
        )
    near: dict[str, None] = {}
    for term in topics.include:
        wanted = term.strip('"').casefold()
        for one in difflib.get_close_matches(wanted, known, n=3, cutoff=0.75):
            if one != wanted:
                near[one] = None
    return tuple(f'topic:"{one}"' if " " in one else f"topic:{one}" for one in near)[:3]


def _near(name: str | None, known: Iterable[str]) -> list[str]:
    """At most three; a family name alone is held against family names."""
    if not name:
        return []
    by_folded: dict[str, str] = {}
    for other in filter(None, known):
        by_folded.setdefault(other.casefold(), other)
        by_folded.setdefault(other.casefold().split()[-1], other)
    near = difflib.get_close_matches(name.casefold(), by_folded, n=6, cutoff=0.7)
    return list(dict.fromkeys(by_folded[one] for one in near))[:3]
