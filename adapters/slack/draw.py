"""Each view as parts of a message: the layout, and nothing of limits over a whole message."""

import re
from collections.abc import Sequence

from adapters.slack.blocks import (
    Element,
    Part,
    context,
    divider,
    emoji,
    header,
    line,
    linked_words,
    rich_text,
    section,
    spans,
    words,
)
from adapters.slack.pieces import (
    SENTENCE,
    TITLE,
    VALUE,
    Line,
    addresses,
    button_rows,
    card_part,
    cut_spans,
    heading,
    joined,
    labelled,
    listed,
    sentences,
    small,
    titled,
    told,
)
from bot.latex import readable
from bot.models import ChannelKey, SourceStatus
from bot.plain import clean, cut, one_line, pieces
from bot.views import (
    CardList,
    ChannelLine,
    ChannelList,
    Check,
    DigestPost,
    Explanation,
    Help,
    HelpEntry,
    Notice,
    PaperCard,
    PaperDetail,
    Run,
    Status,
    Tone,
)

ABSTRACT = 20_000
"""More than any abstract has; a feed's entry may."""
STATES = {"failed": "not sent", "unknown": "perhaps sent", "pending": "on its way", "sending": "on its way"}
"""Of a delivery that is not simply sent or skipped, in words."""
TONES = {Tone.OK: "white_check_mark", Tone.INFO: "information_source", Tone.ERROR: "warning"}


def card_list(view: CardList) -> list[Part]:
    again = f"Again: {view.command}" if view.command else ""
    return [
        heading(view.title),
        *(card_part(card) for card in view.cards),
        *([] if view.cards else sentences(view.empty)),
        *small((*view.notes, again)),
        *button_rows(view.buttons),
    ]


def detail(view: PaperDetail) -> list[Part]:
    abstract = [Part((section(piece),), piece) for piece in pieces(cut(clean(view.abstract), ABSTRACT), 2900)]
    return [
        card_part(view.card, ranked=False),
        *labelled(view.fields),
        *abstract,
        *small(view.notes),
        *button_rows(view.buttons),
    ]


def explanation(view: Explanation) -> list[Part]:
    reasons = [
        (line(words(cut(one_line(reason.label), 100), "code"), words("  "), *cut_spans(reason.text)), told(reason))
        for reason in view.reasons
    ]
    return [
        card_part(view.card, ranked=False),
        *sentences(view.headline),
        *listed(reasons),
        *small((f"Not known: {', '.join(view.missing)}" if view.missing else "", *view.notes)),
        *button_rows(view.buttons),
    ]


def notice(view: Notice) -> list[Part]:
    shown = [line(emoji(TONES[view.tone]), words(" "), *cut_spans(view.text))]
    if view.hint:
        shown.append(line(*cut_spans(view.hint)))
    return [
        Part((rich_text(*shown),), joined(cut(clean(view.text), SENTENCE), cut(clean(view.hint), SENTENCE))),
        *labelled(view.fields),
        *small((f"Reference {view.reference}",) if view.reference else ()),
        *button_rows(view.buttons),
    ]


def usage_help(view: Help) -> list[Part]:
    return [
        heading(view.title),
        *(part for name, entries in view.sections for part in _help_section(name, entries)),
        *small(view.notes),
    ]


def digest(view: DigestPost) -> list[Part]:
    dated = joined("Preview, not counted" if view.preview else "", one_line(view.date_line), between=" · ")
    top = Part((header(view.title), *context(dated)), joined(one_line(view.title), dated, between=" · "))
    called = [] if view.preview or not view.ping else [Part((rich_text(line(called_by(view.ping))),), "")]
    quiet = "" if view.cards else view.digest.quiet_because or "No papers today."
    footer = small(view.footer)
    return [
        top,
        *called,
        *(card_part(card) for card in view.cards),
        *sentences(quiet),
        *(Part((divider(), *part.blocks), part.text) for part in footer[:1]),
        *footer[1:],
    ]


def called_by(ping: str) -> Element:
    """A mention: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block/#broadcast-element-type ."""
    if ping == "here":
        return {"type": "broadcast", "range": "here"}
    return {"type": "usergroup", "usergroup_id": ping}


def abstracts(view: DigestPost) -> list[Part]:
    """Of each paper that has one."""
    return [part for card in view.cards for part in _abstract(card)]


