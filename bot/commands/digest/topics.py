"""/papers digest topics: what the digest is about."""

from dataclasses import replace

from bot.cards import one_line, shortened
from bot.commands import Answer, Call, Command
from bot.commands.choices import TopicAction
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.options import ACTION, TERMS
from bot.commands.digest.settings import settings_notice
from bot.commands.options import CHANNEL, PRESET
from bot.errors import UsageError, UserError
from bot.latex import readable
from bot.models import Combine, Topics
from bot.service import Service
from bot.service.alike import nearness
from bot.service.wishes import combined, describe_topics, without
from bot.titles import title_of
from bot.topics import examples_of, likes_of
from bot.topics.advice import Advice
from bot.topics.presets import Preset
from bot.views import Field

TITLE = 60
"""Characters of an example."""
_REPLACING = 'To have others instead: /papers digest settings topics:"robotics, agents"'
_EMPTYING = "To have papers about everything: /papers digest settings topics:none"
_REMOVING = "To take some away: /papers digest topics remove robotics"
_OTHER_VERBS = (
    dict.fromkeys(("set", "replace", "change"), _REPLACING)
    | dict.fromkeys(("clear", "reset", "none", "nothing", "everything"), _EMPTYING)
    | dict.fromkeys(("delete", "del", "rm"), _REMOVING)
)
"""What people type for it that would else be kept, and announced, as a topic."""


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    subscription = await service.channels.get(channel)
    if call[ACTION] is None:
        refuse_another_verb(call.raw.get(TERMS.name, ""))
    wanted = changed(subscription.topics, call[ACTION], with_presets(call[TERMS], call[PRESET]))
    examples = await examples_in(service, wanted)
    told = (*examples, *tried(await service.trying.advice(wanted, subscription.limit)))
    if wanted == subscription.topics:
        return Answer(settings_notice("These are the topics; nothing was changed.", subscription, now, *told))
    subscription = await service.channels.retopic(channel, call.caller, wanted)
    view = settings_notice("The topics are saved.", subscription, now, *told)
    return announced(call, view, f"{author(call)} changed this channel's topics to {describe_topics(wanted)}.")


def refuse_another_verb(terms: str) -> None:
    """Raises UsageError, `bad_value`, if the terms begin with a verb that there is not."""
    first, *more = terms.split() or [""]
    hint = _OTHER_VERBS.get(first.lower(), "")
    if not hint or (more and hint is _EMPTYING):  # "reset codes" are a topic
        return
    message = f"`digest topics` takes {', '.join(TopicAction)}, not “{first}”."
    raise UsageError("bad_value", message, f'{hint}. If you mean the word itself, put it in quotes: "{first}"')


async def examples_in(service: Service, topics: Topics) -> tuple[Field, ...]:
    """What the topics by example are like.

    Raises:
        UserError: `unknown_paper`.
    """
    told = []
    for key in likes_of(topics):
        papers = [await service.reading.known(paper_id) for paper_id in examples_of(key)]
        titles = ", ".join(f"“{shortened(title_of(paper), TITLE)}”" for paper in papers)
        told.append(Field("Like", f"{titles}: {nearness(len(papers))}"))
    return tuple(told)


def tried(advice: Advice) -> tuple[Field, ...]:
    """What the topics would have brought, and how to make them better."""
    titles = "; ".join(f"“{shortened(one_line(readable(title)), TITLE)}”" for title in advice.such_as)
    counted = f"{advice.matched:,} of {advice.of:,} papers would have matched, {advice.a_day:.1f} a day"
    shown = Field(f"Last {advice.days} days", f"{counted}, such as {titles}" if titles else counted)
    return (shown, *((Field("Suggestions", "\n".join(advice.hints)),) if advice.hints else ()))


def with_presets(terms: Topics, chosen: tuple[Preset, ...]) -> Topics:
    """The terms and those of the presets."""
    for preset in chosen:
        terms = Topics(
            include=tuple(dict.fromkeys((*terms.include, *preset.topics.include))),
            exclude=tuple(dict.fromkeys((*terms.exclude, *preset.topics.exclude))),
        )
    return terms


def changed(known: Topics, action: TopicAction | None, terms: Topics) -> Topics:
    """The topics after the change.

    Raises:
        UsageError: The action needs terms.
    """
    match action:
        case TopicAction.ANY | TopicAction.ALL:
            return replace(combined(known, terms), combine=Combine(action))
        case TopicAction.LIST:
            return known
        case None if terms.are_everything:
            return known
        case _ if terms.are_everything:
            raise UsageError(
                "missing_value", f"`{action}` needs words.", f"Example: /papers digest topics {action} robotics"
            )
        case TopicAction.REMOVE:
            return _removed(known, terms)
        case TopicAction.EXCLUDE:
            return combined(known, Topics(exclude=(*terms.include, *terms.exclude)))
        case _:
            return combined(known, terms)


def _removed(known: Topics, terms: Topics) -> Topics:
    """Raises UserError, `not_there`, if none of the terms is one of the topics."""
    left = without(known, terms)
    if left == known:
        named = ", ".join(f"“{shortened(term, TITLE)}”" for term in (*terms.include, *terms.exclude))
        raise UserError("not_there", f"{named} is not among the topics.", "See them: /papers digest topics list")
    return left


command = Command(
    "topics",
    "What the digest is about: words, phrases, categories",
    run,
    (ACTION, TERMS, PRESET, CHANNEL),
    example='digest topics add robotics "graph neural network" -survey',
    group="digest",
    order=30,
    configures=True,
)
