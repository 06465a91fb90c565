"""Whether papers are what somebody follows, or has muted; pure."""

from collections.abc import Iterable
from dataclasses import replace

from bot.models import Facet, Interest, Paper, Topics
from bot.topics import Matcher, compile_topics


class Interests:
    """Compiled interests, to be held against papers."""

    def __init__(self, interests: Iterable[Interest]) -> None:
        self._matchers = [(one.facet, one.term, compile_topics(Topics(include=(one.term,)))) for one in interests]

    def __bool__(self) -> bool:
        return bool(self._matchers)

    def match(self, paper: Paper) -> tuple[str, ...]:
        """The terms that the paper fits."""
        return tuple(term for facet, term, matcher in self._matchers if _fits(matcher, facet, paper))


def _fits(matcher: Matcher, facet: Facet, paper: Paper) -> bool:
    return matcher.match(paper if facet is Facet.TOPIC else _only(facet, paper)) is not None


def _only(facet: Facet, paper: Paper) -> Paper:
    """The paper, with nothing to read of it but this facet."""
    texts = {
        Facet.AUTHOR: paper.authors,
        Facet.ORGANIZATION: (paper.organization or "",),
        Facet.KEYWORD: paper.keywords,
    }
    return replace(paper, title="\n".join(texts[facet]), abstract="", summary=None, keywords=(), categories=())
