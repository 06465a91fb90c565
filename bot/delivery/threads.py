"""Messages of a delivery that belong under another one of it, such as abstracts in a thread; pure."""

from collections.abc import Mapping, Sequence

from bot.models import MessagePart
from bot.ports import ONCE, PLAIN, REPLY_TO, Payload


def remote_ids(parts: Sequence[MessagePart]) -> dict[int, str]:
    """Of the parts that are out, by number."""
    return {part.number: part.remote_id for part in parts if part.remote_id is not None}


def addressed(payload: Payload, out: Mapping[int, str]) -> Payload:
    """Ready to be sent: with the remote id of the message it belongs under in place of that one's number."""
    number = payload.get(REPLY_TO)
    rest = {name: value for name, value in payload.items() if name not in {REPLY_TO, PLAIN}}
    return rest | {REPLY_TO: out[number]} if isinstance(number, int) and number in out else rest


def own_words(payload: Payload) -> Payload | None:
    """The same message in plain words, under the same one; None where only the whole view has such words."""
    plainly = payload.get(PLAIN)
    if not isinstance(plainly, dict):
        return None
    return plainly | {name: payload[name] for name in (REPLY_TO,) if name in payload}


def known_again(part: MessagePart) -> bool:
    """Whether a platform that knows keys again knows this message again; what comes after the first lies under it."""
    return part.number > 0 or not part.payload.get(ONCE)
