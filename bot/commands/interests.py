"""What `follow` and `mute` share: everything but the stance."""

from bot.buttons import Button, Effect
from bot.cards import day
from bot.commands import Answer, Call, Command
from bot.commands.choices import Keeping
from bot.commands.options import FACET, KEEPING, LASTING, PLAIN_TERMS
from bot.commands.other_verbs import empties, removes
from bot.commands.quotes import quoted
from bot.errors import UsageError, UserError
from bot.models import Facet, Interest, Stance
from bot.service import Service
from bot.views import Field, Notice, Tone

PREFIXES = {"author": Facet.AUTHOR, "org": Facet.ORGANIZATION}
MOST = 50
"""Of one person and stance: what they can still read in one message."""


def keeping(stance: Stance, summary: str, done: str, example: str, *, order: int) -> Command:
    """The command that keeps interests of this stance; `done` says what it did with a term."""

    async def run(service: Service, call: Call) -> Answer:
        action, terms = call[KEEPING], call[PLAIN_TERMS]
        known = await service.people.interests(call.caller, call.channel, stance)
        if (instead := _told_instead(stance, known, call)) is not None:
            return Answer(instead)
        if not terms:
            raise UsageError("missing_value", f"`{stance} {action}` needs a word or a name.", f"Example: {example}")
        if action is Keeping.REMOVE:
            return Answer(await _removed(service, call, terms))
        if len(known) + len(terms) > MOST:
            raise UserError("too_many", f"You can {stance} {MOST} things at most.", f"See them: /papers {stance} list")
        told = await _kept(service, call, stance, terms)
        listed = await service.people.interests(call.caller, call.channel, stance)
        return Answer(_listed(stance, listed, f"{done} {told}."))

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


def _told_instead(stance: Stance, known: list[Interest], call: Call) -> Notice | None:
    """What there is, where nothing is to be changed; or what taking all of it away takes away.

    Raises:
        UsageError: `bad_value`, for a verb that there is not before what is to be taken away.
    """
    action, typed = call[KEEPING], call.raw.get(PLAIN_TERMS.name, "")
    if action is None and empties(typed):
        return _emptied(stance, known, call)
    if action is Keeping.LIST or (action is None and not call[PLAIN_TERMS]):
        return _listed(stance, known)
    unwanted = removes(typed) if action is None else ""
    if unwanted:
        hint = f"Example: /papers {stance} remove {unwanted[:60]}"
        quotes = f'If you mean the words themselves, put them in quotes: "{typed.strip()[:60]}"'
        raise UsageError("bad_value", f"To take something away, `{stance}` has the word remove.", f"{hint}. {quotes}")
    return None


def _emptied(stance: Stance, known: list[Interest], call: Call) -> Notice:
    """What taking all of them away takes away, with the button that does it; nothing is gone yet."""
    if not known:
        return _listed(stance, known)
    command = removing(stance, known)
    return Notice(
        tone=Tone.INFO,
        text=f"This takes away all that you {stance}.",
        hint=f"To do it: /papers {command}",
        fields=tuple(Field(one.term, _told(one)) for one in known),
        buttons=() if call.whole else (Button("Remove all", command, Effect.ANSWER),),
    )


def removing(stance: Stance, known: list[Interest]) -> str:
    """The command that takes these away."""
    return f"{stance} remove {', '.join(quoted(one.term) for one in known)}"


async def _kept(service: Service, call: Call, stance: Stance, terms: tuple[str, ...]) -> str:
    """What was added, in words."""
    named = by_facet(terms, call[FACET])
    for facet, names in named.items():
        await service.people.set_interests(call.caller, call.channel, stance, facet, names, call[LASTING])
    return ", ".join(f"“{name}”" for names in named.values() for name in names)


def by_facet(terms: tuple[str, ...], facet: Facet) -> dict[Facet, tuple[str, ...]]:
    """What is followed of whom: `org:` and `author:` before a name say it too."""
    found: dict[Facet, tuple[str, ...]] = {}
    for term in terms:
        prefix, colon, name = term.partition(":")
        said = PREFIXES.get(prefix.lower()) if colon and name.strip() else None
        kind, named = (said, name.strip()) if said else (facet, term)
        found[kind] = (*found.get(kind, ()), named)
    return found


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
