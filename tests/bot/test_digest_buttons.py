"""Buttons of delivered digests work as long as the message stands."""

from dataclasses import replace

from adapters.discord.buttons import custom_id, read
from bot.buttons import Button, Effect
from bot.clock import VirtualClock
from bot.delivery.keys import button_key
from bot.models import ChannelKey, Delivery, DeliveryState, Digest, Period, Person, Preferences
from bot.service.channels import Channels
from bot.service.choosing import Choosing
from bot.service.digests import Digests
from bot.service.trends import Trends
from bot.views import DigestPost, Status
from tests.builders import CHANNEL, NOON, hours, make_batch, make_observation, make_paper
from tests.memory_store import MemoryStore
from tests.service import make_desk

HERE = ChannelKey("discord", "900", "901")
LONG = Button("👍", f"vote 10.1234/{'x' * 90} up", Effect.COUNT)
SHORT = Button("Save", "save 2603.00001", Effect.ANSWER)


class WithButtons(Digests):
    """Every paper of a digest has a button with a long command and one with a short one."""

    async def _post(self, digest: Digest, wishes: Preferences) -> DigestPost:
        post = await super()._post(digest, wishes)
        return replace(post, cards=tuple(replace(card, buttons=(LONG, SHORT)) for card in post.cards))


async def test_long_commands_are_remembered_before_the_digest_is_sent() -> None:
    store, clock = MemoryStore(), VirtualClock(NOON, 0)
    paper = make_paper("2603.00001", title="Sparse attention")
    await store.papers.add(make_batch(paper, make_observation(paper.id, NOON - hours(1), upvotes=3)))
    subscription = await Channels(store, clock).subscribe(HERE, Person(id="1", name="Ada"), Period.DAILY, None)
    delivery = Delivery(
        id=1,
        subscription_id=subscription.id,
        channel=HERE,
        slot=NOON.date(),
        state=DeliveryState.SENDING,
        due_at=NOON,
    )
    post = await WithButtons(store, Trends(store, store.search, clock), Choosing(store, store.search), clock).compose(
        delivery
    )
    assert post is not None
    pressed = read(custom_id(LONG))
    assert pressed is not None
    assert pressed.key == button_key(LONG.command)
    assert await store.channels.recall_command(pressed.key) == LONG.command
    assert await store.channels.recall_command(button_key(SHORT.command)) is None


async def test_buttons_of_an_answer_about_another_channel_are_about_that_channel() -> None:
    """Retry under the status of #random must not set up a digest where somebody asked for it."""
    desk = make_desk()
    there = ChannelKey("slack", CHANNEL.workspace, "C0000002")
    await desk.ask(f"digest subscribe channel:{there}")
    elsewhere, here = (
        await desk.ask(f"digest status channel:{there}"),
        await desk.ask(f"digest status channel:{CHANNEL}"),
    )
    assert isinstance(elsewhere, Status)
    assert isinstance(here, Status)
    assert [button.command for button in elsewhere.buttons] == [f"digest preview channel:{there}"]
    assert [button.command for button in here.buttons] == ["digest preview"]
    shown = await desk.ask(elsewhere.buttons[0].command)
    assert isinstance(shown, DigestPost)
    assert shown.digest.channel == there
