"""/papers library: one's own saved papers; nobody else sees them."""

from dataclasses import replace

from bot.buttons import Button, Effect
from bot.cards import card_list, day, number, shortened
from bot.commands import Answer, Call, Command
from bot.commands.choices import ExportFormat, LibraryAction
from bot.commands.grammar import text_of
from bot.commands.options import CONFIRM, FORMAT, LIBRARY_ACTION, LIMIT, ONE_PAPER, PAGE
from bot.commands.paging import page_of, turning
from bot.errors import UsageError, UserError
from bot.service import Service
from bot.service.exports import EXTENSIONS, as_object, export
from bot.service.lists import Page
from bot.titles import title_of
from bot.views import Document, Field, Notice, Tone

EMPTY = "Your library is empty. Save a paper with its Save button, or /papers save ID."
EXPORTED = 20
"""Papers of one answer in chat; a program gets all of them."""


_WITHOUT_A_PAPER = {
    LibraryAction.LIST: "Search all papers: /papers search and your words.",
    LibraryAction.EXPORT: "Example: /papers library export csv",
    LibraryAction.DELETE_ALL: "To take one paper out: /papers library remove and its id",
}


async def run(service: Service, call: Call) -> Answer:
    _refuse_a_paper(call)
    match call[LIBRARY_ACTION]:
        case LibraryAction.LIST:
            return await _list(service, call)
        case LibraryAction.REMOVE:
            return await _remove(service, call)
        case LibraryAction.EXPORT:
            return await _export(service, call)
        case LibraryAction.DELETE_ALL:
            return await _delete_all(service, call)


def _refuse_a_paper(call: Call) -> None:
    """Raises UsageError where a paper, or a word in its place, would go unheard: above all before all is deleted."""
    action = call[LIBRARY_ACTION]
    if not call[ONE_PAPER] or action not in _WITHOUT_A_PAPER:
        return
    takes = f"; its format is {', '.join(ExportFormat)}" if action is LibraryAction.EXPORT else ""
    message = f"`library {action}` is for all your papers, not for “{shortened(call[ONE_PAPER], 40)}”{takes}."
    raise UsageError("bad_value", message, _WITHOUT_A_PAPER[action], option=ONE_PAPER.name)


async def _list(service: Service, call: Call) -> Answer:
    saved = await service.people.library(call.caller, call.channel)
    facts = {one.paper_id: (f"saved {day(one.at)}", f"note: {one.note}" if one.note else "") for one in saved}
    papers = await service.reading.chosen([one.paper_id for one in saved], page_of(call, ends=True))
    export_button = Button("Export", "library export bibtex", Effect.ANSWER)
    turns = tuple(one for one in turning(call, command, papers, {}) if one.effect is not Effect.PUBLISH)
    return Answer(
        card_list(
            "My library",
            papers,
            command=text_of(call, command),
            empty=EMPTY,
            notes=(f"{number(papers.total)} saved, newest first. Only you see them.",) if papers.papers else (),
            facts=facts,
            buttons=(*turns, export_button) if turns or (papers.papers and not call.whole) else (),
        )
    )


async def _remove(service: Service, call: Call) -> Answer:
    if not call[ONE_PAPER]:
        raise UsageError(
            "missing_value", "Which paper is to go?", "Example: /papers library remove 2602.23229", option="paper"
        )
    paper = await service.reading.known(call[ONE_PAPER])
    if not await service.people.unsave(call.caller, call.channel, paper.id):
        raise UserError("not_saved", f"{paper.id} is not in your library.", "See what is: /papers library")
    again = () if call.whole else (Button("Undo", f"save {paper.id}", Effect.ANSWER),)
    return Answer(Notice(tone=Tone.OK, text=f"“{title_of(paper)}” is out of your library.", buttons=again))


async def _export(service: Service, call: Call) -> Answer:
    saved = await service.people.library(call.caller, call.channel)
    page = Page(limit=None) if call.whole else Page(limit=EXPORTED, number=call[PAGE])
    papers = await service.reading.chosen([one.paper_id for one in saved], page)
    notes = {one.paper_id: one for one in saved}
    if not saved and not call.whole:
        return Answer(Notice(tone=Tone.INFO, text=EMPTY))
    rows = [(ranked.paper, notes[ranked.paper.id]) for ranked in papers.papers]
    style = call[FORMAT]
    turns = turning(call, command, papers, {})
    first = 1 + (page.number - 1) * EXPORTED
    told = f"Papers {first} to {first + len(rows) - 1} of {papers.total}." if papers.pages > 1 else ""
    return Answer(
        Document(
            title="My library",
            name=f"library.{EXTENSIONS[style]}",
            text=export(rows, style),
            notes=(told,) if told and not call.whole else (),
            buttons=tuple(replace(one, effect=Effect.ANSWER) for one in turns if one.effect is Effect.REPLACE),
            content=as_object(rows) if style == "json" else None,
        )
    )


async def _delete_all(service: Service, call: Call) -> Answer:
    if not call[CONFIRM]:
        return Answer(
            Notice(
                tone=Tone.INFO,
                text="This deletes your library, what you follow and have muted, your votes and visits, and takes "
                "your name from what you suggested. It cannot be undone.",
                hint="To do it: /papers library delete-all yes",
                buttons=() if call.whole else (Button("Delete all", "library delete-all yes", Effect.ANSWER),),
            )
        )
    gone = await service.people.forget(call.caller, call.channel)
    return Answer(
        Notice(
            tone=Tone.OK,
            text="All you kept here is deleted.",
            fields=(
                Field("Saved papers", str(gone.saved)),
                Field("Followed and muted", str(gone.interests)),
                Field("Votes", str(gone.votes)),
                Field("Suggestions without your name now", str(gone.suggestions)),
            ),
        )
    )


command = Command(
    "library",
    "Your saved papers: list, remove, export, delete-all",
    run,
    (LIBRARY_ACTION, ONE_PAPER, FORMAT, CONFIRM, LIMIT, PAGE),
    example="library export bibtex",
    order=90,
    keeps=True,
)
