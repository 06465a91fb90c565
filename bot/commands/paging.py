"""Pages of a list: which one is wanted, and the buttons that turn it. A list does not move while it is read."""

from collections.abc import Mapping

from bot.buttons import Button, Effect
from bot.cards import share_button
from bot.commands import Call, Command
from bot.commands.grammar import text_of
from bot.commands.options import LIMIT, PAGE
from bot.models import PaperList
from bot.service.lists import Page

PAGE_SIZE = 5
"""Papers of one answer, unless somebody asks for more."""
KEPT = 500
"""So far back one can turn what is kept of a channel."""


def page_of(call: Call, *, ends: bool = False) -> Page:
    """The page a call wants; a program gets the whole of a list that `ends` by itself, such as a day's."""
    return Page(limit=call[LIMIT] or (None if call.whole and ends else PAGE_SIZE), number=call[PAGE])


def pins(papers: PaperList) -> dict[str, str]:
    """Holds the list still: the moment it was made for."""
    return {"as-of": f"{papers.as_of:%Y-%m-%dT%H:%M:%S.%f}Z"}


def nothing_found(papers: PaperList, otherwise: str) -> str:
    """What an empty list says: the option that was nearly written and would find something, or else what to try."""
    if papers.unknown:
        hint = "" if papers.beyond else " more:yes asks Hugging Face for it."
        return f"I have not seen a paper {papers.unknown} yet.{hint}"
    if papers.muted:
        return "All that was found is muted by you. See what you mute: /papers mute list"
    return f"Nothing found. Did you mean {' or '.join(papers.meant)}?" if papers.meant else otherwise


def turning(call: Call, command: Command, papers: PaperList, pinned: Mapping[str, str]) -> tuple[Button, ...]:
    """Previous, next, share: as far as there is something to turn to."""
    if call.whole or not papers.papers:
        return ()
    at = papers.page
    pages = [("◀ Previous", at - 1)] if at > 1 else []
    pages += [("Next ▶", at + 1)] if at < papers.pages else []
    turns = [
        Button(label, text_of(call, command, {**pinned, "page": str(page)}), Effect.REPLACE) for label, page in pages
    ]
    return (*turns, share_button(text_of(call, command, {**pinned, "page": str(at)})))


def newer_and_older(call: Call, command: Command, *, older: bool) -> tuple[Button, ...]:
    """To the pages before and after, of what is kept of a channel."""
    at = call[PAGE]
    pages = ([("◀ Newer", at - 1)] if at > 1 else []) + ([("Older ▶", at + 1)] if older else [])
    return tuple(Button(label, text_of(call, command, {"page": str(page)}), Effect.REPLACE) for label, page in pages)
