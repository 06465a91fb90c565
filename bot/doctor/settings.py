"""Settings that do not fit together."""

from collections.abc import Iterator

import structlog

from bot.config import Settings
from bot.views import Check

log = structlog.get_logger(__name__)

SHORTEST_TOKEN = 20
"""Characters of a bearer token that cannot be tried through."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def settings_checks(settings: Settings) -> list[Check]:
    """One sound check, or one for each thing that is wrong."""
    wrong = [Check("settings", ok=False, message=message, hint=hint) for message, hint in _wrong(settings)]
    return wrong or [Check("settings", ok=True, message="The settings can be read and fit together.")]


def warn_of_settings(settings: Settings) -> None:
    """Say in the log what the doctor would say; none of it keeps the program from running."""
    for check in settings_checks(settings):
        if not check.ok:
            log.warning(check.message, what_to_do=check.hint)


def _wrong(settings: Settings) -> Iterator[tuple[str, str]]:
    yield from _wrong_of_slack(settings)
    public = settings.public_url or ""
    if settings.slack_client_id and not public.startswith("https:"):
        yield "Slack sends people back over https alone, and PUBLIC_URL is no https address.", "Set PUBLIC_URL."
    if settings.database_url.startswith("postgresql") and settings.encryption_keys is None and settings.slack_client_id:
        yield (
            "Tokens of many workspaces need ENCRYPTION_KEYS beside PostgreSQL.",
            "Set it to a Fernet key; the operator guide says how one is made.",
        )
    if settings.admin_token is None and settings.host not in LOOPBACK:
        yield (
            f"HOST is {settings.host} and there is no ADMIN_TOKEN, so nobody elsewhere can read /metrics.",
            "Set ADMIN_TOKEN to a long random text, and give it to whoever collects metrics.",
        )
    if settings.admin_token is not None and len(settings.admin_token.get_secret_value()) < SHORTEST_TOKEN:
        yield (
            f"ADMIN_TOKEN has fewer than {SHORTEST_TOKEN} characters, so that it may be guessed.",
            'Make one: python -c "import secrets; print(secrets.token_urlsafe())"',
        )
    if (settings.smtp_url is None) != (settings.mail_from is None):
        lacking = "SMTP_URL" if settings.smtp_url is None else "MAIL_FROM"
        yield f"E-mail needs both SMTP_URL and MAIL_FROM; {lacking} is missing.", f"Set {lacking}, or neither."
    if settings.smtp_url is not None and not public:
        yield (
            "E-mail needs PUBLIC_URL, where its links lead.",
            "Set PUBLIC_URL to the address of the pages from outside.",
        )
    if settings.smtp_url is not None and public.startswith("http:"):
        yield "Mail programs offer one-click unsubscribing over https alone.", "Put TLS in front, and set PUBLIC_URL."


def _wrong_of_slack(settings: Settings) -> Iterator[tuple[str, str]]:
    if (settings.slack_client_id is None) != (settings.slack_client_secret is None):
        lacking = "SLACK_CLIENT_ID" if settings.slack_client_id is None else "SLACK_CLIENT_SECRET"
        yield f"{lacking} is missing beside its twin.", f"Set {lacking}: api.slack.com/apps, Basic Information."
    bot = settings.slack_bot_token is not None or settings.slack_client_id is not None
    way_in = settings.slack_app_token is not None or settings.slack_signing_secret is not None
    if bot and not way_in:
        yield (
            "Slack can be posted to, and its commands reach nobody.",
            "Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP).",
        )
    if way_in and not bot:
        yield "Slack's commands would come in, and there is no token to post with.", "Set SLACK_BOT_TOKEN."
