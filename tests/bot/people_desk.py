"""A desk with papers to vote for, save and follow, who asks at it, and what they are answered."""

from collections.abc import Awaitable

from bot.commands import Call
from bot.models import ChannelKey, Person
from bot.views import CardList, Notice, View
from tests.builders import ADA, CHANNEL, NOON, days, hours, make_batch, make_observation, make_paper
from tests.service import Desk, make_desk

BEN = Person(id="U0002", name="Ben")
BENS = Call(BEN, CHANNEL)
ELSEWHERE = Call(ADA, ChannelKey("slack", "T0002", "C0001"))


async def eight_papers() -> Desk:
    """Eight papers, the first the fastest; every second is about robots, by Eve Sample of Example Labs."""
    desk = make_desk()
    for number in range(1, 9):
        paper_id, robots = f"2603.{number:05}", number % 2
        paper = make_paper(
            paper_id,
            title=f"Study {number} of {'robot grasping' if robots else 'language models'}",
            abstract="We look closely and find what we looked for.",
            authors=("Eve Sample",) if robots else ("Ada Example",),
            organization="Example Labs" if robots else None,
            keywords=("manipulation",) if robots else (),
            first_seen_at=NOON - days(number),
        )
        seen = [make_observation(paper_id, NOON - hours(back), upvotes=50 - number * 3 - back) for back in (20, 1)]
        await desk.store.papers.add(make_batch(paper, *seen))
    return desk


async def notice(view: Awaitable[View]) -> Notice:
    found = await view
    assert isinstance(found, Notice), found
    return found


async def ids(view: Awaitable[View]) -> list[str]:
    found = await view
    assert isinstance(found, CardList), found
    return [card.ranked.paper.id for card in found.cards]


def paper(number: int) -> str:
    return f"2603.{number:05}"
