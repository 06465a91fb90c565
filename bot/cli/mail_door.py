"""The way out by mail, built from the settings."""

from contextlib import AsyncExitStack

from adapters.email.checking import refuse_wrong_settings
from adapters.email.platform import EmailPlatform
from bot.clock import SystemClock
from bot.config import Settings
from bot.mailing import Links
from bot.mailing.settings import mail_settings
from bot.ports import Platform
from storage.keys import open_mail_key
from storage.secrets import open_secrets


async def open_mail(settings: Settings, stack: AsyncExitStack) -> EmailPlatform | None:
    """With the key that signs its links; None where no mail is to be sent.

    Raises:
        SettingsError: A setting is missing, or there is no key to keep that one with.
    """
    mail = mail_settings(settings)
    if mail is None:
        return None
    keys = settings.encryption_keys.get_secret_value() if settings.encryption_keys else None
    open_secrets(keys, settings.database_url)
    key = await stack.enter_async_context(open_mail_key(settings.database_url, keys))
    platform = EmailPlatform(mail, Links(key, mail.site, SystemClock()))
    stack.push_async_callback(platform.close)
    return platform


async def refuse_wrong_mail(platform: Platform | None) -> None:
    """Log in to the mail server, if there is one, before anybody relies on it.

    Raises:
        SettingsError: It does not accept us.
    """
    if isinstance(platform, EmailPlatform):
        await refuse_wrong_settings(platform)
