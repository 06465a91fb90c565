"""The same number of jobs through the queues that others use on PostgreSQL: put in by batches, each done once.

Their jobs do nothing and leave a line of log at most; ours in `ledger` are also planned from schedules, keep their
messages and their history, and know lanes. All run on one server, durable as it is set, in as many processes.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from benchmarks import BenchmarkError
from benchmarks.processes import Lap, Stopwatch, together

BATCH = 500
PROCRASTINATE_JOBS = 2_000
"""It does one after the other: so many are measured."""


def measure(database_url: str, jobs: int, processes: int) -> dict[str, dict[str, object]]:
    """Jobs a second of each peer, in schemas of its own that are gone afterwards.

    Raises:
        BenchmarkError: The extra `peers` is not installed, or a job was lost.
    """
    try:
        import pgqueuer  # noqa: F401, PLC0415 - an optional extra
        import procrastinate  # noqa: F401, PLC0415 - the same
    except ImportError:
        raise BenchmarkError("the peers need the extra: pip install 'broadsheet[peers]'") from None
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with _schema(url, "peer_pgqueuer") as options:
        asyncio.run(_install_pgqueuer(url, options))
        lap = together(processes, pgqueuer_worker, url, options, jobs // processes)
        _expect_none(url, options, "SELECT count(*) FROM pgqueuer")
        first = _figures(lap, jobs // processes * processes)
    with _schema(url, "peer_procrastinate") as options:
        asyncio.run(_install_procrastinate(url, options))
        lap = together(processes, procrastinate_worker, url, options, PROCRASTINATE_JOBS // processes)
        _expect_none(url, options, "SELECT count(*) FROM procrastinate_jobs WHERE status <> 'succeeded'")
        second = _figures(lap, PROCRASTINATE_JOBS // processes * processes)
    return {"pgqueuer": first, "procrastinate": second}


@contextmanager
def _schema(url: str, schema: str) -> Iterator[str]:
    """Options of a connection to it."""
    name = sql.Identifier(schema)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
        admin.execute(sql.SQL("CREATE SCHEMA {}").format(name))
        try:
            yield f"-csearch_path={schema}"
        finally:
            admin.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(name))


def _expect_none(url: str, options: str, left: LiteralString) -> None:
    with psycopg.connect(url, options=options) as connection:
        row = connection.execute(left).fetchone()
    if row is None or row[0]:
        raise BenchmarkError(f"jobs were left: {row}")


def _figures(lap: Lap, jobs: int) -> dict[str, object]:
    return {
        "jobs": jobs,
        "put_in_per_second": round(jobs / (lap.half - lap.started)),
        "done_per_second": round(jobs / (lap.ended - lap.half)),
        "jobs_per_second": round(jobs / (lap.ended - lap.started)),
        "processor_seconds": round(lap.processor, 2),
    }


async def _install_pgqueuer(url: str, options: str) -> None:
    from pgqueuer.db import PsycopgDriver  # noqa: PLC0415 - an optional extra
    from pgqueuer.queries import Queries  # noqa: PLC0415 - the same

    async with await psycopg.AsyncConnection.connect(url, autocommit=True, options=options) as connection:
        await Queries(PsycopgDriver(connection)).install(create_schema=False)


def pgqueuer_worker(url: str, options: str, jobs: int) -> Lap:
    """Puts its share in, then does what is there; its batches, its own driver."""
    return asyncio.run(_pgqueuer(url, options, jobs))


async def _pgqueuer(url: str, options: str, jobs: int) -> Lap:
    from pgqueuer import QueueManager  # noqa: PLC0415 - an optional extra
    from pgqueuer.db import PsycopgDriver  # noqa: PLC0415 - the same
    from pgqueuer.queries import Queries  # noqa: PLC0415 - the same
    from pgqueuer.types import QueueExecutionMode  # noqa: PLC0415 - the same

    async with await psycopg.AsyncConnection.connect(url, autocommit=True, options=options) as connection:
        queries = Queries(PsycopgDriver(connection))
        manager = QueueManager(queries)
        manager.entrypoint("deliver")(_nothing)
        watch = Stopwatch()
        for batch in _batches(jobs):
            await queries.enqueue(["deliver"] * batch, [b'{"delivery": 1}'] * batch, [0] * batch)
        watch.half()
        await manager.run(batch_size=BATCH, mode=QueueExecutionMode.drain, dequeue_timeout=timedelta(seconds=1))
        return watch.lap()


async def _nothing(_job: object) -> None:
    """What a job of theirs does."""


async def _install_procrastinate(url: str, options: str) -> None:
    app, _ = _procrastinate_app(url, options)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()


def procrastinate_worker(url: str, options: str, jobs: int) -> Lap:
    """The same; its worker takes one job after the other, in as many tasks as it is allowed."""
    return asyncio.run(_procrastinate(url, options, jobs))


async def _procrastinate(url: str, options: str, jobs: int) -> Lap:
    app, deliver = _procrastinate_app(url, options)
    async with app.open_async():
        watch = Stopwatch()
        for batch in _batches(jobs):
            await deliver.batch_defer_async(*({"delivery": 1} for _ in range(batch)))
        watch.half()
        await app.run_worker_async(wait=False, concurrency=50, install_signal_handlers=False)
        return watch.lap()


def _procrastinate_app(url: str, options: str) -> tuple[Any, Any]:
    """The application and its one task, as untyped as the extra is here."""
    import procrastinate  # noqa: PLC0415 - an optional extra

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, kwargs={"options": options}))

    async def nothing(delivery: int) -> None:
        pass

    return app, app.task(name="deliver")(nothing)


def _batches(jobs: int) -> Iterator[int]:
    for start in range(0, jobs, BATCH):
        yield min(BATCH, jobs - start)
