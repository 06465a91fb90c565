"""A command as somebody types it, with the slash, for ways in that have no slash commands of their own."""

import re

COMMAND = "/papers"


def without_prefix(text: str, command: str = COMMAND) -> str:
    """The text after the command's name: `/papers trending` is `trending`, `/papers-digest status` `digest status`.

    `command` is the name it has where `/papers` is taken; both are known. Any other text stays as it is.
    """
    words = re.match(r"\s*(/\S*)\s*(.*)", text, re.DOTALL)
    if words is None:
        return text.strip()
    name, rest = words[1].lower(), words[2].strip()
    if name in {COMMAND, command}:
        return rest
    if name in {f"{COMMAND}-digest", f"{command}-digest"}:
        return f"digest {rest}".strip()
    return text.strip()
