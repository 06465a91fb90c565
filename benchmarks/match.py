"""Many channels' topics against a day's papers: which paper fits which of 100,000 sets."""

import random
import time
from datetime import UTC, datetime

from benchmarks import Options
from bot.models import Combine, Paper, Topics
from bot.topics import TopicIndex, compile_topics

SETS = 100_000
PAPERS = 500
_COMMON = 100
"""Words so common that nobody chooses them as a topic."""
COMPARED = 100
"""Sets that are held against every paper one by one, to check the index and to compare the time."""
_NOW = datetime(2026, 3, 10, tzinfo=UTC)
_CATEGORIES = ("cs.CL", "cs.LG", "cs.CV", "cs.RO", "cs.AI", "stat.ML", "eess.AS", "math.*")


def run(options: Options) -> dict[str, object]:
    """Figures of building the index and of matching; the sets and papers are invented."""
    dice = random.Random(20260310)
    vocabulary = [_word(dice) for _ in range(20_000)]
    count = options.papers or PAPERS
    papers = [_paper(dice, vocabulary, number) for number in range(min(count, PAPERS))]
    sets = [_topics(dice, vocabulary) for _ in range(SETS)]
    started = time.perf_counter()
    index = TopicIndex(sets)
    building = time.perf_counter() - started
    matching = _Watch()
    with matching:
        found = [index.match(paper) for paper in papers]
    fitting = sum(len(row) for row in found)
    for number in range(PAPERS, count):  # made one by one, or a million would be gigabytes
        paper = _paper(dice, vocabulary, number)
        with matching:
            fitting += len(index.match(paper))
    naive = _one_by_one(sets[:COMPARED], papers)
    agrees = all(
        [number for number in row.tolist() if number < COMPARED] == expected
        for row, expected in zip(found, naive[0], strict=True)
    )
    figures: dict[str, object] = {
        "sets": SETS,
        "papers": count,
        "building_s": round(building, 3),
        "matching_s": round(matching.seconds, 3),
        "matching_processor_s": round(matching.processor_seconds, 3),
        "both_s": round(building + matching.seconds, 3),
        "fitting_sets_per_paper": round(fitting / count, 1),
        "agrees_with_matchers": agrees,
        "one_by_one_s": round(naive[1] * SETS / COMPARED * count / len(papers), 1),
    }
    if options.peers:
        figures["peer"] = "one_by_one_s: a matcher for each set, extrapolated from the first sets and papers"
    return figures


class _Watch:
    """Adds up the time between entering and leaving: by the clock, and the processor's, which others cannot slow."""

    seconds = processor_seconds = 0.0

    def __enter__(self) -> None:
        self._since = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._since[0]
        self.processor_seconds += time.process_time() - self._since[1]


def _one_by_one(sets: list[Topics], papers: list[Paper]) -> tuple[list[list[int]], float]:
    matchers = [compile_topics(topics) for topics in sets]
    started = time.perf_counter()
    found = [[number for number, one in enumerate(matchers) if one.match(paper) is not None] for paper in papers]
    return found, time.perf_counter() - started


def _word(dice: random.Random) -> str:
    return "".join(dice.choice("bdfglmnprstvk") + dice.choice("aeiou") for _ in range(dice.randint(1, 5)))


def _some(dice: random.Random, vocabulary: list[str]) -> str:
    """A word; a few are common, as in any language."""
    return vocabulary[min(int(dice.paretovariate(0.6)) - 1, len(vocabulary) - 1)]


def _topics(dice: random.Random, vocabulary: list[str]) -> Topics:
    telling = vocabulary[_COMMON:]
    phrases = [" ".join(_some(dice, telling) for _ in range(dice.choice((1, 2, 2, 3)))) for _ in range(4)]
    phrases += [dice.choice(_CATEGORIES)] if dice.random() < 0.2 else []
    combine = Combine.ALL if dice.random() < 0.1 else Combine.ANY
    exclude = (_some(dice, telling),) if dice.random() < 0.2 else ()
    return Topics(include=tuple(phrases), exclude=exclude, combine=combine)


def _paper(dice: random.Random, vocabulary: list[str], number: int) -> Paper:
    return Paper(
        id=f"9912.{number:05}",
        title=" ".join(_some(dice, vocabulary) for _ in range(10)),
        abstract=" ".join(_some(dice, vocabulary) for _ in range(180)),
        categories=(dice.choice(_CATEGORIES[:7]),),
        first_seen_at=_NOW,
        updated_at=_NOW,
    )
