"""Who reads what, when."""

from datetime import datetime
from typing import Protocol

from bot.models import (
    Change,
    ChannelKey,
    Subscription,
)


class ChannelStore(Protocol):
    """Who reads what, when."""

    async def subscription(self, channel: ChannelKey) -> Subscription | None: ...

    async def create(self, subscription: Subscription, change: Change) -> Subscription:
        """Keep a new one and the line of its log; returns it with its id.

        Raises:
            AlreadySubscribedError: The channel has one.
        """
        ...

    async def update(self, subscription: Subscription, change: Change) -> Subscription:
        """Keep an edit of the version it carries; returns it with the next version.

        Raises:
            EditedMeanwhileError: Somebody else was faster.
        """
        ...

    async def remove(self, channel: ChannelKey, change: Change) -> bool:
        """End a channel's digest; its history stays. False if there was none."""
        ...

    async def erase(self, channel: ChannelKey) -> bool:
        """Delete all that is kept of a channel: its digest, what it was, its deliveries and its log.

        False if there was nothing.
        """
        ...

    async def subscriptions(self, platform: str, workspace: str) -> list[Subscription]:
        """Of one workspace, by channel."""
        ...

    async def of_platform(self, platform: str, limit: int) -> list[Subscription]:
        """So many of all its workspaces, by channel."""
        ...

    async def with_alerts(self) -> list[Subscription]:
        """Those that run and want alerts, by id."""
        ...

    async def total(self) -> int:
        """How many channels have a digest."""
        ...

    async def log(self, channel: ChannelKey, limit: int) -> list[Change]:
        """Newest first."""
        ...

    async def remember_command(self, key: str, command: str) -> None:
        """Keep the text of a button whose platform's ids are too short for it; the same key twice is no error."""
        ...

    async def first_to_keep(self, key: str, command: str) -> bool:
        """Keep it, and say whether nobody had kept anything under that key: for what is to be done once in all."""
        ...

    async def forget_changes(self, before: datetime) -> int:
        """Forget lines of the logs that are older (product time); returns how many."""
        ...

    async def forget_commands(self, before: datetime) -> int:
        """Forget texts that were last kept before then (real time); returns how many."""
        ...

    async def recall_command(self, key: str) -> str | None: ...


class AlreadySubscribedError(Exception):
    """The channel has a digest already."""


class EditedMeanwhileError(Exception):
    """The subscription is not the version that was read."""
