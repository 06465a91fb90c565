"""Semantic Scholar: citations, the authors' h-index, and a sentence about the paper.

https://api.semanticscholar.org/api-docs/graph#tag/Paper-Data/operation/post_graph_get_papers. Without a key everybody
shares one quota and refusals are ordinary; with one it is a request a second, which is the lane's business.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from bot.fetch import Request
from bot.identity import canonical_id
from bot.models import Batch, Counts, Observation, Paper
from bot.sources import Ask, Needs, Parsed, SourceError
from bot.sources.cleaning import NAME_LENGTH, count, text

NAME = "semantic_scholar"
LABEL = "Semantic Scholar"
PER_BATCH = 500
MOST_BATCHES = 2
"""Of one refresh."""
FIELDS = "citationCount,tldr,authors.hIndex,externalIds"
_NONE_KNOWN = "no valid paper ids"


@dataclass(frozen=True, kw_only=True)
class SemanticScholar:
    """`api_key` is free, by request."""

    base_url: str = "https://api.semanticscholar.org"
    api_key: str | None = field(default=None, repr=False)
    name: str = NAME
    label: str = LABEL

    def asks(self, needs: Needs) -> list[Ask]:
        ids = [paper_id for paper_id in needs.cited if not paper_id.startswith("url:")][: PER_BATCH * MOST_BATCHES]
        return [self.batch(ids[start : start + PER_BATCH]) for start in range(0, len(ids), PER_BATCH)]

    def batch(self, ids: Sequence[str]) -> Ask:
        """At most 500 papers; an answer of 400 may say that none of them is known."""
        request = Request(
            url=f"{self.base_url}/graph/v1/paper/batch?fields={FIELDS}",
            lane=self.name,
            label=self.label,
            json={"ids": [_theirs(paper_id) for paper_id in ids]},
            api_key=self.api_key,
            expected=frozenset({200, 400}),
        )
        return Ask(request=request, parse=partial(parse_batch, tuple(ids)), about=tuple(ids))


def _theirs(paper_id: str) -> str:
    """As they name it: `arXiv:2602.23229`, `DOI:10.1000/x`."""
    return f"DOI:{paper_id.removeprefix('doi:')}" if paper_id.startswith("doi:") else f"arXiv:{paper_id}"


def parse_batch(ids: Sequence[str], document: Any, observed_at: datetime) -> Parsed:
    """One entry for each id, in that order; null for what is not known."""
    if isinstance(document, dict) and _NONE_KNOWN in text(document.get("error")).lower():
        return Parsed(skipped=len(ids))
    if isinstance(document, dict) and (complaint := text(document.get("error"), NAME_LENGTH)):
        raise SourceError(f"{LABEL} did not understand us: {complaint.rstrip('.')}.")
    if not isinstance(document, list) or len(document) != len(ids):
        raise SourceError(f"{LABEL} answered something that is not what was asked for.")
    known = [(paper_id, entry) for paper_id, entry in zip(ids, document, strict=True) if isinstance(entry, dict)]
    said = [(paper_id, counts) for paper_id, entry in known if (counts := _counts(entry)) != Counts()]
    updates = (_paper(paper_id, entry, observed_at) for paper_id, entry in known)
    return Parsed(
        batch=Batch(
            observations=tuple(
                Observation(paper_id=paper_id, source=NAME, observed_at=observed_at, counts=counts)
                for paper_id, counts in said
            )
        ),
        updates=tuple(paper for paper in updates if paper.summary or paper.doi),
        skipped=len(ids) - len(known),
    )


def _counts(entry: dict[str, Any]) -> Counts:
    authors = entry.get("authors")
    listed = authors if isinstance(authors, list) else []
    told = (count(author.get("hIndex")) for author in listed if isinstance(author, dict))
    return Counts(
        citations=count(entry.get("citationCount")),
        author_h_index=max((index for index in told if index is not None), default=None),
    )


def _paper(paper_id: str, entry: dict[str, Any], observed_at: datetime) -> Paper:
    """Their sentence, and the DOI it was published under; arXiv's own DOI says nothing new."""
    tldr, others = entry.get("tldr"), entry.get("externalIds")
    doi = text(others.get("DOI"), NAME_LENGTH) if isinstance(others, dict) else ""
    published = canonical_id(doi) if doi else None
    return Paper(
        id=paper_id,
        title="",
        first_seen_at=observed_at,
        updated_at=observed_at,
        summary=(text(tldr.get("text")) if isinstance(tldr, dict) else "") or None,
        doi=doi if published and published.startswith("doi:") else None,
        sources=(NAME,),
    )
