"""/papers digest filters: what a paper must have beside fitting the topics."""

from dataclasses import replace
from datetime import datetime

from bot.choice import LEAST_VOTES
from bot.commands import Answer, Call, Command
from bot.commands.choices import Learning
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.options import LEARN, MAXIMUM_AGE, MINIMUM_SCORE, MINIMUM_UPVOTES, SOURCES
from bot.commands.digest.settings import describe_filters, settings_notice
from bot.commands.options import CHANNEL, CODE
from bot.models import Filters, Preferences, Subscription
from bot.service import Service
from bot.views import Field


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    known = await service.channels.get(channel)
    wishes = learning(replace(known.preferences, filters=changed(known.preferences.filters, call)), call[LEARN], now)
    if wishes == known.preferences:
        view = settings_notice("These are the filters; nothing was changed.", known, now, *await taste(service, known))
        return Answer(view)
    told = said(known.preferences, wishes, call[LEARN])
    saved = await service.channels.prefer(channel, call.caller, wishes, told)
    view = settings_notice("The filters are saved.", saved, now, *await taste(service, saved))
    return announced(call, view, f"{author(call)} {told}.")


async def taste(service: Service, known: Subscription) -> tuple[Field, ...]:
    """What was learned from the votes given here."""
    if not known.preferences.learn:
        return (Field("Taste", "not learned from votes; digest filters learn:on changes that"),)
    learned = await service.digests.learned(known, service.clock.now())
    nothing = f"nothing learned yet: fewer than {LEAST_VOTES} papers have votes of this channel"
    return (Field("Taste", str(learned) if learned else nothing),)


def learning(known: Preferences, wanted: Learning | None, now: datetime) -> Preferences:
    """`reset` forgets the votes up to now for good; `off` and `on` leave them."""
    match wanted:
        case None:
            return known
        case Learning.RESET:
            return replace(known, learn=True, learn_since=now)
        case _:
            return replace(known, learn=wanted is Learning.ON)


def said(before: Preferences, after: Preferences, learn: Learning | None) -> str:
    """For the log and the channel."""
    told = []
    if before.filters != after.filters:
        told.append(f"changed the digest's filters to: {describe_filters(after.filters)}")
    if learn is Learning.RESET:
        told.append("had the digest forget the votes it learned from")
    elif before.learn != after.learn:
        told.append(f"{'lets the digest learn' if after.learn else 'keeps the digest from learning'} from votes")
    return " and ".join(told)


def changed(known: Filters, call: Call) -> Filters:
    """With what the call names; 0 and nothing take a filter away."""
    given = call.values
    return Filters(
        minimum_upvotes=(call[MINIMUM_UPVOTES] or None) if MINIMUM_UPVOTES.name in given else known.minimum_upvotes,
        minimum_score=(call[MINIMUM_SCORE] or None) if MINIMUM_SCORE.name in given else known.minimum_score,
        sources=call[SOURCES] if SOURCES.name in given else known.sources,
        only_with_code=bool(call[CODE]) if CODE.name in given else known.only_with_code,
        maximum_age=(call[MAXIMUM_AGE] or None) if MAXIMUM_AGE.name in given else known.maximum_age,
    )


command = Command(
    "filters",
    "What a paper must have: upvotes, score, code …; learn from votes",
    run,
    (MINIMUM_UPVOTES, MINIMUM_SCORE, SOURCES, CODE, MAXIMUM_AGE, LEARN, CHANNEL),
    example="digest filters upvotes:10 code:yes age:7",
    group="digest",
    order=35,
    configures=True,
)
