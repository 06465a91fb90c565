"""/papers search: full text over titles and abstracts."""

from bot.cards import card_list
from bot.commands import Answer, Call, Command
from bot.commands.grammar import text_of
from bot.commands.highlights import highlighted
from bot.commands.options import (
    AS_OF,
    AUTHOR,
    CATEGORY,
    CODE,
    LIMIT,
    MORE,
    ORGANIZATION,
    PAGE,
    QUERY,
    SINCE,
    SORT,
    TOPIC,
)
from bot.commands.paging import nothing_found, page_of, pins, turning
from bot.plain import counted
from bot.ports import MOST
from bot.service import Service
from bot.service.filters import Filters
from bot.service.lists import since_moment

_NOTHING = "Nothing found. Try fewer or other words, without quotation marks, or more:yes to ask Hugging Face too."


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
        filters=Filters(
            category=call[CATEGORY], author=call[AUTHOR], organization=call[ORGANIZATION], has_code=call[CODE]
        ),
        more=call[MORE],
    )
    found = f"{counted(papers.total, 'paper')} found"
    if papers.total >= MOST:
        found = f"The {MOST} best are shown; narrow them with topic:, since: or more words"
    view = card_list(
        f"Search · {call[QUERY]}",
        papers,
        command=text_of(call, command),
        empty=nothing_found(papers, _NOTHING),
        notes=(*((found,) if papers.papers else ()), *((papers.beyond,) if papers.beyond else ())),
        buttons=turning(call, command, papers, pins(papers)),
    )
    return Answer(highlighted(view, call[QUERY]))


command = Command(
    "search",
    "Find papers by words and by meaning",
    run,
    (QUERY, TOPIC, SINCE, CATEGORY, AUTHOR, ORGANIZATION, CODE, MORE, SORT, LIMIT, PAGE, AS_OF),
    example='search "protein folding" since:90d',
    searches=True,
    order=50,
)
