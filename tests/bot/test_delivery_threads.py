"""Messages that belong under the first one of their delivery."""

from dataclasses import dataclass

from bot.models import DeliveryState, Outcome
from bot.ports import REPLY_TO, Payload
from bot.views import DigestPost, View
from tests.delivery_scene import FakePlatform, failing, ticked


@dataclass
class Threaded(FakePlatform):
    """Puts everything after the first message under it."""

    def render(self, view: View) -> list[Payload]:
        first, *rest = super().render(view)
        return [first, *({**payload, REPLY_TO: 0} for payload in rest)] if isinstance(view, DigestPost) else [first]


async def test_a_message_under_another_gets_its_remote_id() -> None:
    slack = Threaded(messages=3)
    await ticked(slack)
    assert [payload.get(REPLY_TO) for _, payload in slack.arrived] == [None, "m1", "m1"]


async def test_after_a_restart_it_still_knows_where_it_belongs() -> None:
    slack = Threaded(messages=2, answers=[None, failing(Outcome.NOT_SENT)])
    scene = await ticked(slack)
    scene.courier = scene.new_courier()
    await scene.tick(seconds=30)
    assert (await scene.last()).state is DeliveryState.SENT
    assert [payload.get(REPLY_TO) for _, payload in slack.arrived] == [None, "m1"]


async def test_plain_text_in_place_of_the_first_message_has_nothing_under_it() -> None:
    slack = Threaded(messages=2, answers=[failing(Outcome.CONTENT_BUG)])
    scene = await ticked(slack)
    last = await scene.last()
    assert [payload for _, payload in slack.arrived] == [{"plain": f"{last.channel} {last.slot}"}]
