"""A digest by e-mail: asked for, confirmed, changed, ended and forgotten; and what nobody learns."""

import asyncio
from datetime import time

import pytest

from bot.clock import VirtualClock
from bot.errors import UserError
from bot.mailing import LinkError, Purpose, Wish
from bot.mailing.limits import ASKER, GUESSER, RECIPIENT
from bot.mailing.wish import mailbox
from bot.models import Outcome, Period, Schedule, Topics, Weekdays
from bot.ports import Letter, LetterKind, SendError
from bot.service.channels import Channels
from bot.service.halting import Halting
from bot.service.letters import Letters
from bot.service.mailing import READER, Mailing
from bot.service.wishes import NewSettings
from tests.adapters.email.stage import make_links
from tests.builders import NOON
from tests.memory_store import MemoryStore

ADA = "ada@example.org"
HERE = "192.0.2.1"
SCHEDULE = Schedule(zone="Europe/Berlin", at=time(7, 30), days=Weekdays.ALL, period=Period.DAILY)
WISH = Wish(address=ADA, schedule=SCHEDULE, topics=("robotics",))


class Mailbag:
    """A Post."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.keys: list[str] = []
        self.failures: list[Outcome] = []

    async def post(self, letter: Letter, key: str) -> None:
        self.keys.append(key)
        if self.failures:
            raise SendError(self.failures.pop(0), "as the test says")
        self.letters.append(letter)


class Desk:
    """The verbs over a store in memory, with letters that wait for nothing."""

    def __init__(self) -> None:
        self.store, self.bag, self.links = MemoryStore(), Mailbag(), make_links()
        self.channels = Channels(self.store, VirtualClock(NOON, 0))
        self.waited: list[float] = []
        self.letters = Letters(self.bag, sleep=self._wait)
        self.mailing = Mailing(self.store, self.channels, self.links, self.bag, self.letters)

    async def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        await asyncio.sleep(0)

    async def letter(self, number: int = -1) -> Letter:
        while self.letters._tasks:
            await asyncio.gather(*self.letters._tasks)
        return self.bag.letters[number]

    async def token(self) -> str:
        return (await self.letter()).link.rpartition("/")[2]

    async def confirmed(self) -> str:
        """Subscribed; the token."""
        await self.mailing.ask(WISH, HERE)
        token = await self.token()
        await self.mailing.confirm(token, HERE)
        return token

    async def owned(self, purpose: Purpose) -> str:
        return (await self.links.seal(purpose, {"a": ADA})).rpartition("/")[2]


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_nothing_is_kept_until_the_link_is_confirmed(desk: Desk) -> None:
    await desk.mailing.ask(WISH, HERE)
    letter = await desk.letter()
    assert (letter.kind, letter.address) == (LetterKind.CONFIRM, ADA)
    assert ("Topics", "“robotics”") in letter.settings
    assert await desk.store.channels.total() == 0
    token = await desk.token()
    assert await desk.mailing.wish_of(token, HERE) == WISH
    assert await desk.store.channels.total() == 0

    saved = await desk.mailing.confirm(token, HERE)

    assert (saved.channel, saved.schedule, saved.topics.include) == (mailbox(ADA), SCHEDULE, ("robotics",))
    assert saved.next_run_at is not None
    (change,) = await desk.store.channels.log(mailbox(ADA), 10)
    assert change.by == READER


async def test_confirming_twice_is_as_good_as_once(desk: Desk) -> None:
    token = await desk.confirmed()
    first = await desk.store.channels.subscription(mailbox(ADA))
    assert await desk.mailing.confirm(token, HERE) == first


async def test_asking_again_changes_what_comes_and_runs_what_was_stopped(desk: Desk) -> None:
    await desk.confirmed()
    await Halting(desk.store, desk.channels.editing).halt(mailbox(ADA), "mail to this address came back (5.1.1)")
    await desk.mailing.ask(Wish(address=ADA, schedule=Schedule(period=Period.WEEKLY)), HERE)
    saved = await desk.mailing.confirm(await desk.token(), HERE)
    assert (saved.schedule.period, saved.topics, saved.paused_because) == (Period.WEEKLY, Topics(), None)


async def test_a_known_address_is_asked_just_as_an_unknown_one(desk: Desk) -> None:
    """Nothing that whoever asks can see, or wait for, depends on the address: the same letter goes out."""
    await desk.confirmed()
    await desk.mailing.ask(WISH, "192.0.2.2")
    known = await desk.letter()
    await desk.mailing.ask(Wish(address="ben@example.org", schedule=SCHEDULE, topics=("robotics",)), "192.0.2.3")
    unknown = await desk.letter()
    assert (known.kind, known.settings) == (unknown.kind, unknown.settings)


async def test_the_answer_comes_before_anything_is_looked_up(desk: Desk) -> None:
    """Not even a store that answers nothing holds it up."""
    desk.store.channels = None  # type: ignore[assignment]  # whatever asks it breaks
    await desk.mailing.ask(WISH, HERE)
    await desk.mailing.ask_for_preferences(ADA, HERE)
    assert (await desk.letter()).kind is LetterKind.CONFIRM


async def test_preferences_are_sent_to_those_who_have_any(desk: Desk) -> None:
    await desk.mailing.ask_for_preferences(ADA, HERE)
    await asyncio.gather(*desk.letters._tasks)
    assert not desk.bag.letters
    await desk.confirmed()
    await desk.mailing.ask_for_preferences(ADA, HERE)
    letter = await desk.letter()
    assert letter.kind is LetterKind.PREFERENCES
    owner = await desk.mailing.owner(Purpose.PREFERENCES, letter.link.rpartition("/")[2], HERE)
    assert owner.address == ADA
    assert owner.subscription is not None


async def test_one_asker_is_limited_and_told(desk: Desk) -> None:
    for number in range(ASKER.most):
        await desk.mailing.ask(Wish(address=f"ada{number}@example.org"), HERE)
    with pytest.raises(UserError) as caught:
        await desk.mailing.ask(WISH, HERE)
    assert caught.value.code == "slow_down"
    await desk.mailing.ask(WISH, "192.0.2.2")


async def test_what_another_process_let_through_counts_here(desk: Desk) -> None:
    elsewhere = Mailing(desk.store, desk.channels, desk.links, desk.bag, desk.letters)
    for number in range(ASKER.most):
        await (elsewhere if number % 2 else desk.mailing).ask(Wish(address=f"ada{number}@example.org"), HERE)
    for process in (elsewhere, desk.mailing):
        with pytest.raises(UserError):
            await process.ask(WISH, HERE)


async def test_one_mailbox_is_spared_and_nobody_is_told(desk: Desk) -> None:
    for number in range(RECIPIENT.most + 3):
        await desk.mailing.ask(Wish(address=f"ad.a+{number}@example.org"), f"192.0.2.{number}")
    await desk.letter()
    assert len(desk.bag.letters) == RECIPIENT.most


async def test_guessing_is_slowed_down_and_others_are_not(desk: Desk) -> None:
    token = await desk.confirmed()
    for _ in range(GUESSER.most):
        with pytest.raises(LinkError):
            await desk.mailing.wish_of("gAAAAA", HERE)
    with pytest.raises(UserError) as caught:
        await desk.mailing.wish_of(token, HERE)
    assert caught.value.code == "slow_down"
    assert await desk.mailing.wish_of(token, "192.0.2.2") == WISH


async def test_a_topic_that_nobody_can_follow_is_refused_at_once(desk: Desk) -> None:
    with pytest.raises(UserError):
        await desk.mailing.ask(Wish(address=ADA, topics=("?!",)), HERE)
    assert not desk.letters._tasks


async def test_the_end_is_the_end_however_often(desk: Desk) -> None:
    await desk.confirmed()
    token = await desk.owned(Purpose.UNSUBSCRIBE)
    for _ in range(2):
        await desk.mailing.unsubscribe(await desk.mailing.owner(Purpose.UNSUBSCRIBE, token, HERE))
    assert await desk.store.channels.subscription(mailbox(ADA)) is None


async def test_settings_are_changed_paused_and_run_again(desk: Desk) -> None:
    await desk.confirmed()
    token = await desk.owned(Purpose.PREFERENCES)
    owner = await desk.mailing.owner(Purpose.PREFERENCES, token, HERE)
    paused = await desk.mailing.pause(owner)
    assert (paused.paused_because, paused.next_run_at) == ("you paused it", None)
    saved = await desk.mailing.change(owner, NewSettings(include=("agents",), limit=10))
    assert (saved.topics.include, saved.limit, saved.paused_because) == (("agents",), 10, None)


async def test_forgetting_leaves_nothing(desk: Desk) -> None:
    await desk.confirmed()
    assert await desk.mailing.forget(ADA)
    assert await desk.store.channels.subscription(mailbox(ADA)) is None
    assert await desk.store.channels.log(mailbox(ADA), 10) == []
    assert not await desk.mailing.forget(ADA)


async def test_mail_that_came_back_stops_the_digest_it_was(desk: Desk) -> None:
    await desk.confirmed()
    assert not await desk.mailing.returned("a" * 20, "it came back")
    assert await desk.mailing.returned(await desk.links.tag(ADA), "it came back (5.1.1)")
    stopped = await desk.store.channels.subscription(mailbox(ADA))
    assert stopped is not None
    assert (stopped.paused_because, stopped.next_run_at) == ("it came back (5.1.1)", None)


async def test_a_letter_that_is_not_taken_yet_is_sent_again_with_the_same_key(desk: Desk) -> None:
    desk.bag.failures = [Outcome.NOT_SENT, Outcome.LIMITED]
    await desk.mailing.ask(WISH, HERE)
    assert (await desk.letter()).address == ADA
    assert len(desk.bag.keys) == 3
    assert len(set(desk.bag.keys)) == 1
    assert desk.waited == [20.0, 120.0]


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.DEAD_CHANNEL, Outcome.DEAD_LANE, Outcome.CONTENT_BUG])
async def test_a_letter_that_may_have_arrived_or_never_will_is_not(desk: Desk, outcome: Outcome) -> None:
    desk.bag.failures = [outcome]
    await desk.mailing.ask(WISH, HERE)
    await asyncio.gather(*desk.letters._tasks)
    assert len(desk.bag.keys) == 1
    assert not desk.bag.letters


async def test_the_end_of_the_program_waits_for_letters_but_not_for_their_next_attempts() -> None:
    bag, begun = Mailbag(), asyncio.Event()

    async def wait(_seconds: float) -> None:
        begun.set()
        await asyncio.Event().wait()

    letters = Letters(bag, sleep=wait)

    async def write() -> Letter:
        return Letter(kind=LetterKind.TRIAL, address=ADA)

    letters.send(write)
    assert await letters.drain(5)
    assert len(bag.letters) == 1
    bag.failures = [Outcome.NOT_SENT]
    letters.send(write)
    await begun.wait()
    assert not await letters.drain(5)


async def test_a_letter_that_cannot_be_written_harms_no_other(desk: Desk) -> None:
    async def broken() -> Letter:
        raise ZeroDivisionError

    desk.letters.send(broken)
    await desk.mailing.ask(WISH, HERE)
    assert (await desk.letter()).address == ADA
