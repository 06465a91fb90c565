"""Views for people at a terminal. Width, colours and `NO_COLOR` are the console's business; nothing here is markup.

Addresses stand on lines of their own that are never wrapped or cut, so that they can be clicked, copied and piped.
"""

from collections.abc import Iterable
from io import StringIO
from typing import TextIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from adapters.terminal.plain import line, plain
from adapters.terminal.tables import channels_table, fields_table, help_table, reasons_table, runs_table
from bot.buttons import Button, Effect
from bot.forms import form_notice
from bot.views import (
    CardList,
    ChannelList,
    Check,
    DigestPost,
    Document,
    Explanation,
    Form,
    Help,
    Notice,
    PaperCard,
    PaperDetail,
    Status,
    Tone,
    View,
)

PLAIN_WIDTH = 88
"""Columns of plain text, as in mails and files."""
INDENT = 4
TONES = {Tone.OK: ("✓", "green"), Tone.INFO: ("·", "cyan"), Tone.ERROR: ("✗", "red")}


def render(view: View, console: Console) -> None:  # noqa: C901  # one case for each view
    """Print a view."""
    match view:
        case CardList():
            _card_list(view, console)
        case PaperDetail():
            _detail(view, console)
        case Explanation():
            _explanation(view, console)
        case Notice():
            _notice(view, console)
        case Help():
            _help(view, console)
        case DigestPost():
            _digest(view, console)
        case Status():
            _status(view, console)
        case ChannelList():
            _channels(view, console)
        case Form():
            _notice(form_notice(view), console)
        case Document():
            console.print(Text(plain(view.text)), soft_wrap=True)


def print_view(view: View, stream: TextIO) -> None:
    """Print a view to a stream: colours and the real width at a terminal, plain text into a file or a pipe."""
    render(view, Console(file=stream, soft_wrap=False, highlight=False, emoji=False, markup=False))


def to_text(view: View) -> str:
    """The view as plain text, without colours or escape codes."""
    console = Console(
        file=StringIO(), width=PLAIN_WIDTH, force_terminal=False, color_system=None, legacy_windows=False, _environ={}
    )
    render(view, console)
    written = console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO made above
    return "\n".join(row.rstrip() for row in written.splitlines()) + "\n"


def _card_list(view: CardList, console: Console) -> None:
    _heading(view.title, console)
    for card in view.cards:
        _card(card, console)
    if not view.cards:
        console.print(_inset(Text(line(view.empty))), "")
    _notes(view.notes, console)
    if view.command:
        console.print(_command("Again", _typed(view.command)), soft_wrap=True)
    _buttons(view.buttons, console)


def _detail(view: PaperDetail, console: Console) -> None:
    _card(view.card, console, summary=not view.abstract)
    if view.abstract:
        console.print(_inset(Text(plain(view.abstract))), "")
    console.print(_inset(fields_table(view.fields)), "")
    for link in view.card.links:
        _address(link.url, console, label=link.label)
    _notes(view.notes, console)
    _buttons(view.buttons, console)


def _explanation(view: Explanation, console: Console) -> None:
    _card(view.card, console, summary=False)
    console.print(_inset(Text(line(view.headline), style="bold")), "")
    if view.reasons:
        console.print(_inset(reasons_table(view.reasons)), "")
    if view.missing:
        console.print(_inset(Text(f"Not known: {line(', '.join(view.missing))}", style="yellow")))
    _notes(view.notes, console)
    _buttons(view.buttons, console)


def _notice(view: Notice, console: Console) -> None:
    sign, colour = TONES[view.tone]
    reference = f" (ref {line(view.reference)})" if view.reference else ""
    console.print(Text.assemble((f"{sign} ", f"bold {colour}"), (line(view.text), "bold"), (reference, "dim")))
    if view.hint:
        console.print(_inset(Text(line(view.hint)), 2))
    if view.fields:
        console.print(_inset(fields_table(view.fields), 2))
    _buttons(view.buttons, console)


