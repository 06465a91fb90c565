"""Measuring the ranking against recorded history: `backtest`."""

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.backtest.run import backtest
from bot.cli.output import AsObject, print_object
from bot.cli.product import prepare
from bot.cli.progress import Bars
from bot.errors import UsageError

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Holds hf_daily.jsonl.gz and hf_snapshots.csv.gz.")]
FitUntil = Annotated[
    str | None, typer.Option("--fit-until", metavar="DATE", help="Fit weights on days up to DATE, report later ones.")
]


def add(app: typer.Typer) -> None:
    app.command("backtest")(measure)


def measure(folder: Folder, *, json: AsObject = False, fit_until: FitUntil = None) -> None:
    """Replay recorded history, and compare our order with others by what came."""
    if fit_until is not None and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", fit_until):
        raise UsageError("bad_value", f"`{fit_until}` is not a date.", "Write it like 2025-11-27.")
    prepare(quiet=True)
    with Bars() as bars:
        told = backtest(folder, fit_until, bars)
    if json:
        print_object(told)
        return
    console = Console()
    for hours, figures in told["day"].items():
        console.print(_table(f"day: the papers of one list after {hours} h", figures))
    console.print(_table("gain: what papers up to 7 days old gain next", told["gain"]))
    console.print(_table("cold: after 6 h, nothing counted yet", told["cold"]))
    console.print(told["note"])


def _table(title: str, figures: dict[str, dict[str, object]]) -> Table:
    first = next(iter(figures.values()))
    measures = [name for name in first if name not in {"ci", "days", "papers"}]
    table = Table("score", *measures, title=f"{title}, {first['days']} days, {first['papers']} papers")
    for name, row in figures.items():
        table.add_row(name, *(_told(row, measure_name) for measure_name in measures))
    return table


def _told(row: dict[str, object], name: str) -> str:
    spans = row["ci"]
    if not isinstance(spans, dict) or name not in spans:
        return "–"
    low, high = spans[name]
    return f"{row[name]:.3f} ({low:.3f}–{high:.3f})"
