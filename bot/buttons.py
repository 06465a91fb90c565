"""What somebody can press below an answer, and what comes of it. The same on every platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """Where the answer to a button appears."""

    REPLACE = "replace"
    """In place of the message that held the button: turning a page."""
    PUBLISH = "publish"
    """In the channel, for everybody, saying who shared it."""
    ANSWER = "answer"
    """As a new private answer."""
    COUNT = "count"
    """In the labels of the message that held the button (Answer.relabelled), and as a private answer if it failed."""


EFFECT_WORDS: Mapping[Effect, str] = {
    Effect.REPLACE: "turn",
    Effect.PUBLISH: "share",
    Effect.ANSWER: "answer",
    Effect.COUNT: "count",
}
"""In the ids of buttons, on every platform. Messages of years hold them: a word never changes its meaning."""
EFFECTS: Mapping[str, Effect] = {word: effect for effect, word in EFFECT_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Button:
    """Runs `command`, in the grammar people type, for the one who presses it. Everything it needs is in that text."""

    label: str
    command: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
