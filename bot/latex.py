r"""LaTeX in titles and abstracts as text that people read: `M$^3$-VQA` is M³-VQA, `\$5` is $5, `$\alpha$` is α; pure.

ArXiv keeps what authors typed: https://info.arxiv.org/help/prep.html. What is no LaTeX stays as it is.
"""

import re
import unicodedata
from functools import lru_cache

from bot.latex_signs import ACCENTS, BLACKBOARD, LETTERS, NAMES, SIGNS, SUBSCRIPTS, SUPERSCRIPTS, WORDLESS

_DEEPEST = 8
"""Braces within braces; what is deeper keeps its own."""
_MEANT = {"{": "\ue000", "}": "\ue001", "^": "\ue002", "_": "\ue003"}
"""What stands for itself, while the others of its kind are taken away."""
_RESTORED = {ord(sign): meant for meant, sign in _MEANT.items()}
_LONGEST = 500
"""Characters of a formula; what is longer is none, or none that a title's reader is helped with."""

# As pandoc tells formulas from sums of money: no space within the signs, and what has no command and no script is
# followed by no digit and holds no words.
_MATH = re.compile(
    rf"(?<!\\)\$\$?(?=[^\s$])((?:[^$\\]|\\.){{1,{_LONGEST}}}?)(?<=\S)(?<!\\)\$\$?|"
    rf"\\\(((?:[^\\]|\\[^()]){{1,{_LONGEST}}})\\\)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\([$%&#_{}])")
_SPACE = re.compile(r"\\[,;:! ]|\\\\|\\q?quad\b")
_SIGNED = re.compile(r"[\\^_]")
_PROSE = re.compile(r"\s[A-Za-z]{4}")
_SPACE_IN_TEXT = re.compile(r"\\(?:\\| )")
_SIZE = re.compile(r"\\(?:left|right|middle|[bB]igg?[lrm]?)\b\.?")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_ACCENT = re.compile(r"""\\(?:([`'^"~=.])|([uvHcdbkr])(?=[\s{]))\s*(?:\{\s*\\?(\w)\s*\}|\\?(\w))""")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_BLACKBOARD = re.compile(r"\\mathbb\s*(?:\{\s*(\w)\s*\}|(\w))")
_WRAPPED = re.compile(r"\\([A-Za-z]+)\*?\s*\{([^{}]*)\}")
_WRAPPED_IN_TEXT = re.compile(r"\\([A-Za-z]+)\*?\{([^{}]*)\}")
_SWITCH = re.compile(r"\{\\(?:em|it|bf|tt|rm|sc|sf|sl)\b\s*([^{}]*)\}")
_SCRIPT = re.compile(r"([\^_])\s*(?:\{([^{}]*)\}|([^\s{}\\^_]))")
_SCRIPT_IN_TEXT = re.compile(r"([\^_])\{([^{}]*)\}")
_BRACES = re.compile(r"\{([^{}]*)\}")
_BRACES_IN_TEXT = re.compile(r"\{([\w-]+(?: [\w-]+)*)\}")


@lru_cache(maxsize=2048)
def readable(text: str) -> str:
    """The text with the LaTeX that it holds in plain characters."""
    if "\\" not in text and "$" not in text and "{" not in text:
        return text
    pieces, end, start = [], 0, 0
    while found := _MATH.search(text, start):
        inside = found[1] or found[2]
        before_digit = text[found.end() : found.end() + 1].isdigit()
        if not _SIGNED.search(inside) and (before_digit or _PROSE.search(inside)):
            start = found.start() + 1
            continue
        pieces += [_in_text(text[end : found.start()]), _in_math(inside)]
        end = start = found.end()
    return "".join((*pieces, _in_text(text[end:]))).translate(_RESTORED)


def _in_text(text: str) -> str:
    """Known commands, and those with braces: a backslash may also be part of a path."""
    if "\\" not in text and "{" not in text:
        return text
    plain = _signs(_ACCENT.sub(_accent, _SPACE_IN_TEXT.sub(" ", _ESCAPE.sub(_escaped, text))))
    for _ in range(_DEEPEST):
        before = plain
        plain = _SCRIPT_IN_TEXT.sub(_script, _SWITCH.sub(r"\1", _WRAPPED_IN_TEXT.sub(r"\2", plain)))
        plain = _BRACES_IN_TEXT.sub(r"\1", plain) if plain == before else plain
        if plain == before:
            break
    return plain


def _in_math(text: str) -> str:
    plain = _SIZE.sub("", _SPACE.sub(" ", _ESCAPE.sub(_escaped, text)))
    plain = _signs(_ACCENT.sub(_accent, _BLACKBOARD.sub(_double, plain))).replace("~", " ")
    for _ in range(_DEEPEST):
        before = plain
        plain = _ROOT.sub(lambda found: f"√{_grouped(found[1])}", plain)
        plain = _FRACTION.sub(lambda found: f"{_grouped(found[1])}/{_grouped(found[2])}", plain)
        plain = _SCRIPT.sub(_script, _WRAPPED.sub(r"\2", plain))
        plain = _BRACES.sub(r"\1", plain) if plain == before else plain
        if plain == before:
            break
    return _COMMAND.sub(lambda found: "" if found[1] in WORDLESS else found[1], plain)


def _signs(text: str) -> str:
    return _COMMAND.sub(_sign, text)


def _sign(found: re.Match[str]) -> str:
    name = found[1]
    if name in NAMES:
        return f" {name}" if found.string[max(0, found.start() - 1) : found.start()].isalnum() else name
    return SIGNS.get(name) or LETTERS.get(name) or found[0]


def _escaped(found: re.Match[str]) -> str:
    return _MEANT.get(found[1], found[1])


def _accent(found: re.Match[str]) -> str:
    letter = found[3] or found[4]
    return unicodedata.normalize("NFC", letter + ACCENTS[found[1] or found[2]])


def _double(found: re.Match[str]) -> str:
    letter = found[1] or found[2]
    return BLACKBOARD.get(letter, letter)


def _script(found: re.Match[str]) -> str:
    """Raised or lowered where there are such characters for all of it."""
    inside = (found[2] if found[2] is not None else found[3]).strip()
    if not inside or inside in {"∘", "°"}:
        return "°" if inside else ""
    signs = SUPERSCRIPTS if found[1] == "^" else SUBSCRIPTS
    if all(character in signs for character in inside):
        return "".join(signs[character] for character in inside)
    return f"{_MEANT[found[1]]}{_grouped(inside)}"


def _grouped(text: str) -> str:
    """In parentheses, unless it is one number or name."""
    inside = text.strip()
    return inside if re.fullmatch(r"[\w.]*|\W", inside) else f"({inside})"
