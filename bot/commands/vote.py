"""/papers vote: for or against a paper; mostly by button."""

from bot.cards import shortened, vote_buttons
from bot.commands import Answer, Call, Command
from bot.commands.choices import Ballot
from bot.commands.options import BALLOT, PAPER
from bot.errors import UsageError
from bot.identity import canonical_id
from bot.service import Service
from bot.titles import title_of
from bot.views import Notice, Tone


async def run(service: Service, call: Call) -> Answer:
    named, _, more = call[PAPER].partition(" ")
    if more and canonical_id(named) is not None:  # a word beside a paper can only be meant as the vote
        message = f"`vote` is one of {', '.join(Ballot)}, not “{shortened(more, 40)}”."
        raise UsageError("bad_value", message, f"Example: /papers vote {named} up", option=BALLOT.name)
    paper = await service.reading.known(call[PAPER])
    ballot = call[BALLOT]
    up = None if ballot is Ballot.CLEAR else ballot is Ballot.UP
    tally = await service.people.vote(call.caller, call.channel, paper, up=up)
    done = {None: "Your vote is taken back", True: "You voted for", False: "You voted against"}[up]
    title = shortened(title_of(paper), 80)
    text = f"{done}: “{title}”. 👍 {tally.up} 👎 {tally.down}"
    hint = "" if up is None else f"Take it back with /papers vote {paper.id} clear"
    return Answer(Notice(tone=Tone.OK, text=text, hint=hint), relabelled=vote_buttons(paper.id, tally))


command = Command(
    "vote",
    "Vote for or against a paper; votes move it here",
    run,
    (PAPER, BALLOT),
    example="vote 2602.23229 up",
    order=110,
    keeps=True,
)
