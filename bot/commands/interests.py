"""What `follow` and `mute` share: everything but the stance."""

from bot.cards import day
from bot.commands import Answer, Call, Command
from bot.commands.choices import Keeping
from bot.commands.options import FACET, KEEPING, LASTING, PLAIN_TERMS
from bot.errors import UsageError, UserError
from bot.models import Interest, Stance
from bot.service import Service
from bot.views import Field, Notice, Tone

MOST = 50
"""Of one person and stance: what they can still read in one message."""


def keeping(stance: Stance, summary: str, done: str, example: str, *, order: int) -> Command:
    """The command that keeps interests of this stance; `done` says what it did with a term."""

    async def run(service: Service, call: Call) -> Answer:
        action, terms = call[KEEPING], call[PLAIN_TERMS]
        known = await service.people.interests(call.caller, call.channel, stance)
        if action is Keeping.LIST or (action is None and not terms):
            return Answer(_listed(stance, known))
        if not terms:
            raise UsageError("missing_value", f"`{stance} {action}` needs a word or a name.", f"Example: {example}")
        if action is Keeping.REMOVE:
            return Answer(await _removed(service, call, terms))
        if len(known) + len(terms) > MOST:
            raise UserError("too_many", f"You can {stance} {MOST} things at most.", f"See them: /papers {stance} list")
        await service.people.set_interests(call.caller, call.channel, stance, call[FACET], terms, call[LASTING])
        listed = await service.people.interests(call.caller, call.channel, stance)
        return Answer(_listed(stance, listed, f"{done} {', '.join(f'“{term}”' for term in terms)}."))

    async def _removed(service: Service, call: Call, terms: tuple[str, ...]) -> Notice:
        dropped = await service.people.drop_interests(call.caller, call.channel, stance, terms)
        if not dropped:
            raise UserError("not_there", f"You do not {stance} that.", f"See what you do: /papers {stance} list")
        left = await service.people.interests(call.caller, call.channel, stance)
        return _listed(stance, left, f"Removed {', '.join(f'“{one.term}”' for one in dropped)}.")

    return Command(
        stance,
        summary,
        run,
        (KEEPING, PLAIN_TERMS, FACET, LASTING),
        example=example.removeprefix("/papers "),
        order=order,
        keeps=True,
    )


def _listed(stance: Stance, interests: list[Interest], text: str = "") -> Notice:
    nothing = f"You {stance} nothing yet."
    return Notice(
        tone=Tone.OK if text else Tone.INFO,
        text=text or (f"What you {stance}:" if interests else nothing),
        hint=f"Add with /papers {stance} WORDS, remove with /papers {stance} remove WORDS. Only you see this.",
        fields=tuple(Field(one.term, _told(one)) for one in interests),
    )


def _told(one: Interest) -> str:
    return f"{one.facet}, until {day(one.until)}" if one.until else str(one.facet)
