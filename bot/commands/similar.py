"""/papers similar: papers like one, and why."""

from bot.cards import card_list, shortened
from bot.commands import Answer, Call, Command
from bot.commands.grammar import text_of
from bot.commands.options import AS_OF, LIMIT, PAGE, PAPER
from bot.commands.paging import page_of, pins, turning
from bot.service import Service
from bot.titles import title_of


async def run(service: Service, call: Call) -> Answer:
    paper = await service.reading.known(call[PAPER])
    reader = await service.people.reader(call.caller, call.channel, call[AS_OF])
    papers = await service.discovery.similar(paper, reader, page_of(call), call[AS_OF])
    return Answer(
        card_list(
            f"Like “{shortened(title_of(paper), 70)}”",
            papers,
            command=text_of(call, command),
            empty="I know no paper like it yet. Try /papers search and words of its title.",
            facts={ranked.paper.id: (ranked.parts[0].text,) for ranked in papers.papers},
            buttons=turning(call, command, papers, pins(papers)),
        )
    )


command = Command(
    "similar",
    "Papers like one, and why",
    run,
    (PAPER, LIMIT, PAGE, AS_OF),
    example="similar 2602.23229",
    searches=True,
    order=65,
)
