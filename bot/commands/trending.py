"""/papers trending: the papers people talk about now."""

from bot.cards import card_list
from bot.commands import Answer, Call, Command
from bot.commands.grammar import text_of
from bot.commands.options import AS_CHANNEL, AS_OF, FREE_TOPIC, LIMIT, PAGE, WINDOW
from bot.commands.paging import nothing_found, page_of, pins, turning
from bot.service import Service

NOTHING = "Nothing is trending here yet. Try a wider window (30d) or another topic; /papers daily shows whole days."


async def run(service: Service, call: Call) -> Answer:
    reader = await service.people.reader(call.caller, call.target(AS_CHANNEL) or call.channel, call[AS_OF])
    papers = await service.reading.trending(
        topics=call[FREE_TOPIC],
        window=call[WINDOW],
        page=page_of(call),
        as_of=call[AS_OF],
        channel=call.target(AS_CHANNEL),
        reader=reader,
    )
    window = call[WINDOW]
    return Answer(
        card_list(
            f"Trending papers · {window}",
            papers,
            command=text_of(call, command),
            empty=nothing_found(papers, NOTHING),
            buttons=turning(call, command, papers, pins(papers)),
        )
    )


command = Command(
    "trending",
    "Papers people talk about now",
    run,
    (FREE_TOPIC, WINDOW, LIMIT, PAGE, AS_OF, AS_CHANNEL),
    example="trending robotics window:7d",
    order=10,
)
