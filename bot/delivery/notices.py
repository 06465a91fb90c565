"""What is told of deliveries outside their channels; pure."""

from bot.buttons import Button, Effect
from bot.errors import new_reference
from bot.models import ChannelKey
from bot.views import Field, Notice, Tone


def paused_notice(channel: ChannelKey, because: str, *, gone: bool = False) -> Notice:
    """For whoever set a digest up that cannot be posted any more; `gone`: its channel was deleted."""
    mend = "Mend the cause, then press Retry, or type /papers digest send in that channel."
    elsewhere = "Nothing brings that channel back. For a digest in another, type /papers digest subscribe there."
    end = Button("End it", f"digest unsubscribe channel:{channel}", Effect.ANSWER)
    retry = Button("Retry", f"digest send channel:{channel}", Effect.ANSWER)
    return Notice(
        tone=Tone.ERROR,
        text=f"I can't post a digest that you set up, so I paused it: {because}.",
        hint=elsewhere if gone else mend,
        fields=(Field("Channel", str(channel)),),
        reference=new_reference(),
        buttons=(end,) if gone else (retry,),
    )


def way_back(lane: str) -> str:
    """What its operator is to do about a lane whose token is refused."""
    if lane.startswith("slack:"):
        return "Install the app in this workspace again, or set a new SLACK_BOT_TOKEN and restart."
    if lane == "discord":
        return "Reset the bot's token in Discord's developer portal, set DISCORD_BOT_TOKEN and restart."
    if lane == "email":
        return "Look at it with `broadsheet mail check`; mend SMTP_URL or MAIL_FROM and restart."
    return "Set new credentials and restart."
