"""/papers trending: the papers people talk about now."""

from bot.cards import card_list
from bot.commands import Answer, Call, Command
from bot.commands.grammar import text_of
from bot.commands.options import AS_CHANNEL, AS_OF, FREE_TOPIC, LIMIT, PAGE, WINDOW
from bot.commands.paging import nothing_found, page_of, pins, turning
from bot.plain import cut, one_line
from bot.service import Service

NOTHING = "Nothing is trending here yet. Try a wider window (30d) or another topic; /papers daily shows whole days."

TOPIC_SHOWN = 60
"""Characters of the topic in the title; the command beneath has all of it."""


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
    window, about = call[WINDOW], cut(one_line(call.raw.get(FREE_TOPIC.name, "")), TOPIC_SHOWN)
    return Answer(
        card_list(
            " · ".join(("Trending papers", *([about] if about else []), window)),
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
