"""Everything that is no list of papers: notices, help, status, the digests of a server."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from adapters.discord.buttons import drawn
from adapters.discord.components import rows
from adapters.discord.layout import Block, lines_blocks, text_block
from adapters.discord.text import address, code, escape, prose, small
from adapters.discord.words import ROOTS, for_discord, typed
from bot.buttons import Button
from bot.cards import SOURCE_NAMES
from bot.models import ChannelKey, SourceStatus
from bot.plain import clean, cut, one_line, pieces
from bot.views import ChannelLine, ChannelList, Check, Field, Help, HelpEntry, Notice, Run, Status, Tone

_ARGUMENTS = re.compile(r" (?=\[|[A-Z]|\S+:)")
"""Where the words of a command end and its options begin: `search QUERY [since:…]`."""
_KEY = re.compile(r"discord:(?:@me|\d+):\d+")
PIECE_LENGTH = 900
"""Of somebody's text before escaping, which at most doubles it."""
FIELD_LENGTH = 900
WORD_LENGTH = 80
"""Of a state, a date, a reference."""
NEW_LINE = "\n"
MARKS = {Tone.OK: "✅ ", Tone.INFO: "", Tone.ERROR: "⚠️ "}
STATES = {"sent": "✅", "skipped": "⏭️", "unknown": "❔", "failed": "⚠️", "active": "✅", "paused": "⏸️"}
OTHER_STATE = "▫️"


def title_block(title: str, *lines: str) -> Block:
    """A heading, with lines under it that are escaped already."""
    return text_block("\n".join([f"## {escape(cut(one_line(title), 200)) or 'Papers'}", *filter(None, lines)]))


def prose_blocks(sentences: str) -> Iterator[Block]:
    """Our own words, whole, in as many texts as they need."""
    return lines_blocks(prose(piece) for piece in pieces(clean(for_discord(sentences)), PIECE_LENGTH))


def quoted_blocks(words: str) -> Iterator[Block]:
    """Somebody else's words, whole, in as many texts as they need."""
    parts = pieces(clean(words), PIECE_LENGTH)
    return (text_block(escape(piece), ruled=not number) for number, piece in enumerate(parts))


def note_blocks(notes: Iterable[str], *lines: str) -> Iterator[Block]:
    """Small print; `lines` are escaped already."""
    told = [sentence(note) for note in notes]
    return lines_blocks(small(line) for line in (*told, *lines) if line)


def field_blocks(fields: Iterable[Field], *, ruled: bool = False) -> Iterator[Block]:
    return lines_blocks((field_line(field) for field in fields), ruled=ruled)


def field_line(field: Field) -> str:
    words = _channel_or_words(field.text)
    label = escape(cut(one_line(field.label), 80))
    return f"**{label}**{NEW_LINE if NEW_LINE in words else ' '}{words}" if label else words


def _channel_or_words(told: str) -> str:
    if _KEY.fullmatch(told):
        return channel(told)
    return prose(cut(clean(for_discord(told)).strip(), FIELD_LENGTH))


def button_blocks(buttons: tuple[Button, ...]) -> Iterator[Block]:
    return (Block((row,)) for row in rows(drawn(buttons)))


def notice_blocks(view: Notice) -> Iterator[Block]:
    yield from prose_blocks(f"{MARKS[view.tone]}{view.text.strip() or 'Done.'}")
    yield from prose_blocks(view.hint)
    yield from field_blocks(view.fields)
    if view.reference:
        yield text_block(small(f"ref {code(_word(view.reference))}"))
    yield from button_blocks(view.buttons)


def help_blocks(view: Help) -> Iterator[Block]:
    yield title_block(view.title)
    for title, entries in view.sections:
        heading = f"### {escape(cut(one_line(title), 200))}"
        yield from lines_blocks([heading, *(_entry(entry) for entry in entries)], ruled=True)
    yield from note_blocks(view.notes)


