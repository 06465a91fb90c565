"""What becomes of a digest after each way in which a request can end."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.models import ChannelKey, DeliveryState, Outcome, Person
from bot.ports import Block, Payload
from bot.views import Notice, View
from tests.builders import ADA, CHANNEL
from tests.delivery_scene import NINE, SLOT, START, FakePlatform, Scene, failing, ticked

DISCORD = ChannelKey("discord", "G1", "100")
INBOX = ChannelKey("slack", "T0001", ADA.id)


async def test_sent_keeps_the_papers_the_time_and_the_link() -> None:
    slack = FakePlatform()

    scene = await ticked(slack)

    sent = await scene.last()
    assert (sent.state, sent.outcome, sent.reason) == (DeliveryState.SENT, Outcome.SENT, None)
    assert (sent.slot, sent.due_at, sent.sent_at) == (SLOT, NINE, NINE)
    assert sent.selection == ("2603.00001", "2603.00002", "2603.00003")
    assert sent.url == "https://chat.example/m1"
    assert [channel for channel, _ in slack.arrived] == [CHANNEL]


async def test_several_messages_go_out_in_order_with_keys_of_their_own() -> None:
    slack = FakePlatform(messages=3)

    scene = await ticked(slack)

    assert [payload["part"] for _, payload in slack.arrived] == [0, 1, 2]
    assert len({key for _, _, key in slack.requests}) == 3
    sent = await scene.last()
    assert (sent.state, sent.attempts, sent.url) == (DeliveryState.SENT, 1, "https://chat.example/m1")


async def test_not_sent_is_tried_again_after_a_growing_wait() -> None:
    slack = FakePlatform(answers=[failing(Outcome.NOT_SENT)] * 2)
    scene = await ticked(slack)
    waiting = await scene.last()
    assert (waiting.state, waiting.reason, waiting.attempts) == (DeliveryState.PENDING, "as scripted", 1)
    assert waiting.next_attempt_at == START + timedelta(seconds=1)

    await scene.tick(seconds=0.9)
    assert len(slack.requests) == 1
    await scene.tick(seconds=0.1)
    assert (await scene.last()).next_attempt_at == START + timedelta(seconds=1 + 2)
    await scene.tick(seconds=2)

    assert (await scene.last()).state is DeliveryState.SENT
    assert len({key for _, _, key in slack.requests}) == 1
    assert len(scene.composed) == 1, "a retry sends what was frozen"


async def test_not_sent_fails_after_a_dozen_attempts_and_says_so() -> None:
    slack = FakePlatform(answers=[failing(Outcome.NOT_SENT, "Slack cannot be reached.")] * 99)
    scene = await ticked(slack)

    for _ in range(20):
        await scene.tick(minutes=15)

    failed = await scene.last()
    assert (failed.state, failed.outcome) == (DeliveryState.FAILED, Outcome.NOT_SENT)
    assert failed.reason == "Slack cannot be reached; gave up after 12 attempts"
    assert len(slack.requests) == 12


async def test_not_sent_fails_when_its_time_is_over() -> None:
    slack = FakePlatform(answers=[failing(Outcome.NOT_SENT)] * 99)
    scene = await ticked(slack)

    await scene.tick(hours=3, seconds=1)

    failed = await scene.last()
    assert (failed.state, failed.reason) == (DeliveryState.FAILED, "not sent in 1 attempt within 3 h: as scripted")
    assert len(slack.requests) == 1


async def test_a_retry_starts_at_the_first_message_that_is_not_out() -> None:
    slack = FakePlatform(messages=3, answers=[None, failing(Outcome.NOT_SENT)])
    scene = await ticked(slack)

    await scene.tick(minutes=1)

    assert [payload["part"] for _, payload in slack.arrived] == [0, 1, 2]
    assert (await scene.last()).state is DeliveryState.SENT


async def test_half_a_digest_is_a_failure_that_counts_its_messages() -> None:
    slack = FakePlatform(messages=3, answers=[None, failing(Outcome.NOT_SENT)])
    scene = await ticked(slack)

    await scene.tick(hours=4)

    failed = await scene.last()
    assert failed.state is DeliveryState.FAILED
    assert failed.reason == "only 1 of 3 messages went out: not sent in 1 attempt within 3 h: as scripted"


async def test_limited_blocks_the_lane_as_long_as_asked_and_is_no_attempt() -> None:
    slack = FakePlatform(answers=[failing(Outcome.LIMITED, "Slack asks to wait.", 30.0)])
    scene = Scene(slack)
    neighbour, elsewhere = ChannelKey("slack", "T0001", "C0002"), ChannelKey("slack", "T0002", "C0001")
    for channel in (CHANNEL, neighbour, elsewhere):
        await scene.subscribe(channel)
    await scene.tick()

    first, second = await scene.last(), await scene.last(neighbour)
    assert (first.state, first.outcome, first.attempts) == (DeliveryState.PENDING, Outcome.LIMITED, 0)
    assert (second.state, second.attempts, second.reason) == (DeliveryState.PENDING, 0, "Slack asks to wait")
    assert (await scene.last(elsewhere)).state is DeliveryState.SENT
    until = START + timedelta(seconds=30 + 1.5)
    assert await scene.store.lanes.last_block("slack:T0001") == Block(until, "Slack asks to wait", until)

    await scene.tick(seconds=31.4)
    assert len(slack.requests) == 2
    await scene.tick(seconds=0.1)
    assert {(await scene.last(one)).state for one in (CHANNEL, neighbour)} == {DeliveryState.SENT}


async def test_a_wait_that_others_ask_for_is_real_time_whatever_the_product_clock_does() -> None:
    slack = FakePlatform(answers=[failing(Outcome.LIMITED, retry_after=10.0)])
    scene = await ticked(slack)

    scene.clock.moment += timedelta(hours=11)
    scene.real.moment += timedelta(seconds=11)
    await scene.courier.deliver_due()

    assert (await scene.last()).state is DeliveryState.SENT


async def test_limited_for_longer_than_its_time_is_skipped_with_the_reason() -> None:
    slack = FakePlatform(answers=[failing(Outcome.LIMITED, "Slack asks to wait", 4 * 3600.0)])
    scene = await ticked(slack)

    await scene.tick(hours=5)

    late = await scene.last()
    assert late.state is DeliveryState.SKIPPED
    assert late.reason == "it could not be sent within 3 h of its time: Slack asks to wait"
    assert len(slack.requests) == 1


async def test_a_dead_channel_pauses_at_once_and_tells_the_one_who_set_it_up_once() -> None:
    slack = FakePlatform(answers=[failing(Outcome.DEAD_CHANNEL, "I am not in the channel; type /invite @Broadsheet.")])
    scene = await ticked(slack)

    await scene.tick(days=1)

    failed = await scene.last()
    assert (failed.state, failed.outcome) == (DeliveryState.FAILED, Outcome.DEAD_CHANNEL)
    assert failed.reason == "I am not in the channel; type /invite @Broadsheet"
    subscription = await scene.store.channels.subscription(CHANNEL)
    assert subscription is not None
    assert (subscription.paused_because, subscription.next_run_at) == (failed.reason, None)
    ((channel, payload),) = slack.arrived
    assert channel == INBOX
    assert "/invite @Broadsheet" in str(payload["text"])


async def test_the_message_has_a_retry_and_a_reference_that_the_log_has_too() -> None:
    shown: list[View] = []

    class Showing(FakePlatform):
        def render(self, view: View) -> list[Payload]:
            shown.append(view)
            return super().render(view)

    with capture_logs() as logs:
        await ticked(Showing(answers=[failing(Outcome.DEAD_CHANNEL, "I am not in the channel")]))

    (notice,) = [view for view in shown if isinstance(view, Notice)]
    assert [(one.label, one.command) for one in notice.buttons] == [("Retry", f"digest send channel:{CHANNEL}")]
    assert notice.reference in [line.get("reference") for line in logs]


async def test_whoever_asked_and_is_answered_gets_no_message_beside_it() -> None:
    slack = FakePlatform(answers=[failing(Outcome.DEAD_CHANNEL)])
    scene = Scene(slack)
    subscription = await scene.subscribe()

    await scene.courier.send_now(subscription, SLOT)

    assert slack.arrived == []


@pytest.mark.parametrize("answer", [failing(Outcome.DEAD_CHANNEL), failing(Outcome.UNKNOWN), KeyError("channel")])
async def test_whether_the_person_could_be_told_changes_nothing(answer: Exception) -> None:
    slack = FakePlatform(answers=[failing(Outcome.DEAD_CHANNEL), answer])

    scene = await ticked(slack)
    await scene.tick(minutes=10)

    assert (await scene.last()).state is DeliveryState.FAILED
    assert len(slack.requests) == 2


async def test_nobody_is_told_where_nobody_can_be() -> None:
    terminal = FakePlatform("terminal", answers=[failing(Outcome.DEAD_CHANNEL)])
    scene = Scene(terminal)
    await scene.subscribe(ChannelKey("terminal", "", "x"), by=Person(id="U1", name="Ada"))

    await scene.tick()

    assert len(terminal.requests) == 1


async def test_a_dead_lane_is_parked_with_one_alert_and_goes_on_once_it_is_mended() -> None:
    refused = failing(Outcome.DEAD_LANE, "Slack refuses the token (token_revoked)")
    slack = FakePlatform(answers=[refused] * 3)
    neighbour = ChannelKey("slack", "T0001", "C0002")
    with capture_logs() as logs:
        scene = Scene(slack)
        await scene.subscribe()
        await scene.subscribe(neighbour)
        for _ in range(3):
            await scene.tick(minutes=1)
            await scene.tick(minutes=14)

    assert len(slack.requests) == 3, "one request every quarter of an hour, for the whole lane"
    (alert,) = [line for line in logs if line["log_level"] == "error"]
    assert (alert["lane"], alert["reason"]) == ("slack:T0001", "Slack refuses the token (token_revoked)")
    assert "SLACK_BOT_TOKEN" in alert["hint"]
    waiting = await scene.last()
    assert (waiting.state, waiting.outcome, waiting.attempts) == (DeliveryState.PENDING, Outcome.DEAD_LANE, 0)

    await scene.tick(minutes=16)
    assert {(await scene.last(one)).state for one in (CHANNEL, neighbour)} == {DeliveryState.SENT}
    subscription = await scene.store.channels.subscription(CHANNEL)
    assert subscription is not None
    assert subscription.paused_because is None


async def test_what_a_dead_lane_held_too_long_says_why() -> None:
    slack = FakePlatform(answers=[failing(Outcome.DEAD_LANE, "Slack refuses the token")] * 99)
    scene = await ticked(slack)

    for _ in range(20):
        await scene.tick(minutes=15)

    late = await scene.last()
    assert late.state is DeliveryState.SKIPPED
    assert late.reason == "it could not be sent within 3 h of its time: Slack refuses the token"


async def test_a_refused_message_is_replaced_by_a_plain_one_and_an_alert() -> None:
    slack = FakePlatform(messages=3, answers=[None, failing(Outcome.CONTENT_BUG, "invalid_blocks")])

    with capture_logs() as logs:
        scene = await ticked(slack)

    assert [payload for _, payload in slack.arrived] == [
        {"title": f"{CHANNEL} {SLOT}", "part": 0},
        {"plain": f"{CHANNEL} {SLOT}"},
    ]
    sent = await scene.last()
    assert (sent.state, sent.reason) == (DeliveryState.SENT, "as plain text: invalid_blocks")
    (alert,) = [line for line in logs if line["log_level"] == "error"]
    assert (alert["event"], alert["reason"]) == ("a message was refused", "invalid_blocks")


async def test_a_plain_message_that_is_refused_too_fails_and_never_blames_the_channel() -> None:
    slack = FakePlatform(answers=[failing(Outcome.CONTENT_BUG, "invalid_blocks")] * 99)

    scene = await ticked(slack)
    await scene.tick(hours=1)

    failed = await scene.last()
    assert (failed.state, failed.outcome, failed.reason) == (
        DeliveryState.FAILED,
        Outcome.CONTENT_BUG,
        "invalid_blocks",
    )
    assert len(slack.requests) == 2
    subscription = await scene.store.channels.subscription(CHANNEL)
    assert subscription is not None
    assert subscription.paused_because is None


async def test_a_plain_message_waits_its_turn_like_any_other() -> None:
    slack = FakePlatform(answers=[failing(Outcome.CONTENT_BUG), failing(Outcome.NOT_SENT)])
    scene = await ticked(slack)

    await scene.tick(minutes=1)

    assert [payload for _, payload in slack.arrived] == [{"plain": f"{CHANNEL} {SLOT}"}]
