"""One order from two: by words and by meaning; pure."""

from collections.abc import Iterable, Mapping, Sequence

from storage.search_values import Match

BY_WORDS = 0.4
BY_MEANING = 0.6
"""Between 0.4 and 0.8 the fusion beats words alone on four test collections; reciprocal ranks do not."""


def fused(by_words: Sequence[Match], close: Iterable[Match], cosines: Mapping[int, float]) -> list[Match]:
    """All of both, best first: 0.4 · bm25 / max(bm25) + 0.6 · cosine; at equal scores the newest first, then by id.

    `close` are papers near in meaning, whatever their scores; `cosines` hold those of all papers of both, by key. What
    has no cosine yet gets what the least close of the others has, so that a paper that was just added can be found.
    """
    best = max((match.score for match in by_words), default=0.0)
    known = {match.key: match.score / best for match in by_words} if best else {}
    unknown = min(cosines.values(), default=0.0)
    both = {match.key: match for match in (*by_words, *close)}
    scored = [
        Match(
            match.key,
            match.paper_id,
            BY_WORDS * known.get(match.key, 0.0) + BY_MEANING * cosines.get(match.key, unknown),
            match.published_at,
        )
        for match in both.values()
    ]
    return sorted(scored, key=lambda match: (-match.score, -match.published_at, match.paper_id))
