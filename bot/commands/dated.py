"""What `daily`, `weekly` and `monthly` share: everything but the period and its option."""

from datetime import date

from bot.cards import card_list
from bot.commands import Answer, Call, Command, Option
from bot.commands.grammar import text_of
from bot.commands.options import AS_OF, LIMIT, PAGE, TOPIC
from bot.commands.paging import nothing_found, page_of, pins, turning
from bot.models import Period
from bot.service import Service
from bot.service.periods import as_option, in_words

SATURDAY = 5
"""Of `date.weekday()`."""


def dated(period: Period, option: Option[date | None], summary: str, *, order: int) -> Command:
    """The command that shows the reference site's list of this period."""

    async def run(service: Service, call: Call) -> Answer:
        first, papers = await service.reading.dated(
            period,
            call[option],
            topics=call[TOPIC],
            page=page_of(call, ends=True),
            as_of=call[AS_OF],
            reader=await service.people.reader(call.caller, call.channel, call[AS_OF]),
        )
        name, text = as_option(period, first)
        return Answer(
            card_list(
                f"{period.capitalize()} papers · {in_words(period, first)}",
                papers,
                command=text_of(call, command),
                empty=nothing_found(papers, _nothing(period, first)),
                buttons=turning(call, command, papers, {name: text, **pins(papers)}),
            )
        )

    command = Command(
        period.value,
        summary,
        run,
        (option, TOPIC, LIMIT, PAGE, AS_OF),
        example=f"{period} {option.example}",
        order=order,
    )
    return command


def _nothing(period: Period, first: date) -> str:
    """Why a list may be empty, as far as that is known."""
    if period is Period.DAILY and first.weekday() >= SATURDAY:
        return "No papers are listed on weekends. Try another date, or /papers trending."
    return "I know no papers that were listed then. Try another date, or /papers trending."
