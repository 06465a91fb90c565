"""What SMTP_URL, MAIL_FROM and addresses mean, and what they must not be."""

import pytest
from hypothesis import given
from hypothesis import settings as patience
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.config import Settings
from bot.errors import SettingsError
from bot.mail_server import Encryption, MailServer, Sender, normal_address
from bot.mailing.settings import mail_settings


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, Encryption.OFFERED)),
        ("smtp://mail.example.org:587", ("mail.example.org", 587, Encryption.STARTTLS)),
        ("smtp://mail.example.org?starttls=1", ("mail.example.org", 587, Encryption.STARTTLS)),
        ("smtp://mail.example.org:2525?starttls=0", ("mail.example.org", 2525, Encryption.NONE)),
        ("smtp://user:word@mail.example.org", ("mail.example.org", 587, Encryption.STARTTLS)),
        ("smtps://mail.example.org", ("mail.example.org", 465, Encryption.TLS)),
        ("smtp://user:word@localhost:1025?starttls=0", ("localhost", 1025, Encryption.NONE)),
        ("smtp://[::1]:1025", ("::1", 1025, Encryption.OFFERED)),
    ],
)
def test_an_address_says_where_and_how_private(url: str, expected: tuple[str, int, Encryption]) -> None:
    server = MailServer.parse(url)
    assert (server.host, server.port, server.encryption) == expected


def test_signs_in_a_password_are_percent_encoded_and_it_is_not_shown() -> None:
    server = MailServer.parse("smtp://ada%40example.org:p%3Aw%2F@mail.example.org:587?ca=/etc/ca.pem")
    assert (server.user, server.password, server.authorities) == ("ada@example.org", "p:w/", "/etc/ca.pem")
    assert "p:w/" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://mail.example.org:port",
        "smtp://mail.example.org?starttls=yes",
        "smtp://mail.example.org?verify=0",
        "smtp://user:secret@mail.example.org?starttls=0",
        "smtp://user:sec%0d%0aret@mail.example.org",
    ],
)
def test_what_is_wrong_is_told_without_the_password(url: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # each has its words; none has the secret
        MailServer.parse(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("ada+papers@example.org", "ada+papers@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@straße.example", "ada@xn--strae-oqa.example"),
        ("ADA@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
    ],
)
def test_an_address_has_one_form(text: str, expected: str) -> None:
    assert normal_address(text) == expected
    assert normal_address(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@localhost",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        "ada@example..org",
        "ada@-example.org",
        ".ada@example.org",
        "a..da@example.org",
        '"ada"@example.org',
        "ada@example.org, eve@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada\n@example.org",
        "ada@example.org\x00",
        "ada@exa mple.org",
        "ada@eve@example.org",
        "<ada@example.org>",
        "\u212ada@example.org",  # a Kelvin sign, whose small letter is k
        "аdа@example.org",  # Cyrillic
        "ada@exam\u2028ple.org",
        "ada@\u202eexample.org",
        f"{'a' * 65}@example.org",
        f"ada@{'a.' * 124}org",
        "ada@" + "ü" * 80 + ".example",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each for its own reason
        normal_address(text)


@patience(deadline=None)
@given(st.text(max_size=80))
def test_an_address_is_refused_or_fit_for_a_header_and_a_command(text: str) -> None:
    try:
        address = normal_address(text + "@example.org")
    except ValueError:
        return
    assert address.isascii()
    assert not set(address) & set(' \r\n\t<>,;:"()[]\\\x00')


def test_a_sender_has_a_name_or_ours() -> None:
    assert str(Sender.parse("papers@example.org")) == "Broadsheet <papers@example.org>"
    assert str(Sender.parse("Papers <papers@example.org>")) == "Papers <papers@example.org>"
    assert Sender.parse("papers@localhost").domain == "localhost"
    for wrong in ("papers", "Papers <>", "Papers <papers@example.org>\r\nBcc: eve@example.org"):
        with pytest.raises(ValueError):  # noqa: PT011
            Sender.parse(wrong)


def settings(**changes: object) -> Settings:
    return Settings.model_construct(**(Settings.model_construct().model_dump() | changes))


WHOLE = {
    "smtp_url": SecretStr("smtp://mail.example.org"),
    "mail_from": "papers@example.org",
    "public_url": "https://papers.example.org",
}


def test_mail_is_set_up_wholly_or_not_at_all() -> None:
    assert mail_settings(settings()) is None
    whole = mail_settings(settings(**WHOLE))
    assert whole is not None
    assert (whole.server.host, whole.sender.address, whole.site) == (
        "mail.example.org",
        "papers@example.org",
        "https://papers.example.org",
    )


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"mail_from": None}, "MAIL_FROM"),
        ({"public_url": None}, "PUBLIC_URL"),
        ({"public_url": "https://bücher.example"}, "PUBLIC_URL"),
        ({"smtp_url": None}, "SMTP_URL"),
        ({"smtp_url": None, "mail_from": None, "mail_bounces": "returns@example.org"}, "SMTP_URL"),
    ],
)
def test_a_part_of_it_is_told_by_name(changes: dict[str, object], name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        mail_settings(settings(**(WHOLE | changes)))
    assert name in caught.value.message
    assert caught.value.hint.startswith("Example: ")
