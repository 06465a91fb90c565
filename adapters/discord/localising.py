"""Names and descriptions in people's languages, one readable file for each.

https://docs.discord.com/developers/interactions/application-commands#localization
"""

import importlib.resources
import tomllib
from collections.abc import Mapping
from functools import cache

from bot.ports import Payload

LOCALES = ("de", "fr", "ja", "zh-CN")
"""Of Discord's: https://docs.discord.com/developers/reference#locales."""
Words = Mapping[str, Mapping[str, tuple[str, str]]]


@cache
def words_of(locale: str) -> Words:
    """Name and description by `commands` or `options`, and by path or name."""
    file = importlib.resources.files("adapters.discord") / "locales" / f"{locale}.toml"
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    return {kind: {key: (name, text) for key, (name, text) in lines.items()} for kind, lines in told.items()}


def of_command(path: str) -> Payload:
    """A command's or a root's names and descriptions by locale."""
    return _localised("commands", path)


def of_option(path: str, name: str) -> Payload:
    """An option's, as that command means it."""
    return _localised("options", f"{path} {name}", name)


def _localised(kind: str, *keys: str) -> Payload:
    names: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    for locale in LOCALES:
        lines = words_of(locale)[kind]
        found = next((lines[key] for key in keys if key in lines), None)
        if found is not None:
            names[locale], descriptions[locale] = found
    return {"name_localizations": names, "description_localizations": descriptions} if names else {}
