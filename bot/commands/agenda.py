"""/papers agenda: what the team wants to read together, by its votes."""

from bot.buttons import Effect
from bot.cards import card_list, vote_buttons
from bot.commands import Answer, Call, Command
from bot.commands.grammar import text_of
from bot.commands.options import LIMIT, PAGE, VOTE_DAYS
from bot.commands.paging import page_of, turning
from bot.plain import counted
from bot.service import Service


async def run(service: Service, call: Call) -> Answer:
    days = call[VOTE_DAYS]
    favourites = dict(await service.people.favourites(call.channel, days))
    papers = await service.reading.chosen(list(favourites), page_of(call, ends=True))
    facts = {
        paper_id: (" ".join(button.label for button in vote_buttons(paper_id, tally) if button.label[-1].isdigit()),)
        for paper_id, tally in favourites.items()
    }
    turns = [button for button in turning(call, command, papers, {}) if button.effect is not Effect.PUBLISH]
    return Answer(
        card_list(
            f"Reading list · votes of the last {counted(days, 'day')}",
            papers,
            command=text_of(call, command),
            empty="Nobody has voted for a paper here lately. Vote with 👍 under a digest, or /papers vote ID up.",
            facts=facts,
            buttons=turns,
        ),
        public=True,
    )


command = Command(
    "agenda",
    "The reading list of your team, by its votes, for everybody",
    run,
    (VOTE_DAYS, LIMIT, PAGE),
    example="agenda days:14",
    order=150,
)
