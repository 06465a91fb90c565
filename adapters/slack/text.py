"""Text on its way to and from Slack: cleaned, measured, cut, escaped, and read back from what a person typed."""

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from bot.plain import clean, cut

_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_REFERENCE = re.compile(r"<([^<>|\s]+)(?:\|([^<>]*))?>")
_SAFE_IN_ADDRESS = "%/:?#[]@!$&'()*+,;=~-._"


def escape(text: str) -> str:
    """For every place that Slack parses, `text` of a message included: no mention, no link can come of it.

    https://docs.slack.dev/messaging/formatting-message-text/#escaping
    """
    for character, entity in _ESCAPES:
        text = text.replace(character, entity)
    return text


def escaped(text: str, limit: int) -> str:
    """Escaped, of at most `limit` UTF-16 units; an escape that would be torn goes whole."""
    return re.sub(r"&[a-z]*…$", "…", cut(escape(text), limit))


@lru_cache(maxsize=4096)
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

    Links come in angle brackets and are unwrapped; `<#C123|name>` stays, since commands read channels so, and
    whoever `ping:` is to call.
    https://docs.slack.dev/interactivity/implementing-slash-commands/#escaping
    """
    unwrapped = _REFERENCE.sub(_unwrapped, text)
    for character, entity in reversed(_ESCAPES):
        unwrapped = unwrapped.replace(entity, character)
    return unwrapped


def _unwrapped(match: re.Match[str]) -> str:
    target, label = match[1], match[2]
    if target.startswith("#") or match.string[: match.start()].endswith("ping:"):
        return match[0]
    if target.startswith("@"):
        return f"@{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:]}"
    return label or target.removeprefix("mailto:") if target.startswith("mailto:") else target