def _entry(entry: HelpEntry) -> str:
    path = _ARGUMENTS.split(entry.usage, maxsplit=1)[0].removeprefix("/papers ").strip()
    root, _, verb = path.partition(" ")
    named = f"/{ROOTS['digest']} {verb}" if root == "digest" and verb else f"/{ROOTS['']} {path}"
    example = code(cut(typed(entry.example), 300))
    return f"**{code(cut(named, WORD_LENGTH))}** {sentence(entry.summary)}\n{small(example)}"


def status_blocks(view: Status) -> Iterator[Block]:
    mark = STATES.get(view.state, OTHER_STATE)
    yield title_block("Digest", f"{mark} {escape(_word(view.state))} · {channel(view.channel)}")
    yield from prose_blocks(view.headline)
    yield from field_blocks(view.settings)
    yield from _listed("Next", map(_next_run, view.next_runs_in_words, view.next_runs))
    yield from _listed("Last", map(_run, view.last))
    yield from _listed("Checks", map(_check, view.checks))
    yield from lines_blocks(small(stale_line(status)) for status in view.stale)
    yield from button_blocks(view.buttons)


def _listed(label: str, lines: Iterable[str]) -> Iterator[Block]:
    listed = list(lines)
    return lines_blocks([f"**{label}**", *listed]) if listed else iter(())


def _next_run(words: str, moment: datetime) -> str:
    return f"{sentence(words)} ({relative(moment)})"


def _run(run: Run) -> str:
    target = address(run.url or "")
    parts = [
        escape(_word(run.slot)),
        escape(_word(run.state)),
        sentence(run.reason),
        f"[open]({target})" if target else "",
    ]
    return f"{STATES.get(run.state, OTHER_STATE)} {' · '.join(part for part in parts if part)}"


def _check(check: Check) -> str:
    line = f"{'✅' if check.ok else '⚠️'} **{escape(cut(one_line(check.name), 80))}** {sentence(check.message)}"
    return f"{line}\n{small(sentence(check.hint))}" if check.hint else line


def channel_list_blocks(view: ChannelList) -> Iterator[Block]:
    yield title_block(view.title)
    yield from lines_blocks(map(_channel_line, view.channels))
    if not view.channels:
        yield from prose_blocks(view.empty or "There are none.")
    yield from button_blocks(view.buttons)


def _channel_line(line: ChannelLine) -> str:
    coming = f" · next {relative(line.next_run)}" if line.next_run else ""
    named = f"{STATES.get(line.state, OTHER_STATE)} {channel(line.channel)} · {escape(_word(line.state))}{coming}"
    return f"{named}\n{small(sentence(line.summary))}" if line.summary else named


def stale_line(status: SourceStatus) -> str:
    name = escape(SOURCE_NAMES.get(status.source, status.source))
    since = f" since {relative(status.failing_since)}" if status.failing_since else ""
    reason = f": {sentence(status.reason)}" if status.reason else ""
    return f"{name} is not answering{since}{reason}"


def _word(told: str) -> str:
    return cut(one_line(told), WORD_LENGTH)


def sentence(words: str) -> str:
    """Our own words on one line."""
    return prose(cut(one_line(for_discord(words)), FIELD_LENGTH))


def channel(key: str) -> str:
    """A channel as Discord names it to each reader: one who may not see it reads no name."""
    try:
        parsed = ChannelKey.parse(key)
    except ValueError:
        return code(_word(key))
    if parsed.platform != "discord" or not parsed.channel.isdecimal():
        return code(_word(key))
    return f"<@{parsed.channel}>" if parsed.personal else f"<#{parsed.channel}>"


def relative(moment: datetime) -> str:
    """`in 3 hours`, in the reader's language: https://docs.discord.com/developers/reference#message-formatting."""
    return f"<t:{int(moment.timestamp())}:R>"


def absolute(moment: datetime) -> str:
    """Date and time in the reader's zone."""
    return f"<t:{int(moment.timestamp())}:f>"
