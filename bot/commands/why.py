"""/papers why: the parts of a paper's score, in words and numbers."""

from collections.abc import Sequence

from bot.cards import explanation, stale_notes
from bot.commands import Answer, Call, Command
from bot.commands.options import AS_CHANNEL, AS_OF, PAPER, WINDOW
from bot.ranking.sparkline import sparkline
from bot.service import Service
from bot.service.lists import Standing


async def run(service: Service, call: Call) -> Answer:
    standing = await service.reading.standing(
        call[PAPER],
        window=call[WINDOW],
        as_of=call[AS_OF],
        channel=call.target(AS_CHANNEL),
        reader=await service.people.reader(call.caller, call.target(AS_CHANNEL) or call.channel, call[AS_OF]),
    )
    channel = call.target(AS_CHANNEL) or call.channel
    prospect = await service.prospects.of(channel, standing.ranked.paper, call[AS_OF])
    taste = await service.digests.taste_of(channel)
    upvotes = await service.reading.upvotes_read(standing.ranked.paper.id, standing.as_of)
    return Answer(
        explanation(
            standing.ranked,
            headline(standing),
            missing=standing.missing,
            notes=(prospect, *course(upvotes), *taste, *stale_notes(standing.stale, standing.as_of)),
        )
    )


def course(upvotes: Sequence[int]) -> tuple[str, ...]:
    """How the upvotes went, reading by reading; nothing where there are not two."""
    if len(upvotes) < 2:
        return ()
    return (f"Upvotes at {len(upvotes)} readings: {sparkline(upvotes)} (from {upvotes[0]:,} to {upvotes[-1]:,}).",)


def headline(standing: Standing) -> str:
    """Where it stands, and by how much."""
    ranked = standing.ranked
    if ranked.score is None or ranked.rank is None:
        return "It is not ranked: papers older than 180 days, and those a channel's topics leave out, have no place."
    place = f"Place {ranked.rank:,} of {standing.of:,} trending papers ({standing.window})"
    return f"{place}, with a score of {ranked.score:.2f}."


command = Command(
    "why",
    "The parts of a paper's score, in words",
    run,
    (PAPER, WINDOW, AS_OF, AS_CHANNEL),
    example="why 2602.23229",
    order=70,
)
