"""A private answer made fit for everybody; pure."""

from dataclasses import replace

from bot.buttons import Effect
from bot.views import DigestPost, Help, View


def for_everybody(view: View) -> View:
    """Without the buttons that would turn a page under everybody's eyes or share what is shared."""
    match view:
        case Help() | DigestPost():
            return view
        case _:
            kept = tuple(one for one in view.buttons if one.effect in {Effect.ANSWER, Effect.COUNT})
            return replace(view, buttons=kept)
