"""Starting sets of topics, each a file beside this one."""

import difflib
import importlib.resources
import tomllib
from dataclasses import dataclass
from functools import cache

from bot.errors import UsageError
from bot.models import Topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A subject, and the words that find its papers."""

    name: str
    """The file's, and what people type."""
    title: str
    summary: str
    topics: Topics


@cache
def presets() -> dict[str, Preset]:
    """All of them by name, in the order of their titles."""
    files = importlib.resources.files(__name__).iterdir()
    found = [_read(file.name.removesuffix(".toml"), file.read_text("utf-8")) for file in files if _is_one(file.name)]
    return {one.name: one for one in sorted(found, key=lambda one: one.title)}


def parse_presets(text: str) -> tuple[Preset, ...]:
    """Those named between commas.

    Raises:
        UsageError: `preset`: there is none of that name; the nearest is told.
    """
    names = dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip())
    return tuple(_named(name) for name in names)


def _named(name: str) -> Preset:
    known = presets()
    by_title = {one.title.lower(): one for one in known.values()}
    one = known.get(name) or by_title.get(name)
    if one is not None:
        return one
    near = difflib.get_close_matches(name, [*known, *by_title], n=1, cutoff=0.5)
    meant = f" Did you mean `{(known.get(near[0]) or by_title[near[0]]).name}`?" if near else ""
    raise UsageError("preset", f"There is no preset “{name[:40]}”.{meant}", f"There are: {', '.join(known)}")


def _is_one(name: str) -> bool:
    return name.endswith(".toml")


def _read(name: str, text: str) -> Preset:
    told = tomllib.loads(text)
    topics = Topics(include=tuple(told["include"]), exclude=tuple(told.get("exclude", ())))
    return Preset(name=name, title=told["title"], summary=told["summary"], topics=topics)
