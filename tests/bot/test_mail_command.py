"""/papers subscribe with an address: a mail goes out, and whoever asked learns nothing."""

import asyncio

import pytest

from bot.commands import Call
from bot.commands.dispatch import answer_text
from bot.mailing import Purpose, Wish
from bot.mailing.limits import ASKER
from bot.models import ChannelKey, Period
from bot.ports import LetterKind
from bot.service import Service
from bot.views import Notice, Tone
from tests.adapters.email.stage import STILL, Script, mail_server, make_platform
from tests.bot.mail_door import Door
from tests.builders import ADA, CHANNEL
from tests.memory_store import MemoryStore
from tests.service import make_desk


class Desk:
    def __init__(self) -> None:
        self.door, self.store = Door(), MemoryStore()
        self.service = Service.over(self.store, self.store.search, {}, STILL, self.door)

    async def ask(self, text: str, call: Call | None = None) -> Notice:
        call = call or Call(ADA, CHANNEL, zone="Europe/Berlin")
        view = (await answer_text(self.service, text, call)).view
        assert isinstance(view, Notice)
        assert self.service.mailing is not None
        await self.service.mailing.drain(5)
        return view

    async def wish(self) -> Wish:
        content = await self.door.links.open(Purpose.CONFIRM, self.door.letters[-1].link.rpartition("/")[2])
        return Wish.from_json(content)


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_mail_asks_for_confirmation_and_nothing_is_kept(desk: Desk) -> None:
    told = await desk.ask("subscribe weekly 7:30 topics:robotics,agents days:fri email:Ada@Example.org")
    assert told.tone is Tone.OK
    wish = await desk.wish()
    assert (wish.address, wish.topics) == ("ada@example.org", ("robotics", "agents"))
    assert (wish.schedule.period, f"{wish.schedule.at:%H:%M}", wish.schedule.zone) == (
        Period.WEEKLY,
        "07:30",
        "Europe/Berlin",
    )
    assert await desk.store.channels.total() == 0


async def test_what_they_follow_is_what_it_is_about(desk: Desk) -> None:
    await desk.ask("follow robot")
    await desk.ask("subscribe email:ada@example.org")
    assert (await desk.wish()).topics == ("robot",)


async def test_an_address_as_slack_writes_it_is_read(desk: Desk) -> None:
    await desk.ask("subscribe email:<mailto:ada@example.org|ada@example.org>")
    assert (await desk.wish()).address == "ada@example.org"


async def test_known_and_unknown_addresses_are_answered_alike(desk: Desk) -> None:
    first = await desk.ask("subscribe email:ada@example.org")
    token = desk.door.letters[-1].link.rpartition("/")[2]
    assert desk.service.mailing is not None
    await desk.service.mailing.confirm(token, "test")
    assert await desk.ask("subscribe email:ada@example.org") == first
    assert await desk.ask("subscribe email:ben@example.org") == first


async def test_to_stop_it_a_link_is_sent_to_the_address_alone(desk: Desk) -> None:
    unknown = await desk.ask("subscribe stop email:ada@example.org")
    assert not desk.door.letters
    await desk.ask("subscribe email:ada@example.org")
    assert desk.service.mailing is not None
    await desk.service.mailing.confirm(desk.door.letters[-1].link.rpartition("/")[2], "test")
    assert await desk.ask("subscribe stop email:ada@example.org") == unknown
    assert desk.door.letters[-1].kind is LetterKind.PREFERENCES


async def test_one_person_asks_for_so_many_mails(desk: Desk) -> None:
    told = [await desk.ask(f"subscribe email:a{number}@example.org") for number in range(ASKER.most + 1)]
    assert [view.code for view in told][-2:] == ["", "slow_down"]


@pytest.mark.parametrize("address", ["ada", "ada@example", "ada@example.org,eve@example.org"])
async def test_what_is_no_address_is_told_at_its_option(desk: Desk, address: str) -> None:
    told = await desk.ask(f'subscribe email:"{address}"')
    assert (told.code, told.option) == ("bad_address", "email")


async def test_the_page_is_named_where_nobody_can_be_written_to(desk: Desk) -> None:
    told = await desk.ask("subscribe email:ada@example.org", Call(ADA, ChannelKey("terminal", "", "try")))
    assert told.code == "no_direct_messages"
    assert "https://papers.example.org/subscribe" in told.hint
    assert not desk.door.letters


async def test_without_a_mail_server_it_says_so() -> None:
    view = await make_desk().ask("subscribe email:ada@example.org")
    assert isinstance(view, Notice)
    assert (view.code, view.option) == ("no_mail", "email")


async def test_the_mail_arrives_at_a_real_server() -> None:
    script = Script()
    async with mail_server(script) as port:
        platform = make_platform(f"smtp://127.0.0.1:{port}")
        store = MemoryStore()
        service = Service.over(store, store.search, {"email": platform}, STILL, platform)
        await answer_text(service, "subscribe email:ada@example.org", Call(ADA, CHANNEL))
        assert service.mailing is not None
        await asyncio.wait_for(service.mailing.drain(10), 20)
        await platform.close()
    assert script.arrived[0].message["To"] == "ada@example.org"
    assert "/confirm/" in script.arrived[0].part("plain")
