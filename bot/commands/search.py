"""/papers search: full text over titles and abstracts."""

from bot.cards import card_list
from bot.commands import Answer, Call, Command
from bot.commands.grammar import text_of
from bot.commands.options import AS_OF, LIMIT, PAGE, QUERY, SINCE, SORT, TOPIC
from bot.commands.paging import page_of, pins, turning
from bot.service import Service
from bot.service.reading import since_moment


async def run(service: Service, call: Call) -> Answer:
    now = service.clock.now()
    reader = await service.people.reader(call.caller, call.channel, call[AS_OF])
    papers = await service.reading.search(
        call[QUERY],
        topics=call[TOPIC],
        since=since_moment(call[SINCE], call[AS_OF] or now),
        sort=call[SORT],
        page=page_of(call),
        as_of=call[AS_OF],
        reader=reader,
    )
    found = f"{papers.total:,} paper{'' if papers.total == 1 else 's'} found"
    return Answer(
        card_list(
            f"Search · {call[QUERY]}",
            papers,
            command=text_of(call, command),
            empty="Nothing found. Try fewer or other words, or an arXiv id.",
            notes=(found,) if papers.papers else (),
            buttons=turning(call, command, papers, pins(papers)),
        )
    )


command = Command(
    "search",
    "Find papers by words of their title or abstract",
    run,
    (QUERY, TOPIC, SINCE, SORT, LIMIT, PAGE, AS_OF),
    example='search "protein folding" since:90d',
    order=50,
)
