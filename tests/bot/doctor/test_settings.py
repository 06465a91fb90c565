"""Settings that do not fit together are named, each with its next step."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.config import Settings
from bot.doctor.settings import settings_checks, warn_of_settings

BOTH = {"slack_client_id": "1.2", "slack_client_secret": "hush", "slack_signing_secret": "hush"}


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[call-arg]  # pydantic-settings' own option


def test_the_defaults_fit_together() -> None:
    (check,) = settings_checks(settings())
    assert check.ok


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"slack_bot_token": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"slack_app_token": "xapp-1"}, "SLACK_BOT_TOKEN"),
        (
            {"slack_client_id": "1.2", "slack_app_token": "xapp-1", "public_url": "https://a.example"},
            "SLACK_CLIENT_SECRET",
        ),
        (BOTH, "PUBLIC_URL"),
        (BOTH | {"public_url": "https://a.example", "database_url": "postgresql://h/d"}, "ENCRYPTION_KEYS"),
        ({"host": "0.0.0.0"}, "ADMIN_TOKEN"),  # noqa: S104  # what a Procfile passes
        ({"smtp_url": "smtp://h", "public_url": "https://a.example"}, "MAIL_FROM"),
        ({"mail_from": "papers@example.org"}, "SMTP_URL"),
        ({"admin_token": "letmein"}, "secrets.token_urlsafe"),
    ],
)
def test_each_contradiction_is_named_with_the_setting_to_change(given: dict[str, Any], named: str) -> None:
    (check,) = settings_checks(settings(**given))
    assert not check.ok
    assert named in check.message + check.hint
    assert check.hint
    assert "hush" not in check.message + check.hint


def test_a_start_says_what_the_doctor_would_say() -> None:
    with capture_logs() as told:
        warn_of_settings(settings(slack_bot_token="xoxb-1"))
        warn_of_settings(settings())
    (line,) = told
    assert line["log_level"] == "warning"
    assert "SLACK_APP_TOKEN" in line["what_to_do"]
