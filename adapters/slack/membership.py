"""Who is in a channel: whoever names another channel than the one they type in must be in it themselves.

All refusals say the same, so that nobody learns from them which private channels there are.
"""

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import BROKEN, classify
from bot.errors import UserError
from bot.models import ChannelKey, Outcome

PAGE = 1000
"""Members told at a time: https://docs.slack.dev/reference/methods/conversations.members/ ."""
PAGES = 100
NOT_IN_IT = "I can only do that for a channel in which you are, and in which I can see that."
UNASKED = "I could not ask Slack whether you are in that channel, so I did nothing."
TYPE_IT_THERE = "Type it in that channel itself."


async def refuse_outsiders(client: AsyncWebClient, person: str, channel: ChannelKey) -> None:
    """Nothing, if the person is in the channel.

    Raises:
        UserError: `not_a_member`; `platform`: Slack did not tell, and nobody is let in on a guess.
    """
    try:
        known = await is_in(client, person, channel.channel)
    except BROKEN as error:
        if classify(error).outcome in {Outcome.UNKNOWN, Outcome.LIMITED} or not hasattr(error, "response"):
            raise UserError("platform", UNASKED, "Try again in a minute.", option="channel") from error
        known = False  # no such channel, one that we are not in, or none that we may look into
    if not known:
        raise UserError("not_a_member", NOT_IN_IT, TYPE_IT_THERE, option="channel")


async def is_in(client: AsyncWebClient, person: str, channel: str) -> bool:
    """Whether the person is among its members."""
    cursor = ""
    for _ in range(PAGES):
        told = await client.conversations_members(channel=channel, limit=PAGE, cursor=cursor)
        if person in (told.get("members") or ()):
            return True
        cursor = (told.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return False
    return False
