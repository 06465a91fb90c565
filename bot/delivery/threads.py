"""Messages of a delivery that belong under another one of it, such as abstracts in a thread; pure."""

from collections.abc import Mapping, Sequence

from bot.models import MessagePart
from bot.ports import ONCE, REPLY_TO, Payload


def remote_ids(parts: Sequence[MessagePart]) -> dict[int, str]:
    """Of the parts that are out, by number."""
    return {part.number: part.remote_id for part in parts if part.remote_id is not None}


def addressed(payload: Payload, out: Mapping[int, str]) -> Payload:
    """Ready to be sent: with the remote id of the message it belongs under in place of that one's number."""
    number = payload.get(REPLY_TO)
    if not isinstance(number, int):
        return payload
    rest = {name: value for name, value in payload.items() if name != REPLY_TO}
    return rest | {REPLY_TO: out[number]} if number in out else rest


def known_again(part: MessagePart) -> bool:
    """Whether a platform that knows keys again knows this message again; what comes after the first lies under it."""
    return part.number > 0 or not part.payload.get(ONCE)
