"""/papers paper: one paper with every field."""

from bot.buttons import Button, Effect
from bot.cards import detail, share_button
from bot.commands import Answer, Call, Command
from bot.commands.grammar import text_of
from bot.commands.options import AS_CHANNEL, AS_OF, PAPER
from bot.service import Service
from bot.service.votes import NOTHING_SAID


async def run(service: Service, call: Call) -> Answer:
    reader = await service.people.reader(call.caller, call.target(AS_CHANNEL) or call.channel, call[AS_OF])
    standing = await service.reading.standing(
        call[PAPER], as_of=call[AS_OF], channel=call.target(AS_CHANNEL), reader=reader
    )
    tally = None if call.whole else reader.votes.get(standing.ranked.paper.id, NOTHING_SAID).tally
    buttons = (
        ()
        if call.whole
        else (
            Button("Why?", f"why {standing.ranked.paper.id}", Effect.ANSWER),
            share_button(text_of(call, command)),
        )
    )
    view = detail(standing.ranked, stale=standing.stale, as_of=standing.as_of, buttons=buttons, tally=tally)
    return Answer(view)


command = Command(
    "paper",
    "One paper with every field",
    run,
    (PAPER, AS_OF, AS_CHANNEL),
    example="paper 2602.23229",
    order=60,
)
