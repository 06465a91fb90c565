"""How Slack reaches us, by our settings alone: never by what a library finds in the environment."""

from dataclasses import dataclass

from bot.config import Settings


@dataclass(frozen=True, slots=True)
class Mode:
    """How Slack reaches us, by our settings alone."""

    socket: bool
    """With a token for the bot, or a way to get some, and an app token."""
    http: bool
    """The same, and a signing secret."""

    def __bool__(self) -> bool:
        return self.socket or self.http

    def __and__(self, other: "Mode") -> "Mode":
        return Mode(socket=self.socket and other.socket, http=self.http and other.http)


def many_workspaces(settings: Settings) -> bool:
    """Whether anybody may install the app, with tokens that are kept, not set."""
    return settings.slack_client_id is not None and settings.slack_client_secret is not None


def install_page(settings: Settings) -> str | None:
    """Where anybody may install the app; None where nobody may, or its address is not known."""
    if settings.public_url is None or not many_workspaces(settings):
        return None
    return f"{settings.public_url.rstrip('/')}/slack/install"


def mode_of(settings: Settings) -> Mode:
    """False in both where tokens are missing. Both may be true: the app's own settings say which one Slack uses."""
    bot = settings.slack_bot_token is not None or many_workspaces(settings)
    return Mode(
        socket=bot and settings.slack_app_token is not None, http=bot and settings.slack_signing_secret is not None
    )
