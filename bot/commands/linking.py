"""What the two `link` commands share: a code shown in one place and typed in the other."""

from bot.commands import Call
from bot.commands.choices import Linking
from bot.commands.options import CODE_SHOWN, LINKING
from bot.ports import Linkable
from bot.service import Service
from bot.service.links import Noting, told
from bot.views import Field, Notice, Tone


async def linked(
    service: Service, call: Call, holder: Linkable, *, what: str, command: str, noting: Noting | None = None
) -> tuple[Notice, str]:
    """The answer, and what was done in a word for a team that is concerned; empty where nothing was.

    Raises:
        UserError: `bad_code`.
    """
    code = call[CODE_SHOWN]
    if call[LINKING] is Linking.STOP:
        ended = await service.links.end(holder, noting)
        text = f"{what} is on its own again; its votes count for itself." if ended else "It is linked with none."
        done = "ended this team's link with others: its votes count for itself" if ended else ""
        return Notice(tone=Tone.OK, text=text), done
    if code:
        other = await service.links.accept(holder, code, noting)
        text = f"{what} is now one with {told(other)}: everybody has one vote in both."
        done = f"linked this team with {told(other)}: a vote counts in both"
        return Notice(tone=Tone.OK, text=text, fields=await _others(service, holder)), done
    code = await service.links.offer(holder)
    text = f"Type /papers {command} {code} in the other place within 15 minutes."
    hint = f"End it with /papers {command} stop."
    fields = (Field("Code", code), *await _others(service, holder))
    return Notice(tone=Tone.INFO, text=text, hint=hint, fields=fields), ""


async def _others(service: Service, holder: Linkable) -> tuple[Field, ...]:
    others = ", ".join(told(one) for one in await service.links.others(holder))
    return (Field("Linked with", others or "none"),)
