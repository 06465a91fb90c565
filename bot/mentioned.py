"""Papers that somebody's message names: which are shown, and what is said of the others; pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

MOST = 100
"""Read of one message, in the order they are named."""
_LISTED = 10
"""Ids in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """Canonical ids, each once, in the order they are named."""

    shown: tuple[str, ...]
    left: tuple[str, ...]
    """Known too, for which there is no room."""
    unknown: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What is said of those that are not shown, a sentence each; nobody is left to think that these were all."""
        left = f"It names {len(self.left)} more: {_listed(self.left)}. See one with /papers paper ID."
        unknown = f"I do not know yet: {_listed(self.unknown)}."
        none = f"That message names {_listed(self.unknown)}; I have not seen {_them(self.unknown)} yet."
        said = ((left, self.left), (unknown if self.shown else none, self.unknown))
        return tuple(sentence for sentence, ids in said if ids)


def mentioned(ids: Sequence[str], known: Collection[str], room: int) -> Mentioned:
    """Those that can be shown, however many unknown ones stand before them."""
    ours = [one for one in ids if one in known]
    unknown = tuple(one for one in ids if one not in known)
    return Mentioned(shown=tuple(ours[:room]), left=tuple(ours[room:]), unknown=unknown)


def first_of(ids: Iterable[str]) -> list[str]:
    """Each once, so many that a message of thousands costs no more than one of a hundred."""
    return list(islice(dict.fromkeys(ids), MOST))


def _listed(ids: Sequence[str]) -> str:
    more = len(ids) - _LISTED
    return f"{', '.join(ids[:_LISTED])}{f' and {more} more' if more > 0 else ''}"


def _them(ids: Sequence[str]) -> str:
    return "it" if len(ids) == 1 else "them"
