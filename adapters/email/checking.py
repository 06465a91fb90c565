"""Whether the mail server accepts us, asked before anybody relies on it."""

import structlog

from adapters.email.failures import RefusedError, Step, UntrustedError, WireError
from adapters.email.outcomes import words
from adapters.email.platform import EmailPlatform
from bot.errors import SettingsError

log = structlog.get_logger(__name__)

HINT = "Look at it with `broadsheet mail check`."


async def refuse_wrong_settings(platform: EmailPlatform) -> None:
    """Log in and name the sender. A server that is away for now is a warning: mail waits for it.

    Raises:
        SettingsError: What the server does not accept, with the setting's name.
    """
    try:
        await platform.check()
    except WireError as error:
        wrong = wrong_setting(error)
        if wrong is not None:
            raise wrong from None
        log.warning(
            "the mail server does not answer as it should; mail waits for it", step=error.step, reason=error.what
        )


def wrong_setting(error: WireError) -> SettingsError | None:
    """The setting that a failure comes from; None where it may pass by itself."""
    match error:
        case UntrustedError():
            return SettingsError("setting", f"SMTP_URL: I do not log in to this server: {error.what}.", HINT)
        case RefusedError(step=Step.SENDER) if error.code >= 500:
            return SettingsError("setting", f"MAIL_FROM is refused by the mail server ({_told(error)}).", HINT)
        case RefusedError() if error.code >= 500:
            message = f"SMTP_URL: the mail server does not accept us ({_told(error)})."
            return SettingsError("setting", message, f"Look at its user and password. {HINT}")
        case _:
            return None


def _told(error: RefusedError) -> str:
    return f"{error.code} {words(error.text)}".strip()
