"""Verbs that people type for a list of words, and that would else be kept as one of them."""

EMPTYING = frozenset({"clear", "reset", "none", "nothing"})
REMOVING = frozenset({"delete", "del", "rm", "unfollow", "unmute"})


def empties(terms: str) -> bool:
    """Whether the words say that none is to be left; in quotes, or with others, they are words: `reset codes`."""
    return terms.strip().lower() in EMPTYING


def removes(terms: str) -> str:
    """What is to be taken away, after a verb that is another's; empty if the words begin with none."""
    first, _, rest = terms.strip().partition(" ")
    return rest.strip() if first.lower() in REMOVING else ""