def _abstract(card: PaperCard) -> list[Part]:
    """Its first piece stays with the title."""
    whole = pieces(cut(clean(readable(card.ranked.paper.abstract)), ABSTRACT), 2900)
    if not whole:
        return []
    title = cut(one_line(f"{card.ranked.rank}. {card.title or card.ranked.paper.id}"), TITLE)
    top = rich_text(line(linked_words(title, card.url, "bold")))
    first = Part((top, section(whole[0])), joined(title, whole[0]), addresses(card.url))
    return [first, *(Part((section(piece),), piece) for piece in whole[1:])]


def status(view: Status) -> list[Part]:
    state = cut(one_line(view.state), VALUE)
    where = line(words("Digest of "), _place(view.channel), words(f" · {state}"))
    headline = line(*cut_spans(view.headline, "bold"))
    return [
        Part((rich_text(headline, where),), joined(cut(clean(view.headline), SENTENCE), f"State: {state}")),
        *labelled(view.settings),
        *titled("Next", [_sentence(run) for run in view.next_runs_in_words]),
        *titled("Last", [_run(run) for run in view.last], addresses(*(run.url for run in view.last))),
        *titled("Checks", [_check(check) for check in view.checks]),
        *small(_stale(source) for source in view.stale),
        *button_rows(view.buttons),
    ]


def channel_list(view: ChannelList) -> list[Part]:
    return [
        heading(view.title),
        *listed([_channel(channel) for channel in view.channels]),
        *([] if view.channels else sentences(view.empty)),
        *button_rows(view.buttons),
    ]


def _help_section(name: str, entries: Sequence[HelpEntry]) -> list[Part]:
    return titled(one_line(name), [_help_entry(entry) for entry in entries])


def _help_entry(entry: HelpEntry) -> Line:
    usage, summary, example = (cut(one_line(text), 300) for text in (entry.usage, entry.summary, entry.example))
    shown = [words(usage, "code"), words(f"  {summary}")]
    if example and example != usage:
        shown += [words("\n"), words(example, "italic")]
    return line(*shown), joined(usage, summary, between=": ")


def _sentence(text: str) -> Line:
    shown = cut(one_line(text), VALUE)
    return line(words(shown)), shown


def _run(run: Run) -> Line:
    state = STATES.get(run.state, run.state)
    slot, result = cut(one_line(run.slot), 100), cut(one_line(joined(state, run.reason, between=": ")), VALUE)
    return line(linked_words(slot, run.url or "", "bold"), words(f"  {result}")), f"{slot}: {result}"


def _check(check: Check) -> Line:
    name = cut(one_line(check.name), 100)
    result = cut(joined(one_line(check.message), one_line(check.hint), between=" "), VALUE)
    mark = emoji("white_check_mark" if check.ok else "x")
    return line(mark, words(f" {name}: ", "bold"), *spans(result)), f"{name}: {result}"


def _channel(channel: ChannelLine) -> Line:
    summary = cut(joined(one_line(channel.state), one_line(channel.summary), between=" · "), VALUE)
    place = _place(channel.channel)
    drawn, spoken = [place, words(f"  {summary}")], f"{_spoken(place)}: {summary}"
    if channel.next_run is not None:
        at = f"{channel.next_run:%Y-%m-%d %H:%M} UTC"
        drawn += [words(" · next "), _moment(channel.next_run.timestamp(), at)]
        spoken += f" · next {at}"
    return line(*drawn), spoken


def _moment(timestamp: float, otherwise: str) -> Element:
    """A time as the reader's own clock shows it."""
    return {
        "type": "date",
        "timestamp": int(timestamp),
        "format": "{date_short_pretty} at {time}",
        "fallback": otherwise,
    }


def _place(key: str) -> Element:
    """A channel as Slack shows it: its name for those who may know it. Any other key as it is written."""
    try:
        where = ChannelKey.parse(key)
    except ValueError:
        return words(cut(one_line(key), 100))
    if where.platform == "slack" and re.fullmatch(r"[CG][A-Z0-9]+", where.channel):
        return {"type": "channel", "channel_id": where.channel}
    if where.platform == "slack" and where.channel[:1] in {"U", "W", "D"}:
        return words("a direct message")
    return words(cut(one_line(key), 100))


def _spoken(place: Element) -> str:
    """In a text that cannot name channels, since only Slack knows who may know the name."""
    return str(place.get("text") or f"channel {place['channel_id']}")


def _stale(source: SourceStatus) -> str:
    return joined(f"{source.source} is not answering", source.reason or "", between=": ")
