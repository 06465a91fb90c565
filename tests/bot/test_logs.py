"""Logs tell what happened and no secret, whoever writes the line."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog
from pydantic import SecretStr

from bot.config import Settings
from bot.logs import redactor, secrets_of, set_up_logging

SECRET = "hush-hush-hush"


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Standard error while logging is set up as the program does it; afterwards all is as before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    for handler in handlers:
        root.removeHandler(handler)  # set_up_logging would close what pytest still needs
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    settings = Settings(_env_file=None, log_format="json", slack_signing_secret=SECRET)  # type: ignore[call-arg,arg-type]  # pydantic's own
    set_up_logging(settings)
    yield written
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def lines(stderr: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stderr.getvalue().splitlines()]


def test_our_events_are_objects_without_secrets(stderr: io.StringIO) -> None:
    structlog.get_logger("bot.test").warning("refused", token=SECRET, also=[f"Bearer {'a' * 20}"])

    (line,) = lines(stderr)
    assert (line["event"], line["level"], line["token"], line["also"]) == ("refused", "warning", "***", ["***"])
    assert SECRET not in stderr.getvalue()


def test_so_are_the_records_of_libraries_and_their_tracebacks(stderr: io.StringIO) -> None:
    try:
        int(f"https://ada:{SECRET}@example.org")
    except ValueError:
        logging.getLogger("some.library").exception("oh, %s", SECRET)

    (line,) = lines(stderr)
    assert line["event"] == "oh, ***"
    assert "ValueError" in str(line["exception"])
    assert SECRET not in stderr.getvalue()


def test_what_libraries_say_about_themselves_is_left_out(stderr: io.StringIO) -> None:
    logging.getLogger("apscheduler").info("job executed")
    logging.getLogger("apscheduler").warning("job missed")

    assert [line["event"] for line in lines(stderr)] == ["job missed"]


@pytest.mark.parametrize(
    "token",
    ["xoxb-1-2-abc", "xapp-1-A2-b", "xoxe.xoxp-1-abc", "ghp_" + "a" * 20, "hf_" + "b" * 20, "Bot " + "c" * 20],
)
def test_what_looks_like_a_token_is_masked_wherever_it_stands(token: str) -> None:
    event = redactor(())(None, "info", {"event": f"sent {token}!", "deep": {"list": [(token,)]}})

    assert token not in str(event)


def test_a_short_secret_masks_no_ordinary_word() -> None:
    settings = Settings(_env_file=None, slack_signing_secret="abc", hf_token="long-enough")  # type: ignore[call-arg,arg-type]  # pydantic's own

    assert secrets_of(settings) == ("long-enough",)


def test_nobodys_mail_address_is_told(stderr: io.StringIO) -> None:
    told = "email:ada.b+c@mail.example.org refused <ben@bücher.example>; discord:@me:77 and ops@localhost are none"
    structlog.get_logger("bot.test").warning(told, nested={"to": ["cleo@example.org"]})
    logging.getLogger("some.library").error("sent to %s", "dan@example.org")

    written = stderr.getvalue()
    assert lines(stderr)[0]["event"] == "email:*** refused <***>; discord:@me:77 and ops@localhost are none"
    assert not [name for name in ("ada", "ben", "cleo", "dan") if f"{name}" in written]


def test_the_password_of_the_mail_server_is_a_secret() -> None:
    settings = Settings.model_construct(smtp_url=SecretStr("smtp://papers:open%20sesame@mail.example.org"))
    assert redactor(secrets_of(settings))(None, "", {"event": "it said: open sesame"})["event"] == "it said: ***"