def _help(view: Help, console: Console) -> None:
    _heading(view.title, console)
    for title, entries in view.sections:
        console.print(Text(line(title), style="bold cyan"))
        console.print(_inset(help_table(entries), 2), "")
    _notes(view.notes, console)


def _digest(view: DigestPost, console: Console) -> None:
    _heading(f"{view.title} · {view.date_line}", console)
    if view.preview:
        console.print(Text("Preview, not counted", style="italic yellow"), "")
    for card in view.cards:
        _card(card, console)
    if view.digest.quiet_because:
        console.print(_inset(Text(line(view.digest.quiet_because))), "")
    _notes(view.footer, console)


def _status(view: Status, console: Console) -> None:
    _heading(f"{view.channel} · {view.state}", console)
    console.print(Text(line(view.headline), style="bold"), "")
    console.print(_inset(fields_table(view.settings), 2), "")
    if view.next_runs_in_words:
        console.print(Text("Next", style="bold cyan"))
        for words in view.next_runs_in_words:
            console.print(_inset(Text(line(words)), 2))
        console.print("")
    if view.last:
        console.print(Text("Last", style="bold cyan"))
        console.print(_inset(runs_table(view.last), 2))
        for run in view.last:
            if run.url:
                _address(run.url, console, label=run.slot)
    for check in view.checks:
        console.print(_check(check))
    for source in view.stale:
        console.print(Text(line(f"! {source.source}: {source.reason or 'it does not answer'}"), style="yellow"))
    _buttons(view.buttons, console)


def _channels(view: ChannelList, console: Console) -> None:
    _heading(view.title, console)
    if view.channels:
        console.print(channels_table(view.channels))
    else:
        console.print(_inset(Text(line(view.empty))))
    _buttons(view.buttons, console)


def _card(card: PaperCard, console: Console, *, summary: bool = True) -> None:
    rank = "" if not card.ranked.rank else str(card.ranked.rank)
    title = Text(line(card.title), style="bold")
    first = Text.assemble((rank.rjust(INDENT - 1), "bold cyan"), " ")
    for number, row in enumerate(title.wrap(console, max(10, console.width - INDENT))):
        row.rstrip()
        console.print(first + row if number == 0 else Text(" " * INDENT) + row, soft_wrap=True)
    if summary and card.summary:
        console.print(_inset(Text(line(card.summary))))
    if card.facts:
        console.print(_inset(Text(" · ".join(line(fact) for fact in card.facts), style="dim")))
    if card.url:
        _address(card.url, console)
    console.print("")


def _heading(text: str, console: Console) -> None:
    console.print("")
    console.print(Text(line(text), style="bold"))
    console.rule(style="dim")


def _address(url: str, console: Console, *, label: str = "") -> None:
    named = f"{line(label)}: " if label else ""
    console.print(Text.assemble(" " * INDENT, (named, "dim"), (line(url), "blue")), soft_wrap=True)


def _notes(notes: Iterable[str], console: Console) -> None:
    for note in notes:
        console.print(Text(line(note), style="dim italic"))


def _buttons(buttons: Iterable[Button], console: Console) -> None:
    """What a button would do, as something to type. There is nobody here to share with."""
    for button in buttons:
        if button.effect is not Effect.PUBLISH:
            console.print(_command(button.label, _typed(button.command)), soft_wrap=True)


def _command(label: str, command: str) -> Text:
    return Text.assemble((f"{line(label)}: ", "dim"), (line(command), "cyan"))


def _typed(command: str) -> str:
    """As people type it."""
    return command if command.startswith("/") else f"/papers {command}"


def _check(check: Check) -> Text:
    sign, colour = ("✓", "green") if check.ok else ("✗", "red")
    hint = f" {line(check.hint)}" if check.hint else ""
    return Text.assemble((f"{sign} ", colour), f"{line(check.name)}: {line(check.message)}", (hint, "dim"))


def _inset(renderable: RenderableType, columns: int = INDENT) -> Padding:
    return Padding(renderable, (0, 0, 0, columns))
