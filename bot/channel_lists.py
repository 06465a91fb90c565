"""A list of channels as one of its readers may see it; pure."""

from collections.abc import Sequence
from dataclasses import replace

from bot.views import ChannelLine, ChannelList


def only(view: ChannelList, shown: Sequence[ChannelLine]) -> ChannelList:
    """With these channels and their buttons, and how many others there are; the same if there are none."""
    hidden = [line for line in view.channels if line not in shown]
    if not hidden:
        return view
    several = f"{len(hidden)} more in {'a channel' if len(hidden) == 1 else 'channels'} that you cannot see"
    return replace(
        view,
        channels=tuple(shown),
        title=f"{view.title} ({several})",
        empty=f"{several.capitalize()}.",
        buttons=tuple(one for one in view.buttons if not any(line.channel in one.command for line in hidden)),
    )
