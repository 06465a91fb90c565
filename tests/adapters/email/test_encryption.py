"""Mail goes encrypted, logged in and to the server that was meant, or not at all."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.email.checking import refuse_wrong_settings
from adapters.email.platform import EmailPlatform
from bot.errors import SettingsError
from bot.models import Outcome
from tests.adapters.email.sending import failed, send
from tests.adapters.email.stage import (
    Certificate,
    Script,
    mail_server,
    make_certificate,
    make_platform,
    platform_before,
)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
async def platform(script: Script) -> AsyncIterator[EmailPlatform]:
    async with platform_before(script) as made:
        yield made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("direct", [False, True])
async def test_mail_goes_encrypted_and_logged_in(script: Script, certificate: Certificate, direct: bool) -> None:
    async with mail_server(script, tls=certificate.context, direct=direct, login=True) as port:
        scheme, options = ("smtps", "") if direct else ("smtp", "&starttls=1")
        url = f"{scheme}://papers:open%20sesame@localhost:{port}?ca={certificate.file}{options}"
        platform = make_platform(url)
        await send(platform)
        await platform.close()
    arrived = script.arrived[0]
    assert (arrived.encrypted or direct, arrived.user) == (True, "papers")


async def test_a_wrong_password_stops_the_lane_and_the_start(script: Script, certificate: Certificate) -> None:
    async with mail_server(script, tls=certificate.context, login=True) as port:
        platform = make_platform(f"smtp://papers:wrong@localhost:{port}?ca={certificate.file}")
        failure = await failed(platform)
        with pytest.raises(SettingsError) as caught:
            await refuse_wrong_settings(platform)
        await platform.close()
    assert failure.outcome is Outcome.DEAD_LANE
    assert caught.value.message.startswith("SMTP_URL")
    assert "wrong" not in caught.value.message + failure.reason


async def test_a_password_is_never_sent_where_nothing_is_encrypted(script: Script) -> None:
    async with mail_server(script) as port:
        platform = make_platform(f"smtp://papers:open%20sesame@127.0.0.1:{port}?starttls=1")
        assert (await failed(platform)).outcome is Outcome.DEAD_LANE
        await platform.close()


@pytest.mark.parametrize("direct", [False, True])
async def test_a_certificate_that_is_not_to_be_trusted_stops_the_lane(
    script: Script, certificate: Certificate, tmp_path: Path, direct: bool
) -> None:
    other = make_certificate(tmp_path)
    async with mail_server(script, tls=certificate.context, direct=direct) as port:
        scheme = "smtps" if direct else "smtp"
        platform = make_platform(f"{scheme}://localhost:{port}?ca={other.file}")
        assert (await failed(platform)).outcome is Outcome.DEAD_LANE
        await platform.close()
    assert not script.arrived


async def test_tls_to_a_port_without_it_is_told_as_a_setting(script: Script) -> None:
    async with mail_server(script) as port:
        wrong = make_platform(f"smtps://localhost:{port}")
        with pytest.raises(SettingsError, match="starttls=1"):
            await refuse_wrong_settings(wrong)


async def test_a_login_that_nobody_asked_for_is_told(script: Script) -> None:
    async with mail_server(script) as port:
        platform = make_platform(f"smtp://papers:secret@localhost:{port}?starttls=0")
        with pytest.raises(SettingsError, match="log in"):
            await refuse_wrong_settings(platform)


async def test_a_missing_file_of_certificates_is_told_as_a_setting(tmp_path: Path) -> None:
    platform = make_platform(f"smtp://localhost:9?ca={tmp_path / 'none.pem'}")
    with pytest.raises(SettingsError, match="SMTP_URL"):
        await refuse_wrong_settings(platform)


async def test_a_sender_that_is_refused_is_told_as_a_setting(platform: EmailPlatform, script: Script) -> None:
    script.sender = ["553 5.7.1 not yours"]
    with pytest.raises(SettingsError, match="MAIL_FROM"):
        await refuse_wrong_settings(platform)


async def test_a_server_that_is_away_does_not_stop_the_start() -> None:
    async with mail_server(Script()) as port:
        pass
    await refuse_wrong_settings(make_platform(f"smtp://127.0.0.1:{port}"))


async def test_a_server_that_accepts_us_is_told_by_nothing(platform: EmailPlatform, script: Script) -> None:
    await refuse_wrong_settings(platform)
    assert not script.arrived
