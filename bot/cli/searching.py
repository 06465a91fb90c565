"""Search from the operator's side: `eval-search`, `index rebuild`, `model fetch|check`."""

import asyncio
import math
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import evaluation
from bot.cli.output import AsObject, print_object, tell
from bot.cli.product import open_encoder, open_product, prepare
from bot.cli.progress import Bars
from bot.config import Settings, cache_folder
from bot.errors import UserError
from bot.evaluation import Collection, Quality
from bot.fetch import Fetcher
from bot.models import Batch, Paper
from bot.ports import SearchMode
from bot.semantic import files
from bot.semantic.fetching import LIMITS, fetch_model
from storage.store import SqlStore, open_store

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="corpus.jsonl[.gz], queries.jsonl and qrels.tsv.")]
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_AT_ONCE = 1000
_MARK = "url:"
"""Before a document's id: no query can be taken for such a paper's id."""


def add(app: typer.Typer) -> None:
    app.command("eval-search")(eval_search)
    index = typer.Typer(help="The search index, which can be made again at any time.", no_args_is_help=True)
    index.command("rebuild")(rebuild)
    app.add_typer(index, name="index")
    model = typer.Typer(help="The model for search by meaning.", no_args_is_help=True)
    model.command("fetch")(fetch)
    model.command("check")(check)
    app.add_typer(model, name="model")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    documents: int
    queries: int
    mode: SearchMode
    quality: Quality
    milliseconds: list[float]
    """Of each query, ascending."""
    index_seconds: float

    def as_json(self) -> dict[str, object]:
        return {
            "documents": self.documents,
            "queries": self.queries,
            "mode": self.mode,
            "ndcg@10": round(self.quality.ndcg, 4),
            "recall@100": round(self.quality.recall, 4),
            "mrr@10": round(self.quality.reciprocal_rank, 4),
            "p50_ms": round(self.milliseconds[len(self.milliseconds) // 2], 2),
            "p99_ms": round(self.milliseconds[math.ceil(len(self.milliseconds) * 0.99) - 1], 2),
            "index_s": round(self.index_seconds, 2),
        }


def eval_search(folder: Folder, *, json: AsObject = False) -> None:
    """Search a test collection as the product searches papers, and say how well it did."""
    run = asyncio.run(_evaluate(evaluation.read_collection(folder), prepare(quiet=True))).as_json()
    if json:
        print_object(run)
    else:
        sys.stdout.writelines(f"{name:11} {value}\n" for name, value in run.items())


async def _evaluate(collection: Collection, settings: Settings) -> _Run:
    async with AsyncExitStack() as stack:
        where = stack.enter_context(tempfile.TemporaryDirectory(prefix="broadsheet-"))
        encoder = await stack.enter_async_context(open_encoder(settings))
        store = open_store(f"sqlite:///{where}/papers.db", encoder=encoder)
        stack.push_async_callback(store.close)
        with Bars() as bars:
            for batch in _batches(collection):
                await store.papers.add(batch)
            started = time.perf_counter()
            await store.search.update()
            await store.search.encode(bars)
            seconds = time.perf_counter() - started
        return await _ask(collection, store, seconds)


async def _ask(collection: Collection, store: SqlStore, index_seconds: float) -> _Run:
    found: dict[str, list[str]] = {}
    milliseconds: list[float] = []
    modes: set[SearchMode] = set()
    for query in collection.queries:
        started = time.perf_counter()
        answer = await store.search.find(query.text, since=None, as_of=datetime.now(UTC))
        milliseconds.append(1000 * (time.perf_counter() - started))
        modes.add(answer.mode)
        found[query.id] = [hit.paper_id.removeprefix(_MARK) for hit in answer.hits]
    return _Run(
        documents=len(collection.documents),
        queries=len(collection.queries),
        mode="fused" if "fused" in modes else "bm25",
        quality=evaluation.quality(found, collection.grades),
        milliseconds=sorted(milliseconds),
        index_seconds=index_seconds,
    )


def _batches(collection: Collection) -> Iterator[Batch]:
    for start in range(0, len(collection.documents), _AT_ONCE):
        yield Batch(
            papers=tuple(
                Paper(
                    id=f"{_MARK}{document.id}",
                    title=document.title,
                    abstract=document.text,
                    published_at=_BEGINNING,
                    first_seen_at=_BEGINNING,
                    updated_at=_BEGINNING,
                )
                for document in collection.documents[start : start + _AT_ONCE]
            )
        )


def rebuild(*, json: AsObject = False) -> None:
    """Make the search index again from the stored papers."""
    started = time.perf_counter()
    papers, vectors = asyncio.run(_rebuild(prepare(quiet=True)))
    seconds = round(time.perf_counter() - started, 2)
    if json:
        print_object({"papers": papers, "vectors": vectors, "seconds": seconds})
    else:
        tell(f"{papers:,} papers are indexed, {vectors:,} of them by meaning too ({seconds:,} s).")


async def _rebuild(settings: Settings) -> tuple[int, int]:
    async with open_product(settings) as product:
        with Bars() as bars:
            return await product.search.rebuild(bars), await product.search.encode(bars)


def fetch(*, json: AsObject = False) -> None:
    """Bring the model here: 91 MB from its public repository, each file checked."""
    cache = cache_folder() / files.NAME
    brought = asyncio.run(_fetch(prepare(quiet=True), cache))
    if json:
        print_object({"ok": True, "folder": str(cache), "brought": brought})
    else:
        tell(f"The model is in {cache}." if brought else f"The model was in {cache} already.")


async def _fetch(settings: Settings, cache: Path) -> int:
    fetcher = Fetcher(trusted=(settings.hf_api_url,), contact=settings.public_url, limits=LIMITS)
    try:
        return await fetch_model(fetcher, settings.hf_api_url, cache)
    finally:
        await fetcher.close()


def check(*, json: AsObject = False) -> None:
    """Say where the model is, and whether its files are the right ones."""
    place = files.find_model(prepare(quiet=True).semantic_model, cache_folder() / files.NAME)
    if place is None:
        raise UserError(
            "model_missing", "There is no model, or it is off; search is by words alone.", "`broadsheet model fetch`"
        )
    files.check(place.folder)
    if json:
        print_object({"ok": True, "model": files.NAME, "folder": str(place.folder), "from": place.because})
    else:
        tell(f"{files.NAME} is in {place.folder} ({place.because}), and its files are the right ones.")
