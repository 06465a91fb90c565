"""Quotes around values that people type."""

import re

_TYPED = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))  # as phones and word processors type them


def straight(text: str) -> str:
    """With straight quotation marks for all others."""
    return text.translate(_TYPED)


def unquoted(text: str) -> str:
    return text.replace('"', "").strip()


def quoted(text: str) -> str:
    """In quotes where it would fall apart without them."""
    bare = text.replace('"', "")
    return f'"{bare}"' if re.search(r"\s|,", bare) else bare
