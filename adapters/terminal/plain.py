"""Text from outside made harmless for a terminal: titles may hold anything, also escape codes."""

import re
import unicodedata

_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movements
    r"|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC and other strings: window titles, links
    r"|\x1b[ -/]*[0-~]?"  # the short ones
    r"|\x9b[0-?]*[ -/]*[@-~]"  # CSI as one byte
)
"""Escape sequences of ECMA-48: https://ecma-international.org/publications-and-standards/standards/ecma-48/"""
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
"""Marks that turn the reading direction of what follows: https://www.unicode.org/reports/tr9/"""


def plain(text: str) -> str:
    """The text without escape sequences, control characters and direction marks; newlines stay."""
    visible = _BIDI.sub("", _SEQUENCE.sub("", text))
    return "".join(_shown(character) for character in visible)


def line(text: str) -> str:
    """The same on one line."""
    return " ".join(plain(text).split())


def _shown(character: str) -> str:
    if character == "\n":
        return character
    category = unicodedata.category(character)
    if category == "Cs":  # half of a character cannot be written
        return "\N{REPLACEMENT CHARACTER}"
    return " " if category == "Cc" or character in "\u2028\u2029" else character
