"""What a platform tells of channels and nobody asks for: digests stop that nobody may read, and run again."""

from collections.abc import Callable
from dataclasses import replace

from bot.models import CHANNEL_DELETED, ChannelKey, Subscription
from bot.ports import Store
from bot.service.editing import Editing


class Halting:
    """What a platform tells of channels and workspaces, as it concerns their digests."""

    def __init__(self, store: Store, editing: Editing) -> None:
        self._store = store
        self._editing = editing

    async def halt(self, channel: ChannelKey, because: str) -> bool:
        """Stop a digest that its platform lets nobody read. False if it has none, or is stopped already."""
        return await self._switch(channel, lambda known: known.paused_because is None, because)

    async def lift(self, channel: ChannelKey, because: str) -> bool:
        """Run again what was stopped for that very reason. False if nothing was."""
        return await self._switch(channel, lambda known: known.paused_because == because, None)

    async def channel_deleted(self, channel: ChannelKey) -> bool:
        """Stop a digest for good, whatever stopped it before. False if it has none, or that is known."""
        return await self._switch(channel, lambda known: not known.deleted, CHANNEL_DELETED)

    async def halt_workspace(self, platform: str, workspace: str, because: str) -> int:
        """Stop all digests of a workspace. Returns how many ran."""
        known = await self._store.channels.subscriptions(platform, workspace)
        return sum([await self.halt(one.channel, because) for one in known])

    async def lift_workspace(self, platform: str, workspace: str, because: str) -> int:
        """Run again what was stopped for that very reason in a workspace. Returns how many run again."""
        known = await self._store.channels.subscriptions(platform, workspace)
        return sum([await self.lift(one.channel, because) for one in known])

    async def note_own_posts(self, channel: ChannelKey, *, own_post: bool) -> None:
        """What kind of place a channel is, as its platform tells; nothing if it has no digest or that is known."""

        async def told(known: Subscription) -> Subscription:
            return replace(known, preferences=replace(known.preferences, own_post=own_post))

        what = f"posts {'each digest as a post of its own' if own_post else 'in the channel itself'}"
        await self._editing.save_unasked(channel, lambda known: known.preferences.own_post is not own_post, told, what)

    async def _switch(self, channel: ChannelKey, concerns: Callable[[Subscription], bool], because: str | None) -> bool:
        """Stop a digest, or let it run again with None."""

        async def switched(known: Subscription) -> Subscription:
            next_run = await self._editing.next_run(known, known.schedule, force=True) if because is None else None
            return replace(known, paused_because=because, next_run_at=next_run)

        what = f"stopped the digest: {because}" if because else "let the digest run again"
        return await self._editing.save_unasked(channel, concerns, switched, what)
