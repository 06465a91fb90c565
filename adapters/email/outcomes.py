"""What a failed conversation means for a delivery: exactly one outcome class. Pure.

Codes: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3, enhanced ones: https://www.rfc-editor.org/rfc/rfc3463.
"""

import re

from adapters.email.failures import BrokenError, RefusedError, Step, UntrustedError, WireError
from bot.models import Outcome
from bot.plain import cut, one_line
from bot.ports import SendError

WORDS_LENGTH = 160
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"[^\s<>@:;,]+@[^\s<>;,]+")
_CHECK = "Look at it with `broadsheet mail check`"
_ADDRESS_OR_MAILBOX = frozenset({1, 2})
"""Subjects of enhanced codes: X.1.X is about the address, X.2.X about the mailbox."""
_POLICY = 7


def outcome_of(error: WireError, *, proven: bool) -> SendError:
    """The class of a failure. `proven`: this server has taken a recipient of ours, so its no is about this one."""
    match error:
        case RefusedError():
            return _refused(error, proven=proven)
        case UntrustedError():
            return SendError(Outcome.DEAD_LANE, f"I do not log in to the mail server: {error.what}. {_CHECK}.")
        case BrokenError(step=Step.END):
            return SendError(Outcome.UNKNOWN, f"The mail server has the message and did not confirm it: {error.what}.")
        case _:
            return SendError(Outcome.NOT_SENT, f"The mail server did not take the message: {error.what}.")


def _refused(error: RefusedError, *, proven: bool) -> SendError:
    told = f"{error.code} {words(error.text)}".strip()
    if error.code == 421:
        return SendError(Outcome.LIMITED, f"The mail server asks to come later ({told}).", retry_after=60.0)
    if error.code < 500:
        return SendError(Outcome.NOT_SENT, f"The mail server asks to try again ({told}).")
    match error.step:
        case Step.RECIPIENT:
            return _recipient(error, told, proven=proven)
        case Step.DATA | Step.END:
            return _content(error, told)
        case Step.SENDER if error.code == 552:
            return SendError(Outcome.CONTENT_BUG, f"The mail server finds the message too large ({told}).")
        case _:
            return SendError(Outcome.DEAD_LANE, f"The mail server does not accept us ({told}). {_CHECK}.")


def _recipient(error: RefusedError, told: str, *, proven: bool) -> SendError:
    """A server that has taken nobody yet and refuses by its rules refuses us, not this address: relaying is denied."""
    unwanted = subject_of(error.text) == _POLICY or error.code in {530, 535}
    if unwanted and not proven:
        return SendError(Outcome.DEAD_LANE, f"The mail server does not send for us ({told}). {_CHECK}.")
    if error.code in {500, 501, 502, 503, 504, 555}:
        return SendError(Outcome.CONTENT_BUG, f"The mail server did not understand us ({told}).")
    return SendError(Outcome.DEAD_CHANNEL, f"Mail to this address is refused ({told}).")


def _content(error: RefusedError, told: str) -> SendError:
    """Some servers look at the recipient only now; what they then say names the mailbox."""
    about = subject_of(error.text)
    if about in _ADDRESS_OR_MAILBOX or (about is None and error.code in {550, 551, 553}):
        return SendError(Outcome.DEAD_CHANNEL, f"Mail to this address is refused ({told}).")
    return SendError(Outcome.CONTENT_BUG, f"The mail server refuses the message ({told}).")


def subject_of(text: str) -> int | None:
    """The second number of an enhanced code such as 5.1.1: 1 address, 2 mailbox, 3 system, 6 content, 7 policy."""
    found = _ENHANCED.search(text)
    return int(found[2]) if found else None


def words(text: str) -> str:
    """A server's words without addresses: they name people, and what is kept of a delivery must not."""
    return cut(_ADDRESS.sub("…", one_line(text)), WORDS_LENGTH)
