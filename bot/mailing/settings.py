"""Whether e-mail is set up, and wholly: one setting without the others is a mistake that a start should tell."""

from dataclasses import dataclass

from bot.config import Settings
from bot.errors import SettingsError
from bot.mail_server import MailServer, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """What sending needs."""

    server: MailServer
    sender: Sender
    site: str
    """The address of our pages from outside: links lead there."""
    returns: str | None = None
    """Where undeliverable mail comes back to, each with the tag of its address."""


def mail_settings(settings: Settings) -> MailSettings | None:
    """None where no mail is to be sent.

    Raises:
        SettingsError: A setting is missing beside SMTP_URL; or SMTP_URL is, beside the others.
    """
    if settings.smtp_url is None:
        if settings.mail_from or settings.mail_bounces:
            name = "MAIL_FROM" if settings.mail_from else "MAIL_BOUNCES"
            example = "SMTP_URL=smtp://user:password@mail.example.org:587?starttls=1"
            raise SettingsError("setting", f"{name} is set and SMTP_URL is not.", f"Example: {example}")
        return None
    if settings.mail_from is None:
        raise _missing("MAIL_FROM", "mail needs a sender", "MAIL_FROM=Broadsheet <papers@example.org>")
    if settings.public_url is None:
        raise _missing("PUBLIC_URL", "links in mail lead there", "PUBLIC_URL=https://papers.example.org")
    if not settings.public_url.isascii():
        message = "PUBLIC_URL has letters that no header of a mail may hold."
        raise SettingsError("setting", message, "Example: PUBLIC_URL=https://xn--bcher-kva.example")
    return MailSettings(
        server=MailServer.parse(settings.smtp_url.get_secret_value()),
        sender=Sender.parse(settings.mail_from),
        site=settings.public_url,
        returns=settings.mail_bounces,
    )


def _missing(name: str, why: str, example: str) -> SettingsError:
    return SettingsError("setting", f"SMTP_URL is set and {name} is not; {why}.", f"Example: {example}")
