"""/papers digest import: settings from JSON; shows what would change first."""

from bot.buttons import Button, Effect
from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.layout import refuse_elsewhere
from bot.commands.digest.options import PUBLISH, SETTINGS_TEXT, TAGS
from bot.commands.digest.settings import settings_notice
from bot.commands.grammar import text_of
from bot.commands.options import CHANNEL, SURE
from bot.errors import UsageError
from bot.models import ChannelKey, Preferences
from bot.service import Service
from bot.service.portable import differences, settings_from
from bot.views import Field, Notice, Tone


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    known = await service.store.channels.subscription(channel)
    wanted = settings_from(call[SETTINGS_TEXT], channel, call.caller, now, known)
    _refuse_elsewhere(channel, wanted.preferences, known.preferences if known else Preferences())
    found = differences(known, wanted)
    if not found:
        return Answer(Notice(tone=Tone.INFO, text="This channel has these settings already."))
    if not call[SURE]:
        apply = Button("Apply", text_of(call, command, {SURE.name: "yes"}), Effect.ANSWER)
        return Answer(
            Notice(
                tone=Tone.INFO,
                text="This would change; nothing is saved yet.",
                hint="Do it with yes:yes at the end of the same command.",
                fields=tuple(Field(name, f"{before} → {after}") for name, before, after in found),
                buttons=() if call.whole else (apply,),
            )
        )
    saved = await service.channels.take_over(channel, call.caller, wanted)
    what = ", ".join(name.lower() for name, _, _ in found)
    view = settings_notice("The settings are taken over.", saved, now)
    return announced(call, view, f"{author(call)} imported settings for the digest: {what}.")


def _refuse_elsewhere(channel: ChannelKey, wanted: Preferences, known: Preferences) -> None:
    """As `digest format` does; what the channel has already stays."""
    new = ((TAGS, wanted.tags and wanted.tags != known.tags), (PUBLISH, wanted.publish and not known.publish))
    given = [option.name for option, is_new in new if is_new]
    try:
        refuse_elsewhere(channel, given, "" if wanted.ping == known.ping else wanted.ping)
    except UsageError as error:
        error.option = SETTINGS_TEXT.name
        raise


command = Command(
    "import",
    "Settings from JSON; shows first what would change",
    run,
    (SETTINGS_TEXT, SURE, CHANNEL),
    example='digest import {"papers":5}',
    group="digest",
    order=96,
    configures=True,
)
