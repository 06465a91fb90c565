"""Text on its way to and from Slack: cleaned, measured, cut, escaped, and read back from what a person typed."""

import re
from urllib.parse import quote, urlsplit

# Control characters Slack's clients cannot draw, halves of surrogate pairs, and the direction overrides of Unicode,
# one of which, left open in a title, would turn the rest of the line around. Plain right-to-left text needs none.
_UNDRAWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_HALF_PAIR = re.compile(r"[\ud800-\udfff]")
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_REFERENCE = re.compile(r"<([^<>|\s]+)(?:\|([^<>]*))?>")
_SAFE_IN_ADDRESS = "%/:?#[]@!$&'()*+,;=~-._"


def clean(text: str) -> str:
    """The text without what no client can draw; line breaks stay."""
    return _HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", _UNDRAWABLE.sub("", text))


def one_line(text: str) -> str:
    """Cleaned, with every run of white space as one space."""
    return " ".join(clean(text).split())


def length(text: str) -> int:
    """UTF-16 units: what JavaScript clients count, and never fewer than the characters that Slack's docs speak of."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, cut at a word where one is near, with an ellipsis."""
    if length(text) <= limit:
        return text
    head = _head(text, limit - 1)
    words, space, _ = head.rpartition(" ")
    return f"{words.rstrip() if space and length(words) > limit // 2 else head}…"


def pieces(text: str, limit: int) -> list[str]:
    """The whole text in pieces of at most `limit` UTF-16 units, split at line breaks or words where they are near."""
    found = []
    while length(text) > limit:
        head = _head(text, limit)
        at = max(head.rfind("\n"), head.rfind(" "))
        end = at + 1 if at > len(head) // 2 else len(head)
        found.append(text[:end].strip())
        text = text[end:]
    return [piece for piece in (*found, text.strip()) if piece]


def _head(text: str, limit: int) -> str:
    """The longest beginning of at most `limit` UTF-16 units."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")


def escape(text: str) -> str:
    """For every place that Slack parses, `text` of a message included: no mention, no link can come of it.

    https://docs.slack.dev/messaging/formatting-message-text/#escaping
    """
    for character, entity in _ESCAPES:
        text = text.replace(character, entity)
    return text


def address(url: str) -> str | None:
    """An http(s) address fit for a link, its odd characters percent-encoded; None if it is none or too long for one."""
    encoded = quote(clean(url).strip(), safe=_SAFE_IN_ADDRESS)
    try:
        parts = urlsplit(encoded)
    except ValueError:
        return None
    fits = parts.scheme.lower() in {"http", "https"} and parts.netloc and len(encoded) <= 2000
    return encoded if fits else None


def typed(text: str) -> str:
    """What a person typed after the command, from what Slack makes of it when escaping is on.

    Links come in angle brackets and are unwrapped; `<#C123|name>` stays, since commands read channels so.
    https://docs.slack.dev/interactivity/implementing-slash-commands/#escaping
    """
    unwrapped = _REFERENCE.sub(_unwrapped, text)
    for character, entity in reversed(_ESCAPES):
        unwrapped = unwrapped.replace(entity, character)
    return unwrapped


def _unwrapped(match: re.Match[str]) -> str:
    target, label = match[1], match[2]
    if target.startswith("#"):
        return match[0]
    if target.startswith("@"):
        return f"@{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:]}"
    return label or target.removeprefix("mailto:") if target.startswith("mailto:") else target
