"""Subscriptions as plain dictionaries: what the contract means."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from bot.models import (
    Change,
    ChannelKey,
    Subscription,
)
from bot.ports import AlreadySubscribedError, EditedMeanwhileError
from tests.memory_announcements import MemoryAnnouncements


class MemoryChannels:
    """A ChannelStore."""

    def __init__(self, announcements: MemoryAnnouncements | None = None) -> None:
        self._announcements = announcements or MemoryAnnouncements()
        self.subscribed: dict[int, Subscription] = {}
        """By id, only those not removed; a ledger of the same store reads and pauses these."""
        self._changes: list[Change] = []
        self._commands: dict[str, str] = {}
        self._used: dict[str, datetime] = {}
        self._ids = count(1)
        self.forget_deliveries: Callable[[ChannelKey], None] = lambda _: None
        """Of a ledger of the same store."""

    def runs(self, channel: ChannelKey) -> bool:
        return any(one.channel == channel and one.next_run_at is not None for one in self.subscribed.values())

    def log_change(self, change: Change | None) -> None:
        if change is not None:
            self._changes.append(change)
            self._announcements.owe(change)

    async def subscription(self, channel: ChannelKey) -> Subscription | None:
        return next((one for one in self.subscribed.values() if one.channel == channel), None)

    async def create(self, subscription: Subscription, change: Change) -> Subscription:
        if await self.subscription(subscription.channel):
            raise AlreadySubscribedError
        created = replace(subscription, id=next(self._ids))
        self.subscribed[created.id] = created
        self.log_change(change)
        return created

    async def update(self, subscription: Subscription, change: Change) -> Subscription:
        known = self.subscribed.get(subscription.id)
        if known is None or known.version != subscription.version:
            raise EditedMeanwhileError
        edited = replace(subscription, version=subscription.version + 1)
        self.subscribed[edited.id] = edited
        self.log_change(change)
        return edited

    async def remove(self, channel: ChannelKey, change: Change) -> bool:
        known = await self.subscription(channel)
        if known is None:
            return False
        del self.subscribed[known.id]
        self.log_change(change)
        return True

    async def erase(self, channel: ChannelKey) -> bool:
        known, before = await self.subscription(channel), len(self._changes)
        if known is not None:
            del self.subscribed[known.id]
        self._changes = [change for change in self._changes if change.channel != channel]
        self._announcements.drop(lambda change: change.channel == channel)
        self.forget_deliveries(channel)
        return known is not None or len(self._changes) < before

    async def subscriptions(self, platform: str, workspace: str) -> list[Subscription]:
        wanted = (platform, workspace)
        of_workspace = [
            one for one in self.subscribed.values() if (one.channel.platform, one.channel.workspace) == wanted
        ]
        return sorted(of_workspace, key=lambda one: one.channel)

    async def of_platform(self, platform: str, limit: int) -> list[Subscription]:
        there = [one for one in self.subscribed.values() if one.channel.platform == platform]
        return sorted(there, key=lambda one: one.channel)[:limit]

    async def with_alerts(self) -> list[Subscription]:
        wanted = [one for one in self.subscribed.values() if one.preferences.alerts and one.next_run_at is not None]
        return sorted(wanted, key=lambda one: one.id)

    async def total(self) -> int:
        return len(self.subscribed)

    async def log(self, channel: ChannelKey, limit: int) -> list[Change]:
        return [change for change in reversed(self._changes) if change.channel == channel][:limit]

    async def remember_command(self, key: str, command: str) -> None:
        self._commands.setdefault(key, command)
        self._used[key] = datetime.now(UTC)

    async def first_to_keep(self, key: str, command: str) -> bool:
        first = key not in self._commands
        if first:
            await self.remember_command(key, command)
        return first

    async def recall_command(self, key: str) -> str | None:
        return self._commands.get(key)

    async def forget_changes(self, before: datetime) -> int:
        known = len(self._changes)
        self._changes = [change for change in self._changes if change.at >= before]
        self._announcements.drop(lambda change: change.at < before)
        return known - len(self._changes)

    async def forget_commands(self, before: datetime) -> int:
        old = [key for key, used in self._used.items() if used < before]
        for key in old:
            del self._commands[key], self._used[key]
        return len(old)
