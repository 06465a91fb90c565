"""/papers save: keep a paper in one's own library."""

from bot.buttons import Button, Effect
from bot.cards import shortened
from bot.commands import Answer, Call, Command
from bot.commands.options import NOTE, PAPER
from bot.errors import UsageError
from bot.identity import canonical_id
from bot.service import Service
from bot.titles import title_of
from bot.views import Notice, Tone


async def run(service: Service, call: Call) -> Answer:
    named, _, more = call[PAPER].partition(" ")
    if more and canonical_id(named) is not None:  # words beside a paper can only be meant as the note
        message = f"“{shortened(more, 40)}” belongs to no paper; is it your note?"
        raise UsageError("bad_value", message, f'Write: /papers save {named} note:"{more}"', option=NOTE.name)
    paper = await service.reading.known(call[PAPER])
    new = await service.people.save(call.caller, call.channel, paper, call[NOTE])
    title = shortened(title_of(paper), 80)
    noted = " with your note" if call[NOTE] else ""
    text = f"“{title}” is {'now' if new else 'already'} in your library{noted}. Only you see it."
    buttons = (
        Button("My library", "library", Effect.ANSWER),
        Button("Remove", f"library remove {paper.id}", Effect.ANSWER),
    )
    return Answer(Notice(tone=Tone.OK, text=text, buttons=() if call.whole else buttons))


command = Command(
    "save",
    "Keep a paper in your library, which only you see",
    run,
    (PAPER, NOTE),
    example='save 2602.23229 note:"read before Friday"',
    order=80,
    keeps=True,
)
