"""A real mail server on loopback: what arrives there, and the one outcome of every way in which it does not."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.email.checking import wrong_setting
from adapters.email.failures import BrokenError, RefusedError, Step, UntrustedError, WireError
from adapters.email.outcomes import outcome_of, words
from adapters.email.platform import EmailPlatform
from bot.mailing import Purpose
from bot.mailing.wish import mailbox
from bot.models import ChannelKey, Outcome
from bot.ports import Letter, LetterKind, Payload, Platform, SendError
from tests.adapters.email.sending import ADA, KEY, digest, failed, send
from tests.adapters.email.stage import (
    Script,
    mail_server,
    make_links,
    make_platform,
    mute_server,
    platform_before,
)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
async def platform(script: Script) -> AsyncIterator[EmailPlatform]:
    async with platform_before(script) as made:
        yield made


async def test_a_digest_arrives_with_what_a_mail_program_acts_on(platform: EmailPlatform, script: Script) -> None:
    out: Platform = platform
    assert (out.name, out.idempotent) == ("email", False)
    sent = await send(platform)
    arrived = script.arrived[0]
    message = arrived.message
    assert (arrived.sender, arrived.recipients) == ("papers@example.org", ["ada@example.org"])
    assert message["To"] == "ada@example.org"
    assert message["From"] == "Broadsheet <papers@example.org>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Message-ID"] == sent.remote_id == f"<{KEY}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    unsubscribe = str(message["List-Unsubscribe"])[1:-1]
    opened = await make_links().open(Purpose.UNSUBSCRIBE, unsubscribe.rpartition("/")[2])
    assert opened == {"a": "ada@example.org"}
    assert unsubscribe in arrived.part("html")
    assert unsubscribe in arrived.part("plain")


async def test_the_ledger_holds_no_link_of_a_recipient(platform: EmailPlatform) -> None:
    kept = str(digest(platform))
    assert "/unsubscribe/" not in kept
    assert "/preferences/" not in kept


async def test_the_same_key_gives_the_same_message_id_and_another_gives_another(
    platform: EmailPlatform, script: Script
) -> None:
    for key in (KEY, KEY, KEY[::-1]):
        await send(platform, key=key)
    first, second, third = (arrived.message["Message-ID"] for arrived in script.arrived)
    assert first == second != third


async def test_a_connection_is_used_again_and_a_lost_one_is_replaced(platform: EmailPlatform, script: Script) -> None:
    await send(platform)
    await send(platform)
    assert script.connections == 1
    await platform.close()
    await send(platform)
    assert (script.connections, len(script.arrived)) == (2, 3)


async def test_many_at_once_take_turns(platform: EmailPlatform, script: Script) -> None:
    await asyncio.gather(*(send(platform, mailbox(f"ada{number}@example.org")) for number in range(12)))
    assert len({arrived.recipients[0] for arrived in script.arrived}) == 12
    assert all(len(arrived.recipients) == 1 for arrived in script.arrived)


async def test_a_letter_is_no_list(platform: EmailPlatform, script: Script) -> None:
    letter = Letter(kind=LetterKind.CONFIRM, address="ada@example.org", link="https://papers.example.org/confirm/x")
    await platform.post(letter, KEY)
    message = script.arrived[0].message
    assert message["List-Unsubscribe"] is None
    assert letter.link in script.arrived[0].part("plain")
    assert letter.link in script.arrived[0].part("html")


async def test_a_greylisting_server_is_asked_again(platform: EmailPlatform, script: Script) -> None:
    script.recipient = ["451 4.7.1 Greylisted, come back in 5 minutes"]
    assert (await failed(platform)).outcome is Outcome.NOT_SENT
    await send(platform)
    assert len(script.arrived) == 1


@pytest.mark.parametrize(
    ("place", "answer", "outcome"),
    [
        ("recipient", "450 4.2.1 busy", Outcome.NOT_SENT),
        ("recipient", "452 4.2.2 mailbox full", Outcome.NOT_SENT),
        ("recipient", "550 5.1.1 no such user", Outcome.DEAD_CHANNEL),
        ("recipient", "553 bad mailbox", Outcome.DEAD_CHANNEL),
        ("recipient", "554 5.2.1 disabled", Outcome.DEAD_CHANNEL),
        ("recipient", "554 5.7.1 relay access denied", Outcome.DEAD_LANE),
        ("recipient", "501 5.5.4 syntax", Outcome.CONTENT_BUG),
        ("recipient", "421 4.3.2 shutting down", Outcome.LIMITED),
        ("sender", "451 try again", Outcome.NOT_SENT),
        ("sender", "552 5.3.4 too large", Outcome.CONTENT_BUG),
        ("sender", "553 5.7.1 sender not owned by you", Outcome.DEAD_LANE),
        ("data", "451 4.3.0 no disk", Outcome.NOT_SENT),
        ("data", "550 5.1.1 no such user", Outcome.DEAD_CHANNEL),
        ("data", "550 mailbox unavailable", Outcome.DEAD_CHANNEL),
        ("data", "554 5.7.1 looks like spam", Outcome.CONTENT_BUG),
        ("data", "554 transaction failed", Outcome.CONTENT_BUG),
        ("data", "552 5.2.2 over quota", Outcome.DEAD_CHANNEL),
    ],
)
async def test_each_answer_has_one_outcome(
    platform: EmailPlatform, script: Script, place: str, answer: str, outcome: Outcome
) -> None:
    setattr(script, place, [answer])
    failure = await failed(platform)
    assert failure.outcome is outcome
    assert (failure.retry_after is not None) == (outcome is Outcome.LIMITED)
    assert not script.arrived
    await send(platform)
    assert len(script.arrived) == 1


async def test_a_server_that_has_sent_for_us_refuses_an_address_and_not_us(
    platform: EmailPlatform, script: Script
) -> None:
    """One address that breaks a rule must not stop the mail of all others."""
    await send(platform)
    script.recipient = ["550 5.7.1 this domain does not want you"]
    assert (await failed(platform)).outcome is Outcome.DEAD_CHANNEL


async def test_a_reason_names_nobody(platform: EmailPlatform, script: Script) -> None:
    script.recipient = ["550 5.1.1 <ada@example.org>: Recipient ada@example.org rejected"]
    failure = await failed(platform)
    assert "ada" not in failure.reason
    assert "550 5.1.1" in failure.reason


@pytest.mark.parametrize("cut", ["greeting", "command"])
async def test_a_break_before_the_data_is_not_sent(platform: EmailPlatform, script: Script, cut: str) -> None:
    script.cut = cut
    assert (await failed(platform)).outcome is Outcome.NOT_SENT
    script.cut = ""
    await send(platform)


async def test_a_break_in_the_middle_of_the_data_is_not_sent() -> None:
    """The server reads hardly anything, so that the break comes before the end of the data is written."""
    script = Script(cut="data")
    async with mail_server(script, narrow=True) as port:
        platform = make_platform(f"smtp://127.0.0.1:{port}")
        payload: Payload = {"subject": "Long", "text": [("x" * 70 + "\n") * 200_000]}
        with pytest.raises(SendError) as caught:
            await platform.send(ADA, payload, KEY)
        await platform.close()
    assert caught.value.outcome is Outcome.NOT_SENT
    assert not script.arrived


async def test_a_break_in_the_middle_of_a_short_message_is_never_taken_for_sent(
    platform: EmailPlatform, script: Script
) -> None:
    """All of it may be under way when the connection breaks; then nobody can know."""
    script.cut = "data"
    assert (await failed(platform)).outcome in {Outcome.NOT_SENT, Outcome.UNKNOWN}
    assert not script.arrived


async def test_a_break_after_the_end_of_the_data_is_unknown(platform: EmailPlatform, script: Script) -> None:
    script.cut = "end"
    assert (await failed(platform)).outcome is Outcome.UNKNOWN
    assert len(script.arrived) == 1


async def test_silence_after_the_end_of_the_data_is_unknown() -> None:
    script = Script(silent=True)
    async with mail_server(script) as port:
        platform = make_platform(f"smtp://127.0.0.1:{port}", after=0.3)
        assert (await failed(platform)).outcome is Outcome.UNKNOWN
        await platform.close()


async def test_a_server_that_says_nothing_at_all_is_not_sent() -> None:
    async with mute_server() as port:
        platform = make_platform(f"smtp://127.0.0.1:{port}", before=0.3)
        assert (await failed(platform)).outcome is Outcome.NOT_SENT
        await platform.close()


async def test_a_server_that_is_not_there_is_not_sent() -> None:
    async with mail_server(Script()) as port:
        pass
    assert (await failed(make_platform(f"smtp://127.0.0.1:{port}"))).outcome is Outcome.NOT_SENT


async def test_an_address_that_is_none_is_never_named(platform: EmailPlatform, script: Script) -> None:
    for name in ("ada", "ada@example.org>\r\nRCPT TO:<eve@example.org", "ada@example.org\r\nDATA", "a b@example.org"):
        assert (await failed(platform, ChannelKey("email", "", name))).outcome is Outcome.DEAD_CHANNEL
    assert script.connections == 0


async def test_returns_carry_a_tag_that_names_nobody(script: Script) -> None:
    async with mail_server(script) as port:
        platform = make_platform(f"smtp://127.0.0.1:{port}", returns="returns@example.org")
        await send(platform)
        await send(platform, mailbox("ben@example.org"))
        await platform.close()
    ada, ben = (arrived.sender for arrived in script.arrived)
    assert ada == f"returns+{await make_links().tag('ada@example.org')}@example.org"
    assert ada != ben
    assert script.arrived[0].message["From"] == "Broadsheet <papers@example.org>"


# --- pure -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", Step)
def test_only_after_the_end_of_the_data_a_break_is_unknown(step: Step) -> None:
    expected = Outcome.UNKNOWN if step is Step.END else Outcome.NOT_SENT
    assert outcome_of(BrokenError(step, "it broke"), proven=True).outcome is expected


@pytest.mark.parametrize(
    "error",
    [
        BrokenError(Step.CONNECT, "away"),
        RefusedError(Step.LOGIN, 454, "4.7.0 later"),
        RefusedError(Step.RECIPIENT, 421, "later"),
    ],
)
def test_what_passes_by_itself_is_no_wrong_setting(error: WireError) -> None:
    assert wrong_setting(error) is None


def test_every_reason_is_a_sentence() -> None:
    errors: list[WireError] = [UntrustedError(Step.ENCRYPT, "no"), BrokenError(Step.END, "no")]
    errors += [RefusedError(step, code, "no") for step in Step for code in (421, 450, 550, 552, 554)]
    for error in errors:
        reason = outcome_of(error, proven=False).reason
        assert reason[0].isupper()
        assert reason.endswith(".")


def test_a_servers_words_are_cut_and_name_nobody() -> None:
    assert words("5.1.1 <eve@example.org>\n said no") == "5.1.1 <…> said no"
    assert len(words("no " * 500)) <= 160
