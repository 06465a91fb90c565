"""Plain text within limits: cleaned of what no client can draw, measured, cut, taken apart."""

import re

# Control characters that clients cannot draw, halves of surrogate pairs, and the direction overrides of Unicode, one of
# which, left open in a title, would turn the rest of the line around. Plain right-to-left text needs none.
_UNDRAWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_HALF_PAIR = re.compile(r"[\ud800-\udfff]")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))  # as phones and word processors type them
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029]")


def clean(text: str) -> str:
    """The text without what no client can draw; line breaks stay."""
    if text.isprintable():  # most texts are: neither controls nor marks of direction, line ends or halves of pairs
        return text
    lines = _LINE_ENDS.sub("\n", text)
    return _HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", _UNDRAWABLE.sub("", lines))


def one_line(text: str) -> str:
    """Cleaned, with every run of white space as one space."""
    return " ".join(clean(text).split())


def straight(text: str) -> str:
    """With straight quotation marks for all others."""
    return text.translate(_QUOTES)


def length(text: str) -> int:
    """UTF-16 units: what JavaScript clients count, and never fewer than the characters that limits speak of."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, cut at a word where one is near, with an ellipsis."""
    if length(text) <= limit:
        return text
    head = head_of(text, limit - 1)
    words, space, _ = head.rpartition(" ")
    return f"{words.rstrip() if space and length(words) > limit // 2 else head}…"


def pieces(text: str, limit: int) -> list[str]:
    """The whole text in pieces of at most `limit` UTF-16 units, split at line breaks or words where they are near."""
    found = []
    while length(text) > limit:
        head = head_of(text, limit)
        at = max(head.rfind("\n"), head.rfind(" "))
        end = at + 1 if at > len(head) // 2 else len(head)
        found.append(text[:end].strip())
        text = text[end:]
    return [piece for piece in (*found, text.strip()) if piece]


def pieces_of_lines(text: str, limit: int, longest: int) -> list[str]:
    """The whole text in pieces of at most `limit` UTF-16 units, split between lines.

    Only a line of more than `longest` characters, at most half of `limit`, is cut itself.
    """
    found = [""]
    for row in text.splitlines() or [""]:
        for start in range(0, max(1, len(row)), longest):
            part = row[start : start + longest]
            if length(found[-1]) + length(part) + 1 > limit:
                found.append("")
            found[-1] += f"{part}\n"
    return [piece.rstrip("\n") or " " for piece in found]


def counted(count: int, noun: str) -> str:
    """`1 paper`, `1,200 papers`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def head_of(text: str, limit: int) -> str:
    """The longest beginning of at most `limit` UTF-16 units."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")
