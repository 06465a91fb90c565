"""The order of docs/operating.md, played: old processes deliver, the database is upgraded, new ones join, old end.

Each scene waits for a fact, never for a time.
"""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import text

from storage.engine import sync_engine
from tests.chat_server import Chat, chat_server
from tests.end_to_end.product import Product, product, until

WAVES, WORKSPACES, EACH = 4, 4, 9
CHANNELS = [f"T{number % WORKSPACES}:C{wave}{number:02}" for wave in range(WAVES) for number in range(EACH)]
"""By the wave in which their digest falls due."""
NOW = "2026-03-10T09:01:30Z"
SEED = Path(__file__).with_name("seed.py")


@dataclass
class Told:
    """What became of it all."""

    posts: Counter[str]
    """First messages, by channel."""
    states: Counter[str]
    """Of the ledger."""
    page: Counter[int]
    """Statuses that the old version's page gave, from before the upgrade until it ended."""
    ready: int
    """What the old version's /readyz says once the new one is beside it."""
    new_posted: bool
    ends: list[int]
    """Exit codes of the old processes."""


@dataclass
class Play:
    old: Path
    new: Path
    url: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, checkout: Path, *words: str) -> None:
        """A command of one version, which has to succeed."""
        python = {"PYTHONPATH": str(checkout), "DATABASE_URL": self.url, "SEMANTIC_MODEL": "off", "PATH": "/usr/bin"}
        done = subprocess.run(  # noqa: S603  # our own commands
            [sys.executable, *words], cwd=checkout, env=python, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @contextmanager
    def process(self, name: str, checkout: Path, *options: str) -> Iterator[Product]:
        place = self.folder / name
        place.mkdir()
        with product(place, self.environment, *options, checkout=checkout) as running:
            yield running

    def wave(self, number: int) -> None:
        """Their digests are due now."""
        due = f"UPDATE subscription SET next_run_at = '2026-03-10T09:00:00Z' WHERE channel LIKE 'C{number}%'"  # noqa: S608  # our own words
        with sync_engine(self.url).begin() as connection:
            assert connection.execute(text(due)).rowcount == EACH

    def ledger(self) -> Counter[str]:
        with sync_engine(self.url).connect() as connection:
            return Counter(connection.execute(text("SELECT state FROM delivery")).scalars())


def roll(old: Path, new: Path, url: str, folder: Path) -> Told:
    """Both checkouts' processes on the empty PostgreSQL database at `url`."""
    play = Play(old, new, url, folder)
    play.command(old, "-m", "bot", "db", "upgrade")
    play.command(old, str(SEED), url, *CHANNELS)
    with chat_server() as chat, ExitStack() as stack:
        play.environment = chat.environment | {"DATABASE_URL": url, "BROADSHEET_NOW": NOW}
        return _acts(play, chat, stack)


def _acts(play: Play, chat: Chat, stack: ExitStack) -> Told:
    first = stack.enter_context(play.process("first", play.old, "--role", "web", "--role", "worker"))
    page = stack.enter_context(visited(f"{first.url}/api/v1/trending?limit=1"))
    play.wave(0)
    until(lambda: len(posts(chat)) >= EACH // 3)
    play.command(play.new, "-m", "bot", "db", "upgrade")
    second = stack.enter_context(play.process("second", play.old, "--role", "worker"))  # as one that was restarted
    play.wave(1)
    until(lambda: len(posts(chat)) >= EACH + EACH // 3, seconds=60)
    joined = stack.enter_context(play.process("joined", play.new, "--role", "web", "--role", "worker"))
    play.wave(2)
    until(lambda: len(posts(chat)) >= 2 * EACH + EACH // 3, seconds=60)
    ready = httpx.get(f"{first.url}/readyz", timeout=20, trust_env=False).status_code
    page.stop.set()
    ends = [first.end(), second.end()]
    play.wave(3)
    until(lambda: play.ledger().keys() == {"sent"} and play.ledger().total() == len(CHANNELS), seconds=90)
    sent = 'broadsheet_deliveries_total{platform="slack",state="sent"}'
    return Told(
        posts=posts(chat),
        states=play.ledger(),
        page=page.statuses,
        ready=ready,
        new_posted=sent in httpx.get(f"{joined.url}/metrics", timeout=20, trust_env=False).text,
        ends=ends,
    )


def posts(chat: Chat) -> Counter[str]:
    """First messages; what follows in a thread belongs to them."""
    return Counter(str(message["channel"]) for message in list(chat.posted) if "thread_ts" not in message)


@dataclass
class Visited:
    statuses: Counter[int] = field(default_factory=Counter)
    """0: no answer."""
    stop: threading.Event = field(default_factory=threading.Event)


@contextmanager
def visited(address: str) -> Iterator[Visited]:
    """Somebody who asks for a page, again and again, until told to stop."""
    visits = Visited()

    def ask() -> None:
        with httpx.Client(timeout=120, trust_env=False) as client:
            while not visits.stop.wait(0.1):
                try:
                    visits.statuses[client.get(address).status_code] += 1
                except httpx.TransportError:
                    visits.statuses[0] += 1

    visitor = threading.Thread(target=ask)
    visitor.start()
    try:
        yield visits
    finally:
        visits.stop.set()
        visitor.join()


def check(told: Told) -> None:
    """None lost, none twice; nobody was sent away; everything ended as it should."""
    assert told.posts == Counter(name.partition(":")[2] for name in CHANNELS)
    assert told.states == {"sent": len(CHANNELS)}
    assert told.page.keys() == {200}
    assert told.ready == 200
    assert told.new_posted
    assert told.ends == [0, 0]
