"""A topic set's candidates of one moment, made once however many channels and processes ask."""

import json
from collections.abc import Mapping
from hashlib import blake2b

from bot.models import Period, Topics
from bot.ports import CandidateKey, CandidateStore, KeptCandidate
from bot.ranking import Ranking
from bot.service.trends import Trends

Matched = Mapping[str, tuple[str, ...]]
"""Ids in ranked order, each with the included topics it matched."""


class MadeOnce:
    """Reads what somebody made, or makes it for everybody."""

    def __init__(self, kept: CandidateStore, trends: Trends) -> None:
        self._kept = kept
        self._trends = trends

    async def of(
        self, period: Period, topics: Topics, ranking: Ranking, young: tuple[str, ...]
    ) -> tuple[Matched, dict[str, float]]:
        """Those of the young papers that fit, and their scores; of what was made, those that the ranking still has."""
        key = key_of(period, topics, ranking)
        kept = await self._kept.candidates(key)
        if kept is None:
            matched = await self._trends.matching(ranking, topics, young)
            kept = await self._kept.keep(key, made(topics, matched, ranking))
        known = [one for one in kept if ranking.place(one.paper_id) is not None]
        return (
            {one.paper_id: tuple(topics.include[place] for place in one.terms) for one in known},
            {one.paper_id: one.score for one in known},
        )


def key_of(period: Period, topics: Topics, ranking: Ranking) -> CandidateKey:
    """The same in every process; it tells nobody's topics."""
    told = json.dumps([topics.include, topics.exclude, topics.combine], ensure_ascii=True)
    return CandidateKey(blake2b(told.encode(), digest_size=16).hexdigest(), period, ranking.as_of)


def made(topics: Topics, matched: Matched, ranking: Ranking) -> tuple[KeptCandidate, ...]:
    places = {term: place for place, term in enumerate(topics.include)}
    return tuple(
        KeptCandidate(paper_id, ranking.score(paper_id) or 0.0, tuple(places[term] for term in terms))
        for paper_id, terms in matched.items()
    )
