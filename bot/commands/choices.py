"""Options that are one of a few words."""

from enum import StrEnum


class Ballot(StrEnum):
    UP = "up"
    DOWN = "down"
    CLEAR = "clear"


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
