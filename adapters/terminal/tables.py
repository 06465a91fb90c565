"""The tables of the terminal: fields, reasons with bars, runs, channels, commands."""

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from adapters.terminal.plain import line, plain
from bot.views import ChannelLine, Field, HelpEntry, Run

BAR = 10
"""Columns of the longest bar."""


def fields_table(fields: Sequence[Field]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for field in fields:
        table.add_row(Text(line(field.label)), Text(plain(field.text)))
    return table


def reasons_table(reasons: Sequence[Field]) -> Table:
    """Each signed part with a bar as long as it weighs."""
    weights = [signed(reason.label) for reason in reasons]
    heaviest = max((abs(weight) for weight in weights), default=0.0)
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for reason, weight in zip(reasons, weights, strict=True):
        colour = "red" if weight < 0 else "green"
        length = round(abs(weight) / heaviest * BAR) if heaviest else 0
        table.add_row(
            Text(line(reason.label), style=f"bold {colour}"), Text("█" * length, colour), Text(line(reason.text))
        )
    return table


def runs_table(runs: Sequence[Run]) -> Table:
    table = _table("Slot", "State", "Outcome", "Reason")
    for run in runs:
        table.add_row(*(Text(line(cell)) for cell in (run.slot, run.state, run.outcome or "–", run.reason or "–")))
    return table


def channels_table(channels: Sequence[ChannelLine]) -> Table:
    table = _table("Channel", "State", "Digest", "Next run")
    for channel in channels:
        next_run = f"{channel.next_run:%Y-%m-%d %H:%M} UTC" if channel.next_run else "–"
        table.add_row(*(Text(line(cell)) for cell in (channel.channel, channel.state, channel.summary, next_run)))
    return table


def help_table(entries: Sequence[HelpEntry]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", ratio=2)
    table.add_column(overflow="fold", ratio=3)
    for entry in entries:
        told = Text.assemble(line(entry.summary), ("\n" + line(entry.example), "dim cyan"))
        table.add_row(Text(line(entry.usage), style="bold"), told)
    return table


def signed(text: str) -> float:
    """A signed part as it is written, such as `+0.31` or `−1.20`; 0 for anything else."""
    try:
        return float(text.replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return 0.0


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
