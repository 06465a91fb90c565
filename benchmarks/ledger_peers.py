"""The same number of jobs through the queues that others use on PostgreSQL: put in by batches, each done once.

Their jobs do nothing; ours in `ledger` are also planned from schedules, and keep their messages and their history.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from benchmarks import BenchmarkError

Work = Callable[[str, str, int], Awaitable[tuple[float, float]]]

BATCH = 500
PROCRASTINATE_JOBS = 2_000
"""It does one after the other: so many are measured."""


def measure(database_url: str, jobs: int) -> dict[str, dict[str, object]]:
    """Jobs a second of each peer, in schemas of its own that are gone afterwards.

    Raises:
        BenchmarkError: The extra `peers` is not installed.
    """
    try:
        import pgqueuer  # noqa: F401, PLC0415 - an optional extra
        import procrastinate  # noqa: F401, PLC0415 - the same
    except ImportError:
        raise BenchmarkError("the peers need the extra: pip install 'broadsheet[peers]'") from None
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    return {
        "pgqueuer": asyncio.run(_in_schema(url, "peer_pgqueuer", _pgqueuer, jobs)),
        "procrastinate": asyncio.run(_in_schema(url, "peer_procrastinate", _procrastinate, PROCRASTINATE_JOBS)),
    }


async def _in_schema(url: str, schema: str, work: Work, jobs: int) -> dict[str, object]:
    name = sql.Identifier(schema)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as admin:
        await admin.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
        await admin.execute(sql.SQL("CREATE SCHEMA {}").format(name))
        try:
            put, done = await work(url, f"-csearch_path={schema}", jobs)
        finally:
            await admin.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(name))
    return {
        "jobs": jobs,
        "put_in_per_second": round(jobs / put),
        "done_per_second": round(jobs / done),
        "jobs_per_second": round(jobs / (put + done)),
    }


async def _pgqueuer(url: str, options: str, jobs: int) -> tuple[float, float]:
    """Seconds to put them in, and to do them; its batches, its own driver."""
    from pgqueuer import QueueManager  # noqa: PLC0415 - an optional extra
    from pgqueuer.db import PsycopgDriver  # noqa: PLC0415 - the same
    from pgqueuer.queries import Queries  # noqa: PLC0415 - the same
    from pgqueuer.types import QueueExecutionMode  # noqa: PLC0415 - the same

    seen = 0
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, options=options) as connection:
        driver = PsycopgDriver(connection)
        queries = Queries(driver)
        await queries.install(create_schema=False)
        started = time.perf_counter()
        for _ in range(jobs // BATCH):
            await queries.enqueue(["deliver"] * BATCH, [b'{"delivery": 1}'] * BATCH, [0] * BATCH)
        put = time.perf_counter()
        manager = QueueManager(queries)

        async def deliver(_job: object) -> None:
            nonlocal seen
            seen += 1

        manager.entrypoint("deliver")(deliver)
        await manager.run(batch_size=BATCH, mode=QueueExecutionMode.drain, dequeue_timeout=timedelta(seconds=1))
        ended = time.perf_counter()
    if seen != jobs:
        raise BenchmarkError(f"pgqueuer did {seen} of {jobs} jobs")
    return put - started, ended - put


async def _procrastinate(url: str, options: str, jobs: int) -> tuple[float, float]:
    """The same; its worker takes one job after the other, in as many tasks as it is allowed."""
    import procrastinate  # noqa: PLC0415 - an optional extra

    seen = 0
    connector = procrastinate.PsycopgConnector(conninfo=url, kwargs={"options": options})
    app = procrastinate.App(connector=connector)

    async def count(delivery: int) -> None:
        nonlocal seen
        seen += delivery

    deliver = app.task(name="deliver")(count)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        started = time.perf_counter()
        for _ in range(jobs // BATCH):
            await deliver.batch_defer_async(*({"delivery": 1} for _ in range(BATCH)))
        put = time.perf_counter()
        await app.run_worker_async(wait=False, concurrency=50, install_signal_handlers=False)
        ended = time.perf_counter()
    if seen != jobs:
        raise BenchmarkError(f"procrastinate did {seen} of {jobs} jobs")
    return put - started, ended - put
