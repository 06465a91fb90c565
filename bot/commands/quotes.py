"""Quotes around values that people type."""

import re


def unquoted(text: str) -> str:
    return text.replace('"', "").strip()


def quoted(text: str) -> str:
    """In quotes where it would fall apart without them."""
    bare = text.replace('"', "")
    return f'"{bare}"' if re.search(r"\s|,", bare) else bare
