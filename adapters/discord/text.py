"""Text on its way to Discord: cleaned, measured, cut, escaped. A hostile title stays the characters it is."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

from bot.plain import clean, one_line

_ACTIVE = re.compile(r"[\\*_~|`\[\]<>@#]|:(?=//)")
_LINE_START = re.compile(r"^([ \t]*)(?:([-+])|(\d+)(?=\.))(?=\.?[ \t])", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")

# Inside a link's label a backslash is shown and escapes nothing, and an emoji or an address there breaks the link:
# https://github.com/discord/discord-api-docs/issues/6185, issues/6315 and issues/7721
_BREAKS_LABEL = re.compile(
    r"[\\`\[\]<>@]|~~|\|\||://|\*.*\*|_.*_|[\u203c\u2049\u20e3\u2190-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    r"\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff]",
    re.DOTALL,
)
_SAFE_IN_ADDRESS = "%/:?#@!$&',;=~-._+"
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)
ADDRESS_LENGTH = 1500
"""Longer ones leave no room for the paper in a message of 4000 characters."""


def escape(text: str) -> str:
    """Nothing in the text styles, lists, quotes, links or mentions.

    https://support.discord.com/hc/en-us/articles/210298617
    """
    escaped = _ACTIVE.sub(lambda match: f"\\{match[0]}", text)
    return _LINE_START.sub(lambda match: f"{match[1]}{match[3] or ''}\\{match[2] or ''}", escaped)


def prose(text: str) -> str:
    """Our own sentences, in which words of commands stand between backticks: those stay code, in which nothing acts."""
    parts = _CODE.split(clean(text))
    return "".join(f"`{part}`" if number % 2 else escape(part) for number, part in enumerate(parts))


def code(text: str) -> str:
    """One line of code, whatever it holds."""
    inside = one_line(text).replace("`", "'")
    return f"`{inside}`" if inside else ""


def small(text: str) -> str:
    """A line of small print; `text` is escaped already."""
    return f"-# {text}"


def address(url: str) -> str | None:
    """An http(s) address fit for a link, its odd characters percent-encoded; None if it is none or too long for one."""
    try:
        parts = urlsplit(clean(url).strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:  # also UnicodeError, for what is no name of a host
        return None
    if parts.scheme.lower() not in {"http", "https"} or not _HOST.fullmatch(host):
        return None
    rest = urlunsplit(("", "", parts.path, parts.query, parts.fragment))
    encoded = f"{parts.scheme.lower()}://{host}{port}{quote(rest, safe=_SAFE_IN_ADDRESS)}"
    return encoded if len(encoded) <= ADDRESS_LENGTH else None


def linked(title: str, url: str) -> str:
    """A title of one line as a link; one whose characters would act in a label stands escaped before its link."""
    target = address(url)
    if target is None:
        return escape(title)
    if title and not _BREAKS_LABEL.search(title):
        return f"[{title}]({target})"
    return f"{escape(title)} · [read]({target})"
