"""/papers submit: suggest a paper to the team; `list` shows who suggested what."""

from bot.buttons import Button, Effect
from bot.cards import card_list, day, number, one_line, shortened, vote_buttons
from bot.commands import Answer, Call, Command
from bot.commands.grammar import text_of
from bot.commands.options import LIMIT, PAGE, SUBMIT_ACTION, URL, WHY
from bot.commands.paging import page_of, turning
from bot.errors import UsageError
from bot.identity import canonical_id
from bot.models import Suggestion, Tally
from bot.service import Service
from bot.titles import title_of
from bot.views import Notice, Tone


async def run(service: Service, call: Call) -> Answer:
    if not call[URL] or call[SUBMIT_ACTION] is not None:
        return await _list(service, call)
    paper_id = canonical_id(call[URL])
    if paper_id is None:
        shown = shortened(call[URL], 60)
        hint = "Example: /papers submit https://arxiv.org/abs/2602.23229 why:…"
        raise UsageError("bad_value", f"“{shown}” is no link, arXiv id or DOI.", hint, option=URL.name)
    paper_id = await service.store.papers.present(paper_id)
    kept, new = await service.people.suggest(call.caller, call.channel, paper_id, call[URL], call[WHY])
    known = await service.store.papers.get(paper_id)
    title = shortened(one_line(title_of(known) if known else call[URL]), 80)
    tally = (await service.people.tallies(call.channel, [paper_id])).get(paper_id, Tally())
    votes = vote_buttons(paper_id, tally) if known and not call.whole else ()
    buttons = (*votes, Button("All suggestions", "submit list", Effect.ANSWER)) if not call.whole else ()
    if not new:
        text = f"“{title}” was suggested already, {_by(kept)}."
        return Answer(Notice(tone=Tone.INFO, text=text, hint=_why(kept), buttons=buttons))
    hint = "" if known else "I have not seen this paper yet; it stays in the list under its address until I do."
    return Answer(Notice(tone=Tone.OK, text=f"“{title}” is suggested to your team.", hint=hint, buttons=buttons))


async def _list(service: Service, call: Call) -> Answer:
    suggestions = await service.people.suggestions(call.channel)
    facts = {one.paper_id: (f"suggested {_by(one)}", _why(one)) for one in suggestions}
    papers = await service.reading.chosen([one.paper_id for one in suggestions], page_of(call, ends=True))
    known = await service.store.papers.many(list(facts))
    unseen = [f"Not seen yet: {one.url} ({_by(one)})" for one in suggestions if one.paper_id not in known]
    return Answer(
        card_list(
            "Suggested papers",
            papers,
            command=text_of(call, command),
            empty="Nobody has suggested a paper I know yet. Suggest one: /papers submit URL why:…",
            notes=(f"{number(len(suggestions))} suggested, newest first.", *unseen[:10]) if suggestions else (),
            facts=facts,
            buttons=turning(call, command, papers, {}),
        )
    )


def _by(one: Suggestion) -> str:
    return f"by {one.name or 'somebody'} on {day(one.at)}"


def _why(one: Suggestion) -> str:
    return f"why: {shortened(one_line(one.why), 200)}" if one.why else ""


command = Command(
    "submit",
    "Suggest a paper to your team, or list what was suggested",
    run,
    (SUBMIT_ACTION, URL, WHY, LIMIT, PAGE),
    example='submit https://arxiv.org/abs/2602.23229 why:"settles our debate"',
    order=100,
    keeps=True,
)
