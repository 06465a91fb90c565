"""Buttons of drawn messages: each becomes a small form that runs its command in the page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from markupsafe import Markup

from bot.buttons import EFFECT_WORDS, EFFECTS, Button

_FORM = Markup(
    '<form class="press" method="post" action="/#answer">'
    '<input type="hidden" name="text" value="{text}">'
    '<input type="hidden" name="platform" value="{platform}">'
    '<input type="hidden" name="theme" value="{theme}">'
    '<button class="{style}" name="pressed" value="{word}">{label}</button>'
    "</form>"
)
_IDLE = Markup(
    '<button class="{style}" type="button" disabled title="Works in the chat, not on this page">{label}</button>'
)
_LINK = Markup('<a href="{url}" rel="noopener noreferrer nofollow">{label}</a>')
_LINK_BUTTON = Markup('<a class="{style}" href="{url}" rel="noopener noreferrer nofollow">{label}</a>')


@dataclass(frozen=True, slots=True)
class Stage:
    """What drawn buttons carry on: the choices of the page, and commands that did not fit into their ids."""

    platform: str = "both"
    theme: str = ""
    remembered: Mapping[str, str] = field(default_factory=dict)
    """By key."""
    named: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By effect's word and label."""

    def recalled(self, key: str, word: str, label: str) -> str | None:
        """The command of a button whose id holds only a key."""
        return self.named.get((word, label)) or self.remembered.get(key)


def named(buttons: Iterable[Button]) -> dict[tuple[str, str], str]:
    """Commands by effect and label, as far as these tell buttons apart."""
    listed = list(dict.fromkeys(buttons))
    times = Counter((button.effect, button.label) for button in listed)
    return {
        (EFFECT_WORDS[button.effect], button.label): button.command
        for button in listed
        if times[button.effect, button.label] == 1
    }


def pressable(label: str, word: str, command: str | None, stage: Stage, style: str) -> Markup:
    """A button that runs `command`; one that cannot be pressed where it is not known or not meant for here."""
    if command is None or word not in EFFECTS:
        return _IDLE.format(style=style, label=label)
    return _FORM.format(
        text=f"/papers {command}",
        platform=stage.platform,
        theme=stage.theme,
        style=style,
        word=word,
        label=label,
    )


def linked(label: str | Markup, url: str, style: str = "") -> Markup:
    """A link, where the address is one that may be followed; else its label."""
    if not followable(url):
        return Markup("{}").format(label)
    return _LINK_BUTTON.format(style=style, url=url, label=label) if style else _LINK.format(url=url, label=label)


def followable(url: str) -> bool:
    """Web and mail addresses only: no `javascript:`, nothing that is not an address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (parts.scheme in {"http", "https"} and bool(parts.netloc)) or parts.scheme == "mailto"
