"""Messages go out once, silently, with their nonce; each failure has one outcome."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord.outcomes import CODES, outcome_of
from adapters.discord.platform import DiscordPlatform, nonce
from adapters.discord.rest import CallError, HeldError, NoAnswerError, NotReachedError, RefusedError, Rest
from bot.models import ChannelKey, Outcome
from bot.ports import Platform, SendError
from tests.adapters.discord.fake_discord import FakeClock, Script, fake_discord
from tests.adapters.discord.service import make_settings
from tests.adapters.discord.views import VIEWS

CHANNEL = ChannelKey("discord", "900", "901")
DIRECT = ChannelKey("discord", "@me", "77")
KEY = "0123456789abcdef01234567"
PAYLOAD: dict[str, object] = {"flags": 1 << 15, "components": []}


@pytest.fixture
async def discord() -> AsyncIterator[Script]:
    async with fake_discord() as script:
        yield script


@pytest.fixture
async def platform(discord: Script) -> AsyncIterator[DiscordPlatform]:
    clock = FakeClock()
    made = DiscordPlatform(Rest("invented.token", discord.url, clock=clock, sleep=clock.sleep))
    yield made
    await made.close()


def test_it_is_a_platform_whose_key_makes_repeats_harmless() -> None:
    platform: Platform = DiscordPlatform.from_settings(make_settings())
    assert platform.name == "discord"
    assert platform.idempotent
    assert platform.render(VIEWS["digest"])
    assert platform.fallback(VIEWS["digest"])["content"]


def test_without_a_token_there_is_no_platform() -> None:
    with pytest.raises(ValueError, match="DISCORD_BOT_TOKEN"):
        DiscordPlatform.from_settings(make_settings(discord_bot_token=None))


async def test_a_message_is_silent_and_carries_its_key(platform: DiscordPlatform, discord: Script) -> None:
    discord.then(200, {"id": "902"})
    sent = await platform.send(CHANNEL, PAYLOAD, KEY)
    assert sent.remote_id == "902"
    assert sent.url == "https://discord.com/channels/900/901/902"
    expected = {"flags": 1 << 15 | 1 << 12, "components": [], "nonce": KEY, "enforce_nonce": True}
    assert discord.calls == [("POST", "/channels/901/messages", expected)]


async def test_a_payload_is_left_as_it_was(platform: DiscordPlatform, discord: Script) -> None:
    """It is frozen in the ledger and may be sent again."""
    discord.then(200, {"id": "902"})
    before = dict(PAYLOAD)
    await platform.send(CHANNEL, PAYLOAD, KEY)
    assert before == PAYLOAD


def test_a_longer_key_is_shortened_the_same_way_each_time() -> None:
    assert nonce(KEY) == KEY
    assert nonce("k" * 60) == nonce("k" * 60) != nonce("k" * 61)
    assert len(nonce("k" * 60)) <= 25


async def test_direct_messages_are_opened_once(platform: DiscordPlatform, discord: Script) -> None:
    discord.then(200, {"id": "55"}).then(200, {"id": "902"})
    first = await platform.send(DIRECT, PAYLOAD, KEY)
    await platform.send(DIRECT, PAYLOAD, KEY)
    assert first.url == "https://discord.com/channels/@me/55/902"
    assert [path for _, path, _ in discord.calls] == [
        "/users/@me/channels",
        "/channels/55/messages",
        "/channels/55/messages",
    ]
    assert discord.calls[0][2] == {"recipient_id": "77"}


async def test_a_lost_answer_to_opening_means_that_nothing_was_sent(platform: DiscordPlatform, discord: Script) -> None:
    discord.then(200, "<html></html>")
    with pytest.raises(SendError) as caught:
        await platform.send(DIRECT, PAYLOAD, KEY)
    assert caught.value.outcome is Outcome.NOT_SENT


async def test_a_direct_channel_that_is_gone_is_opened_anew(platform: DiscordPlatform, discord: Script) -> None:
    gone = {"code": 10003, "message": "Unknown Channel"}
    discord.then(200, {"id": "55"}).then(404, gone).then(200, {"id": "56"}).then(200, {"id": "902"})
    with pytest.raises(SendError):
        await platform.send(DIRECT, PAYLOAD, KEY)
    assert (await platform.send(DIRECT, PAYLOAD, KEY)).url == "https://discord.com/channels/@me/56/902"


async def test_a_deleted_channel_is_told_from_one_that_can_be_mended(
    platform: DiscordPlatform, discord: Script
) -> None:
    unknown, hidden = {"code": 10003, "message": "Unknown Channel"}, {"code": 50001, "message": "Missing Access"}
    discord.then(404, unknown).then(403, hidden).then(200, {"id": "55"}).then(404, unknown)
    gone = []
    for channel in (CHANNEL, CHANNEL, DIRECT):
        with pytest.raises(SendError) as caught:
            await platform.send(channel, PAYLOAD, KEY)
        gone.append(caught.value.gone)
    assert gone == [True, False, False], "direct messages are opened anew"


async def test_what_is_no_channel_of_discord_is_not_asked_for(platform: DiscordPlatform, discord: Script) -> None:
    with pytest.raises(SendError) as caught:
        await platform.send(ChannelKey("discord", "900", "../users"), PAYLOAD, KEY)
    assert caught.value.outcome is Outcome.DEAD_CHANNEL
    assert not discord.calls


async def test_an_answer_that_names_no_message_is_unknown(platform: DiscordPlatform, discord: Script) -> None:
    discord.then(200, {"surprise": 1})
    with pytest.raises(SendError) as caught:
        await platform.send(CHANNEL, PAYLOAD, KEY)
    assert caught.value.outcome is Outcome.UNKNOWN


async def test_a_person_who_cannot_be_written_to_is_a_dead_channel(platform: DiscordPlatform, discord: Script) -> None:
    discord.then(400, {"code": 50033, "message": "Invalid Recipient(s)"})
    with pytest.raises(SendError) as caught:
        await platform.send(DIRECT, PAYLOAD, KEY)
    assert caught.value.outcome is Outcome.DEAD_CHANNEL


async def test_an_opening_that_names_no_channel_sent_nothing(platform: DiscordPlatform, discord: Script) -> None:
    discord.then(200, {"surprise": 1})
    with pytest.raises(SendError) as caught:
        await platform.send(DIRECT, PAYLOAD, KEY)
    assert caught.value.outcome is Outcome.NOT_SENT


# --- outcomes ---------------------------------------------------------------------------------------------------

BY_CODE = {
    Outcome.DEAD_CHANNEL: (10003, 10004, 10015, 50001, 50007, 50013, 50083, 50278, 160005),
    Outcome.LIMITED: (20028, 20029, 30046, 130000),
    Outcome.CONTENT_BUG: (40005, 50035, 240000),
    Outcome.DEAD_LANE: (40333, 50014),
    Outcome.NOT_SENT: (160006,),
    Outcome.UNKNOWN: (10008,),
}
BY_STATUS = {
    400: Outcome.CONTENT_BUG,
    401: Outcome.DEAD_LANE,
    403: Outcome.DEAD_CHANNEL,
    404: Outcome.NOT_SENT,
    408: Outcome.UNKNOWN,
    413: Outcome.CONTENT_BUG,
    429: Outcome.LIMITED,
    500: Outcome.UNKNOWN,
    502: Outcome.UNKNOWN,
    503: Outcome.UNKNOWN,
    302: Outcome.NOT_SENT,
}


@pytest.mark.parametrize(("outcome", "code"), [(outcome, code) for outcome, codes in BY_CODE.items() for code in codes])
def test_each_documented_code_has_its_outcome(outcome: Outcome, code: int) -> None:
    assert outcome_of(RefusedError(403, code, "told")).outcome is outcome


@pytest.mark.parametrize(("status", "outcome"), BY_STATUS.items())
def test_an_unknown_code_is_judged_by_its_status(status: int, outcome: Outcome) -> None:
    assert outcome_of(RefusedError(status, 999_999, "told")).outcome is outcome


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (NotReachedError("Discord could not be reached"), Outcome.NOT_SENT),
        (NoAnswerError("Discord did not answer"), Outcome.UNKNOWN),
        (HeldError(9), Outcome.LIMITED),
        (RefusedError(403, 0, "HTTP 403", 600), Outcome.LIMITED),
        (CallError("something new"), Outcome.UNKNOWN),
    ],
)
def test_what_discord_did_not_answer_itself_has_its_outcome_too(failure: CallError, outcome: Outcome) -> None:
    assert outcome_of(failure).outcome is outcome


@pytest.mark.parametrize("code", CODES)
def test_only_a_limit_names_a_wait_and_every_reason_is_a_sentence(code: int) -> None:
    error = outcome_of(RefusedError(400, code, "told"))
    assert (error.retry_after is not None) == (error.outcome is Outcome.LIMITED)
    assert error.reason[0].isupper()


def test_a_wait_that_discord_names_is_kept() -> None:
    assert outcome_of(RefusedError(429, 0, "slow", 2.5)).retry_after == 2.5
    assert outcome_of(HeldError(90)).retry_after == 90
