"""GitHub: stars and forks of papers' repositories, by GraphQL with a token, by REST within its small quota without.

https://docs.github.com/en/graphql/reference/objects#repository, https://docs.github.com/en/rest/repos/repos.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from bot.fetch import Request
from bot.models import Batch, Counts, Observation
from bot.sources import Ask, Needs, Parsed, SourceError
from bot.sources.cleaning import count, text

NAME = "github"
LABEL = "GitHub"
PER_QUERY = 80
"""Repositories in one GraphQL query, which costs one of 5,000 points an hour."""
MOST_BY_REST = 12
"""Of one refresh: four an hour stay within 60 requests."""
RESERVE = 5
"""Requests of a quota that are left for whoever shares our address or token."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_FIELDS = "nameWithOwner stargazerCount forkCount"

Ids = tuple[str, ...]
"""Of papers."""


@dataclass(frozen=True, kw_only=True)
class GitHub:
    """With a token 5,000 points an hour, without one 60 requests an hour."""

    base_url: str = "https://api.github.com"
    token: str | None = field(default=None, repr=False)
    name: str = NAME
    label: str = LABEL

    def asks(self, needs: Needs) -> list[Ask]:
        wanted = [(name, papers) for name, papers in needs.repositories.items() if _NAME.fullmatch(name)]
        left = MOST_BY_REST if needs.requests_left is None else needs.requests_left - RESERVE
        if self.token is None:
            return [self.repository(name, papers) for name, papers in wanted[: max(0, min(left, MOST_BY_REST))]]
        if needs.requests_left is not None and left <= 0:
            return []
        return [
            self.repositories(dict(wanted[start : start + PER_QUERY])) for start in range(0, len(wanted), PER_QUERY)
        ]

    def repository(self, name: str, papers: Ids) -> Ask:
        """By REST, one at a time; a renamed one answers by a redirect, one that is gone by 404."""
        request = self._request(f"/repos/{name}", expected=frozenset({200, 404, 451}))
        return Ask(request=request, parse=partial(parse_repository, name, papers), about=(name,))

    def repositories(self, wanted: Mapping[str, Ids]) -> Ask:
        """By GraphQL, many at once; one that is gone is null there."""
        parts = [f"r{number}: {_quoted(name)} {{{_FIELDS}}}" for number, name in enumerate(wanted)]
        query = f"query {{ {' '.join(parts)} rateLimit {{cost remaining resetAt}} }}"
        request = self._request("/graphql", json={"query": query})
        return Ask(request=request, parse=partial(parse_graphql, tuple(wanted.items())), about=tuple(wanted))

    def _request(self, path: str, **changes: Any) -> Request:
        accept = "application/vnd.github+json"
        url = f"{self.base_url}{path}"
        return Request(url=url, lane=self.name, label=self.label, accept=accept, token=self.token, **changes)


def _quoted(name: str) -> str:
    owner, _, repository = name.partition("/")
    return f"repository(owner: {json.dumps(owner)}, name: {json.dumps(repository)})"


def parse_repository(name: str, papers: Ids, document: Any, observed_at: datetime) -> Parsed:
    """One repository by REST; one that is gone says nothing."""
    if not isinstance(document, dict):
        raise SourceError(f"{LABEL} answered something that is not a repository.")
    stars, forks = count(document.get("stargazers_count")), count(document.get("forks_count"))
    if "stargazers_count" not in document and "message" not in document:
        raise SourceError(f"{LABEL} answered something that is not a repository.")
    return _joined([_said(name, papers, document.get("full_name"), stars, forks, observed_at)])


def parse_graphql(wanted: Sequence[tuple[str, Ids]], document: Any, observed_at: datetime) -> Parsed:
    """The aliases `r0`, `r1`, … in the order they were asked."""
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, dict):
        raise SourceError(f"{LABEL} could not answer{_complaint(document)}.")
    found = []
    for number, (name, papers) in enumerate(wanted):
        node = data.get(f"r{number}")
        node = node if isinstance(node, dict) else {}
        stars, forks = count(node.get("stargazerCount")), count(node.get("forkCount"))
        found.append(_said(name, papers, node.get("nameWithOwner"), stars, forks, observed_at))
    return _joined(found)


def _said(
    name: str, papers: Ids, current: Any, stars: int | None, forks: int | None, observed_at: datetime
) -> Parsed | None:
    """Counts for each paper of a repository, and its new name if it moved; None if it told no stars."""
    if stars is None:
        return None
    counts = Counts(github_stars=stars, github_forks=forks)
    observations = tuple(
        Observation(paper_id=paper_id, source=NAME, observed_at=observed_at, counts=counts) for paper_id in papers
    )
    new_name = text(current, 200)
    moved = _NAME.fullmatch(new_name) and new_name != name
    return Parsed(batch=Batch(observations=observations), moved=dict.fromkeys(papers, new_name) if moved else {})


def _joined(said: Iterable[Parsed | None]) -> Parsed:
    parts = list(said)
    known = [part for part in parts if part is not None]
    return Parsed(
        batch=Batch(observations=tuple(observation for part in known for observation in part.batch.observations)),
        moved={paper_id: name for part in known for paper_id, name in part.moved.items()},
        skipped=len(parts) - len(known),
    )


def _complaint(document: Any) -> str:
    """What GitHub says is wrong, as the end of a sentence."""
    errors = document.get("errors") if isinstance(document, dict) else None
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    message = text(first.get("message"), 200).rstrip(".")
    return f": {message}" if message else ""
