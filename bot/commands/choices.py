"""Options that are one of a few words."""

import re
from enum import StrEnum

from bot.commands.parsing import one_of


class Ballot(StrEnum):
    UP = "up"
    DOWN = "down"
    CLEAR = "clear"


_THUMBS = {
    **dict.fromkeys(("👍", ":+1:", ":thumbsup:", "+1"), Ballot.UP),
    **dict.fromkeys(("👎", ":-1:", ":thumbsdown:", "-1"), Ballot.DOWN),
}
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]|(?<=:):skin-tone-[2-6]:")


def parse_ballot(text: str) -> Ballot:
    """A ballot's name, or a thumb as people and Slack write it."""
    return _THUMBS.get(_SKIN.sub("", text.strip().lower())) or one_of(Ballot, "vote")(text)


class LibraryAction(StrEnum):
    """What `library` does."""

    LIST = "list"
    REMOVE = "remove"
    EXPORT = "export"
    DELETE_ALL = "delete-all"


class ExportFormat(StrEnum):
    BIBTEX = "bibtex"
    CSV = "csv"
    JSON = "json"


class Keeping(StrEnum):
    """What `follow` and `mute` do with their terms."""

    ADD = "add"
    REMOVE = "remove"
    LIST = "list"


class SubmitAction(StrEnum):
    LIST = "list"


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


class WhenEmpty(StrEnum):
    """What a digest without papers does."""

    SKIP = "skip"
    TELL = "tell"


class Style(StrEnum):
    """How much of each paper a digest shows."""

    CARDS = "cards"
    COMPACT = "compact"


class Learning(StrEnum):
    """Whether what is voted on moves a digest."""

    ON = "on"
    OFF = "off"
    RESET = "reset"


class Linking(StrEnum):
    STOP = "stop"


class OwnDigest(StrEnum):
    STOP = "stop"


class TopicAction(StrEnum):
    """What `digest topics` does with the terms."""

    ADD = "add"
    REMOVE = "remove"
    ANY = "any"
    ALL = "all"
    EXCLUDE = "exclude"
    LIST = "list"
