"""What a failed call means for a delivery: exactly one outcome class each. A table, and the rules beside it.

Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

from adapters.discord.rest import CallError, HeldError, NoAnswerError, NotReachedError, RefusedError
from bot.models import Outcome
from bot.ports import SendError

SLOW = 30.0
"""Seconds to wait where a limit names no time."""
_PERMISSIONS = "Open the channel's settings, Permissions, and allow me View Channel and Send Messages"
_TOKEN = "Set DISCORD_BOT_TOKEN to a token from the Developer Portal (Bot, Reset Token)"  # noqa: S105  # words, not one

CODES: dict[int, tuple[Outcome, str]] = {
    10003: (Outcome.DEAD_CHANNEL, "The channel does not exist any more."),
    10004: (Outcome.DEAD_CHANNEL, "I am not in that server any more."),
    10008: (Outcome.UNKNOWN, "The message was posted before and has been deleted since."),
    10013: (Outcome.DEAD_CHANNEL, "That person does not exist any more."),
    10015: (Outcome.DEAD_CHANNEL, "The webhook does not exist any more."),
    20016: (Outcome.LIMITED, "The channel is in slow mode."),
    20028: (Outcome.LIMITED, "The channel takes no more messages just now."),
    20029: (Outcome.LIMITED, "The server takes no more messages just now."),
    30046: (Outcome.LIMITED, "An old message cannot be edited more often just now."),
    40001: (Outcome.DEAD_LANE, f"Discord does not know the bot's token. {_TOKEN}."),
    40002: (Outcome.DEAD_LANE, "Discord asks to verify the account that owns the bot."),
    40003: (Outcome.LIMITED, "Direct messages are being opened too fast."),
    40005: (Outcome.CONTENT_BUG, "The message is too large."),
    40062: (Outcome.LIMITED, "Discord limits this service just now."),
    40066: (Outcome.DEAD_CHANNEL, "The forum requires a tag, and I may use none of its tags."),
    40067: (Outcome.DEAD_CHANNEL, "The forum requires a tag for each post."),
    40333: (Outcome.DEAD_LANE, "Discord refuses our User-Agent; please report this."),
    50001: (Outcome.DEAD_CHANNEL, f"I cannot see the channel. {_PERMISSIONS}."),
    50006: (Outcome.CONTENT_BUG, "The message was empty."),
    50007: (Outcome.DEAD_CHANNEL, "That person takes no direct messages from me."),
    50008: (
        Outcome.DEAD_CHANNEL,
        "That channel takes no messages. For a forum, run /papers digest settings.",
    ),
    50013: (Outcome.DEAD_CHANNEL, f"I may not write in the channel. {_PERMISSIONS}."),
    50014: (Outcome.DEAD_LANE, f"Discord does not accept the bot's token. {_TOKEN}."),
    50024: (Outcome.DEAD_CHANNEL, "That kind of channel takes no messages."),
    50033: (Outcome.DEAD_CHANNEL, "That person cannot get direct messages."),
    50035: (Outcome.CONTENT_BUG, "Discord did not accept the form of the message."),
    50083: (Outcome.DEAD_CHANNEL, "The thread is archived. Open it again, or choose another channel."),
    50109: (Outcome.CONTENT_BUG, "Discord could not read the message."),
    50278: (Outcome.DEAD_CHANNEL, "I share no server with that person, so I cannot write to them."),
    130000: (Outcome.LIMITED, "Discord is overloaded just now."),
    160005: (Outcome.DEAD_CHANNEL, "The thread is locked. Unlock it, or choose another channel."),
    160006: (Outcome.NOT_SENT, "The server has as many active threads as it may have."),
    240000: (Outcome.CONTENT_BUG, "Discord's filter for harmful links refused the message."),
}

EXPIRED = {10062: "expired", 40060: "already_acknowledged", 10015: "expired", 50027: "expired", 10008: "deleted"}
"""Answers that nobody waits for any more: too late (3 s, 15 min), answered elsewhere, or dismissed by its reader."""


def outcome_of(failure: CallError) -> SendError:
    """The class of a failure, and a sentence that says what to do."""
    match failure:
        case NotReachedError():
            return SendError(Outcome.NOT_SENT, f"{failure}.")
        case NoAnswerError():
            return SendError(Outcome.UNKNOWN, f"{failure}.")
        case HeldError():
            return SendError(Outcome.LIMITED, f"Waiting: {failure}.", retry_after=failure.retry_after)
        case RefusedError():
            return _refused(failure)
        case _:
            return SendError(Outcome.UNKNOWN, str(failure))


def _refused(refusal: RefusedError) -> SendError:
    known = CODES.get(refusal.code)
    outcome, words = known or (_by_status(refusal), "Discord refused:")
    detail = f"code {refusal.code}" if known and outcome is not Outcome.CONTENT_BUG else str(refusal)
    named = SLOW if refusal.retry_after is None else refusal.retry_after
    retry_after = named if outcome is Outcome.LIMITED else None
    return SendError(outcome, f"{words} ({detail})" if known else f"{words} {detail}", retry_after=retry_after)


def _by_status(refusal: RefusedError) -> Outcome:
    """For codes that the table does not know: by HTTP status, and never at the channel's expense."""
    status = refusal.status
    if status == 429 or (status == 403 and refusal.retry_after is not None):
        return Outcome.LIMITED  # also the network in front of Discord, which answers HTML
    if status == 401:
        return Outcome.DEAD_LANE
    if status == 403:
        return Outcome.DEAD_CHANNEL
    if status in {400, 413}:
        return Outcome.CONTENT_BUG
    return Outcome.UNKNOWN if status >= 500 or status == 408 else Outcome.NOT_SENT
