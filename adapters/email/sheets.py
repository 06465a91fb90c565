"""Views as sheets; pure."""

from collections.abc import Iterable

from adapters.email.sheet import PREFERENCES, UNSUBSCRIBE, Sheet, Story, story
from bot.buttons import Button, Effect, Link
from bot.forms import form_notice
from bot.models import Period
from bot.plain import clean, cut, one_line
from bot.service.wishes import describe_schedule
from bot.views import (
    CardList,
    ChannelList,
    DigestPost,
    Document,
    Explanation,
    Field,
    Form,
    Help,
    Notice,
    PaperDetail,
    Status,
    View,
)

SUBJECT_LENGTH = 120
"""Characters; most lists of mails show fewer, none of the usual servers takes less."""
PREVIEW_LENGTH = 140
EDITIONS = {Period.DAILY: "of the day", Period.WEEKLY: "of the week", Period.MONTHLY: "of the month"}


def sheet_of(view: View, site: str) -> Sheet:  # noqa: C901, PLR0911  # one return for each view
    """A view as what a message says; `site` is the address of our pages, empty where nobody can reach them."""
    match view:
        case DigestPost():
            return _digest(view, site)
        case CardList():
            return _list(view, site)
        case PaperDetail():
            return _detail(view, site)
        case Explanation():
            return _explanation(view, site)
        case Notice():
            return _notice(view)
        case Form():
            return _notice(form_notice(view))
        case Help():
            return _help(view)
        case Status():
            return _status(view)
        case ChannelList():
            return _channels(view)
        case Document():
            return _document(view)


def _digest(view: DigestPost, site: str) -> Sheet:
    digest = view.digest
    stories = tuple(story(card, site) for card in view.cards)
    counted, *notes = view.footer or ("",)
    quiet = (f"Nothing today: {one_line(digest.quiet_because)}.",) if digest.quiet_because else ()
    why = f"It comes {describe_schedule(digest.schedule)}."
    return Sheet(
        subject=cut(_subject(view, stories), SUBJECT_LENGTH),
        preview=cut(" · ".join(one.title for one in stories[1:]) or " ".join(quiet), PREVIEW_LENGTH),
        date=view.date_line,
        edition=one_line(counted.partition(" · why?")[0]),
        kicker="Preview, not counted" if view.preview else "",
        paragraphs=quiet,
        stories=stories,
        notes=(*(one_line(note) for note in notes), why),
        links=(Link("Preferences", PREFERENCES), Link("Unsubscribe", UNSUBSCRIBE)),
    )


def _subject(view: DigestPost, stories: tuple[Story, ...]) -> str:
    """The first paper and how many others: mails of one name and number each day are not opened."""
    if not stories:
        return f"{view.title}: nothing today"
    others = len(stories) - 1
    more = f", and {others} more {EDITIONS[view.digest.schedule.period]}" if others else ""
    return f"{cut(stories[0].title, SUBJECT_LENGTH - len(more))}{more}"


def _list(view: CardList, site: str) -> Sheet:
    return Sheet(
        subject=cut(one_line(view.title), SUBJECT_LENGTH),
        headline=one_line(view.title),
        paragraphs=(one_line(view.empty),) if view.empty else (),
        stories=tuple(story(card, site) for card in view.cards),
        notes=_lines(*view.notes, f"Again: {view.command}" if view.command else "", *_typed(view.buttons)),
    )


def _detail(view: PaperDetail, site: str) -> Sheet:
    shown = story(view.card, site, summary=view.abstract or view.card.summary)
    return Sheet(
        subject=cut(shown.title, SUBJECT_LENGTH),
        stories=(shown,),
        fields=_fields(view.fields),
        notes=_lines(*view.notes, *_typed(view.buttons)),
    )


def _explanation(view: Explanation, site: str) -> Sheet:
    return Sheet(
        subject=cut(f"Why: {one_line(view.card.title)}", SUBJECT_LENGTH),
        headline=one_line(view.headline),
        stories=(story(view.card, site, summary=""),),
        fields=_fields(view.reasons),
        notes=_lines(*(f"Not known: {missing}" for missing in view.missing), *view.notes, *_typed(view.buttons)),
    )


def _notice(view: Notice) -> Sheet:
    reference = f" (ref {view.reference})" if view.reference else ""
    return Sheet(
        subject=cut(one_line(view.text), SUBJECT_LENGTH),
        headline=one_line(view.text) + reference,
        paragraphs=_lines(view.hint),
        fields=_fields(view.fields),
        notes=_lines(*_typed(view.buttons)),
    )


def _help(view: Help) -> Sheet:
    entries = [Field(entry.example, entry.summary) for _, section in view.sections for entry in section]
    return Sheet(subject=view.title, headline=view.title, fields=_fields(entries), notes=_lines(*view.notes))


def _status(view: Status) -> Sheet:
    runs = [Field(run.slot, f"{run.state}: {run.reason}" if run.reason else run.state) for run in view.last]
    checks = [Field(f"{'✓' if one.ok else '✗'} {one.name}", f"{one.message} {one.hint}") for one in view.checks]
    following = [Field("Next", "\n".join(view.next_runs_in_words))] if view.next_runs_in_words else []
    failing = (f"{source.source}: {source.reason or 'it does not answer'}" for source in view.stale)
    return Sheet(
        subject=cut(f"{view.channel}: {view.state}", SUBJECT_LENGTH),
        kicker=view.state,
        headline=one_line(view.headline),
        fields=_fields([*view.settings, *following, *runs, *checks]),
        notes=_lines(*failing, *_typed(view.buttons)),
    )


def _channels(view: ChannelList) -> Sheet:
    lines = [Field(line.channel, f"{line.state}: {line.summary}") for line in view.channels]
    return Sheet(
        subject=view.title,
        headline=view.title,
        paragraphs=_lines(view.empty),
        fields=_fields(lines),
        notes=_lines(*_typed(view.buttons)),
    )


def _document(view: Document) -> Sheet:
    return Sheet(
        subject=cut(one_line(view.title), SUBJECT_LENGTH),
        headline=one_line(view.title),
        verbatim=clean(view.text),
        notes=_lines(*view.notes, *_typed(view.buttons)),
    )


def _fields(fields: Iterable[Field]) -> tuple[Field, ...]:
    return tuple(Field(one_line(field.label), clean(field.text).strip()) for field in fields)


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(one_line(text) for text in texts if text.strip())


def _typed(buttons: Iterable[Button]) -> tuple[str, ...]:
    """What a button would do, as something to type in chat: mail has no buttons that act."""
    shown = [button for button in buttons if button.effect is not Effect.PUBLISH]
    return tuple(f"{button.label}: /papers {button.command.removeprefix('/papers ')}" for button in shown)
