"""Bringing papers in by hand: `refresh`, `import-history`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import AsObject, print_object, tell
from bot.cli.product import open_product, open_refreshing, prepare
from bot.cli.progress import Bars
from bot.history import ImportReport, import_history
from bot.service.refreshing import RefreshReport


def add(app: typer.Typer) -> None:
    app.command("refresh")(refresh)
    app.command("import-history")(import_files)


def refresh(*, json: AsObject = False) -> None:
    """Ask every source once."""
    report, known = asyncio.run(_refresh())
    if json:
        print_object(report.as_json())
    else:
        for source in report.sources:
            tell(source.in_words())
    if not known and not all(source.ok for source in report.sources):
        sys.exit(1)


async def _refresh() -> tuple[RefreshReport, int]:
    """What each source gave, and how many papers are known now: a source that is down matters while there are none."""
    async with open_product(prepare(quiet=True)) as product, open_refreshing(product) as refreshing:
        with Bars() as bars:
            report = await refreshing.refresh(bars)
        await product.search.update()
        known, _ = await product.store.papers.totals()
    return report, known


Files = Annotated[list[Path], typer.Argument(help="Files or folders.")]


def import_files(files: Files, *, json: AsObject = False) -> None:
    """Load recorded answers, hf_daily.jsonl.gz and hf_snapshots.csv.gz; a second time adds nothing."""
    report = asyncio.run(_import(files))
    if json:
        print_object(report.as_json())
    else:
        tell(report.in_words())


async def _import(files: list[Path]) -> ImportReport:
    async with open_product(prepare(quiet=True)) as product:
        with Bars() as bars:
            report = await import_history(product.store.papers, files, bars)
        await product.search.update()
    return report
