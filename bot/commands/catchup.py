"""/papers catchup: what somebody missed."""

from bot.cards import card_list, day
from bot.commands import Answer, Call, Command
from bot.commands.grammar import text_of
from bot.commands.options import AS_OF, LIMIT, PAGE, SINCE
from bot.commands.paging import page_of, pins, turning
from bot.service import Service
from bot.service.discovery import FIRST_CATCHUP
from bot.service.lists import since_moment
from bot.views import Notice, Tone


async def run(service: Service, call: Call) -> Answer:
    now = call[AS_OF] or service.clock.now()
    last = await service.people.last_visit(call.caller, call.channel)
    since = since_moment(call[SINCE], now) or last or now - FIRST_CATCHUP
    if since > now:
        text = "That is in the future; nothing was missed since then."
        return Answer(Notice(tone=Tone.INFO, text=text, hint="Example: /papers catchup since:7d"))
    reader = await service.people.reader(call.caller, call.channel, call[AS_OF])
    papers = await service.discovery.catchup(since, reader, page_of(call), call[AS_OF])
    pinned = {**pins(papers), "since": f"{since:%Y-%m-%dT%H:%M:%S.%f}Z"}
    first = "" if call[SINCE] or last else "This is your first visit, so these are from the last 7 days."
    followed = "What you follow comes first." if reader.followed and papers.papers else ""
    return Answer(
        card_list(
            f"What you missed since {day(since, call.zone or 'UTC')}",
            papers,
            command=text_of(call, command),
            empty="Nothing new since then. /papers trending shows what people talk about now.",
            notes=tuple(note for note in (first, followed) if note),
            buttons=turning(call, command, papers, pinned),
        )
    )


command = Command(
    "catchup",
    "What you missed since your last visit, ranked",
    run,
    (SINCE, LIMIT, PAGE, AS_OF),
    example="catchup since:7d",
    order=75,
    keeps=True,
    zoned=True,
)
