"""What may stand in an option while somebody types it: suggestions, which `parse` checks again when they are sent."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import UserError
from bot.models import ChannelKey, Period
from bot.schedule import nearest_zones
from bot.service import Service
from bot.service.lists import Page
from bot.service.periods import as_option, bounds, in_words
from bot.topics.presets import presets

MOST = 25
"""Suggestions at a time: as many as Discord shows."""
LEAST_LETTERS = 3
"""Of a search for papers; with fewer, those that trend are suggested."""
COMMON_ZONES = (
    "UTC", "Europe/London", "Europe/Berlin", "Europe/Paris", "America/New_York", "America/Chicago",
    "America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Shanghai", "Asia/Singapore", "Asia/Tokyo",
    "Asia/Seoul", "Australia/Sydney",
)  # fmt: skip
CATEGORIES = {
    "cs.AI": "artificial intelligence", "cs.CL": "language", "cs.CV": "vision", "cs.LG": "machine learning",
    "cs.RO": "robotics", "cs.IR": "information retrieval", "cs.HC": "people and computers", "cs.CR": "security",
    "cs.SE": "software engineering", "cs.MA": "agents together", "cs.SD": "sound", "cs.NE": "neural computing",
    "stat.ML": "machine learning in statistics", "eess.AS": "speech", "eess.IV": "images", "q-bio.QM": "biology",
}  # fmt: skip
"""https://arxiv.org/category_taxonomy"""
COMMON_TOPICS = (
    "agents", "reasoning", "reinforcement learning", "diffusion", "language models", "vision language", "robotics",
    "retrieval", "evaluation", "alignment", "speech", "code generation", "world models", "multimodal",
)  # fmt: skip
SINCE = {"7d": "the last week", "14d": "the last two weeks", "30d": "the last month", "90d": "the last three months"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    value: str
    """As the option takes it."""
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is being typed, where, and which other options are filled in."""

    typed: str
    channel: ChannelKey
    given: Mapping[str, str]


Complete = Callable[[Service, Asking], Awaitable[list[Suggestion]]]


async def suggestions(service: Service, option: str, asking: Asking) -> list[Suggestion]:
    """At most 25, best first; none where nothing can be suggested, and instead of an error, which nobody could read."""
    complete = COMPLETIONS.get(option)
    try:
        return (await complete(service, asking))[:MOST] if complete else []
    except UserError:
        return []


async def _zones(_service: Service, asking: Asking) -> list[Suggestion]:
    found = nearest_zones(asking.typed, MOST) if asking.typed.strip() else COMMON_ZONES
    return [Suggestion(zone, zone.replace("_", " ")) for zone in found]


async def _papers(service: Service, asking: Asking) -> list[Suggestion]:
    """Whose title holds the words, else what trends."""
    page = Page(limit=MOST)
    words = asking.typed.strip()
    found = await (
        service.reading.search(words, page=page) if len(words) >= LEAST_LETTERS else service.reading.trending(page=page)
    )
    return [Suggestion(ranked.paper.id, f"{ranked.paper.title} · {ranked.paper.id}") for ranked in found.papers]


async def _topics(service: Service, asking: Asking) -> list[Suggestion]:
    """The last of the terms between commas is completed: by the channel's own topics, then by what many look for."""
    before, comma, last = asking.typed.rpartition(",")
    subscription = await service.store.channels.subscription(asking.channel)
    own = (*subscription.topics.include, *subscription.topics.exclude) if subscription else ()
    offered = {term: term for term in own}
    if asking.given.get("action") != "remove":
        offered |= {term: term for term in COMMON_TOPICS}
        offered |= {f"preset:{one.name}": f"preset:{one.name} · {one.title}" for one in presets().values()}
        offered |= {category: f"{category} · {told}" for category, told in CATEGORIES.items()}
    word = last.strip().casefold()
    kept = f"{before.strip()}, " if comma else ""
    typed = [Suggestion(asking.typed.strip(), asking.typed.strip())] if word and not own else []
    matching = [(term, label) for term, label in offered.items() if word in label.casefold()]
    matching.sort(key=lambda one: not one[1].casefold().startswith(word))
    found = [Suggestion(f"{kept}{_quoted(term, alone=not comma)}", f"{kept}{label}") for term, label in matching]
    return list({one.value: one for one in (*found, *typed)}.values())


async def _presets(_service: Service, asking: Asking) -> list[Suggestion]:
    word = asking.typed.strip().casefold()
    found = [Suggestion(one.name, f"{one.title}: {one.summary}") for one in presets().values()]
    matching = [one for one in found if word in one.value or word in one.label.casefold()]
    return sorted(matching, key=lambda one: not one.value.startswith(word))


def _quoted(term: str, *, alone: bool) -> str:
    """A phrase stays one where no comma says so."""
    return f'"{term}"' if alone and " " in term else term


def _periods(period: Period) -> Complete:
    async def complete(service: Service, asking: Asking) -> list[Suggestion]:
        """The latest ones that are over."""
        first, found = bounds(period, service.clock.now().date())[0], []
        for _ in range(MOST):
            first = bounds(period, first - timedelta(days=1))[0]
            found.append(Suggestion(as_option(period, first)[1], in_words(period, first)))
        word = asking.typed.strip().casefold()
        return [one for one in found if word in one.value.casefold() or word in one.label.casefold()]

    return complete


async def _since(_service: Service, asking: Asking) -> list[Suggestion]:
    word = asking.typed.strip().casefold()
    return [Suggestion(value, told) for value, told in SINCE.items() if word in value or word in told]


COMPLETIONS: Mapping[str, Complete] = {
    "zone": _zones,
    "paper": _papers,
    "topic": _topics,
    "topics": _topics,
    "exclude": _topics,
    "terms": _topics,
    "preset": _presets,
    "date": _periods(Period.DAILY),
    "week": _periods(Period.WEEKLY),
    "month": _periods(Period.MONTHLY),
    "since": _since,
}
"""By the option's name."""
