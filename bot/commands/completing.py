"""What may stand in an option while somebody types it: suggestions, which `parse` checks again when they are sent."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import UserError
from bot.models import ChannelKey, Paper, PaperList, Period, Person, RankedPaper, Stance
from bot.plain import cut
from bot.schedule import nearest_zones
from bot.service import Service
from bot.service.lists import Page
from bot.service.periods import as_option, bounds, in_words
from bot.titles import title_of
from bot.topics.presets import presets

MOST = 25
"""Suggestions at a time: as many as Discord shows."""
LABEL = 100
"""Characters of a suggestion that are shown; an id at its end shall be seen."""
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
_ID = re.compile(r"(?:arxiv:)?(\d{4}\.\d{0,5})(?:v\d*)?", re.IGNORECASE | re.ASCII)
"""The beginning of an arXiv id."""
_STANCES = {"follow": Stance.FOLLOW, "mute": Stance.MUTE}
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
    command: str = ""
    """Whose option it is, such as `digest status`."""
    caller: Person | None = None

    @property
    def removing(self) -> bool:
        return self.given.get("action") == "remove"


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
    return [Suggestion(zone, _zone_in_words(zone)) for zone in found]


def _zone_in_words(zone: str) -> str:
    """IANA's `Etc/GMT-2` is what people call UTC+2: https://data.iana.org/time-zones/theory.html#naming."""
    fixed = re.fullmatch(r"Etc/GMT([+-])(\d+)", zone)
    same = f" · UTC{'+' if fixed[1] == '-' else '−'}{fixed[2]}" if fixed and fixed[2] != "0" else ""
    return zone.replace("_", " ") + same


async def _papers(service: Service, asking: Asking) -> list[Suggestion]:
    """Whose id begins so, or whose title holds the words, else what trends; one's own where one is to be removed."""
    words = asking.typed.strip()
    if asking.removing and asking.caller is not None:
        return await _saved(service, asking, asking.caller, words.casefold())
    found: tuple[RankedPaper, ...] = ()
    if begins := _ID.fullmatch(words):
        found = (await service.reading.beginning(begins[1], MOST)).papers
    if not found:
        found = (await _about(service, words)).papers
    return [_paper(ranked.paper) for ranked in found]


async def _about(service: Service, words: str) -> PaperList:
    page = Page(limit=MOST)
    if len(words) < LEAST_LETTERS:
        return await service.reading.trending(page=page)
    return await service.reading.search(words, page=page)


async def _saved(service: Service, asking: Asking, caller: Person, word: str) -> list[Suggestion]:
    saved = await service.people.library(caller, asking.channel)
    papers = await service.store.papers.many([one.paper_id for one in saved])
    found = [_paper(papers[one.paper_id]) for one in saved if one.paper_id in papers]
    return [one for one in found if word in one.label.casefold()]


def _paper(paper: Paper) -> Suggestion:
    room = LABEL - len(paper.id) - len(" · ")
    return Suggestion(paper.id, f"{cut(title_of(paper), room)} · {paper.id}" if room > 0 else title_of(paper))


async def _topics(service: Service, asking: Asking) -> list[Suggestion]:
    """The last of the terms between commas is completed: by the channel's own topics, then by what many look for."""
    if asking.command in _STANCES:
        own = await _kept(service, asking)
    else:
        subscription = await service.store.channels.subscription(asking.channel)
        own = (*subscription.topics.include, *subscription.topics.exclude) if subscription else ()
    before, comma, last = asking.typed.rpartition(",")
    offered = {term: term for term in own}
    if not asking.removing:
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


async def _kept(service: Service, asking: Asking) -> tuple[str, ...]:
    """What one follows or mutes, where some of it is to be removed."""
    if not asking.removing or asking.caller is None:
        return ()
    known = await service.people.interests(asking.caller, asking.channel, _STANCES[asking.command])
    return tuple(one.term for one in known)


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
        """The latest ones that are over; for a channel's own digests today's too."""
        today = service.clock.now().date()
        begun = today + timedelta(days=1) if asking.command.startswith("digest ") else today
        first, found = bounds(period, begun)[0], []
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
