"""Whether the mail server lets us do what we promised."""

from adapters.email.checking import wrong_setting
from adapters.email.failures import WireError
from adapters.email.platform import EmailPlatform
from bot.views import Check


async def examine(platform: EmailPlatform) -> Check:
    """Log in and name the sender; nothing is sent."""
    try:
        await platform.check()
    except WireError as error:
        wrong = wrong_setting(error)
        message = wrong.message if wrong else f"The mail server does not do as it should: {error.what}."
        hint = wrong.hint if wrong else "It may pass. If it does not, look at host and port of SMTP_URL."
        return Check("email", ok=False, message=message, hint=hint)
    return Check("email", ok=True, message="The mail server accepts us and the sender.")
