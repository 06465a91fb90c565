"""Errors that people see: what happened, what to do next, an example; never a raw exception."""

import secrets


class UserError(Exception):
    """Something a person can mend. `code` is stable and documented, `hint` is the next step."""

    def __init__(self, code: str, message: str, hint: str = "", *, option: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.option = option
        """The option whose value is wrong, so that a form can say it at the field."""


class UsageError(UserError):
    """The command itself was wrong: unknown word, bad value. Exit code 2."""


class SettingsError(UserError):
    """A setting is malformed. Exit code 3."""


def new_reference() -> str:
    """Four hex digits that join what a person saw with a line of the log."""
    return secrets.token_hex(2)
