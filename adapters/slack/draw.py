"""Each view as parts of a message: the layout, and nothing of limits over a whole message."""

from collections.abc import Iterable, Sequence

from adapters.slack.blocks import (
    Element,
    Part,
    actions,
    bullets,
    characters,
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
from adapters.slack.text import address, clean, cut, one_line, pieces
from bot.models import ChannelKey, SourceStatus
from bot.views import (
    Button,
    CardList,
    ChannelLine,
    ChannelList,
    Check,
    DigestPost,
    Explanation,
    Field,
    Help,
    HelpEntry,
    Notice,
    PaperCard,
    PaperDetail,
    Run,
    Status,
    Tone,
)

TITLE, SUMMARY, FACTS, VALUE, SENTENCE = 300, 500, 600, 1500, 2000
ABSTRACT = 20_000
"""More than any abstract has; a feed's entry may."""
LIST_WEIGHT = 5000
"""Characters of a list that stay together; a longer one can be split over messages."""
Line = tuple[Element, str]
"""A line of a list as drawn, and as a screen reader says it."""
TONES = {Tone.OK: "white_check_mark", Tone.INFO: "information_source", Tone.ERROR: "warning"}


def card_list(view: CardList) -> list[Part]:
    again = f"Again: {view.command}" if view.command else ""
    return [
        _heading(view.title),
        *(_card(card) for card in view.cards),
        *([] if view.cards else _sentences(view.empty)),
        *_small((*view.notes, again)),
        *_buttons(view.buttons),
    ]


def detail(view: PaperDetail) -> list[Part]:
    abstract = [Part((section(piece),), piece) for piece in pieces(cut(clean(view.abstract), ABSTRACT), 2900)]
    return [
        _card(view.card, ranked=False),
        *_fields(view.fields),
        *abstract,
        *_small(view.notes),
        *_buttons(view.buttons),
    ]


def explanation(view: Explanation) -> list[Part]:
    reasons = [
        (line(words(one_line(reason.label), "code"), words("  "), *_cut_spans(reason.text)), _told(reason))
        for reason in view.reasons
    ]
    return [
        _card(view.card, ranked=False),
        *_sentences(view.headline),
        *_listed(reasons),
        *_small((*view.missing, *view.notes)),
        *_buttons(view.buttons),
    ]


def notice(view: Notice) -> list[Part]:
    told = [line(emoji(TONES[view.tone]), words(" "), *_cut_spans(view.text))]
    if view.hint:
        told.append(line(*_cut_spans(view.hint)))
    return [
        Part((rich_text(*told),), _joined(cut(clean(view.text), SENTENCE), cut(clean(view.hint), SENTENCE))),
        *_fields(view.fields),
        *_small((f"Reference {view.reference}",) if view.reference else ()),
        *_buttons(view.buttons),
    ]


def usage_help(view: Help) -> list[Part]:
    return [
        _heading(view.title),
        *(part for name, entries in view.sections for part in _help_section(name, entries)),
        *_small(view.notes),
    ]


def digest(view: DigestPost) -> list[Part]:
    dated = _joined("Preview, not counted" if view.preview else "", one_line(view.date_line), between=" · ")
    heading = Part((header(view.title), *context(dated)), _joined(one_line(view.title), dated, between=" · "))
    quiet = "" if view.cards else view.digest.quiet_because or "No papers today."
    footer = _small(view.footer)
    return [
        heading,
        *(_card(card) for card in view.cards),
        *_sentences(quiet),
        *(Part((divider(), *part.blocks), part.text) for part in footer[:1]),
        *footer[1:],
    ]


def status(view: Status) -> list[Part]:
    where = line(words("Digest of "), _place(view.channel), words(f" · {one_line(view.state)}"))
    headline = line(*_cut_spans(view.headline, "bold"))
    return [
        Part((rich_text(headline, where),), _joined(clean(view.headline), f"State: {view.state}")),
        *_fields(view.settings),
        *_titled("Next", [(line(words(cut(one_line(run), VALUE))), run) for run in view.next_runs_in_words]),
        *_titled("Last", [_run(run) for run in view.last], _addresses(*(run.url for run in view.last))),
        *_titled("Checks", [_check(check) for check in view.checks]),
        *_small(_stale(source) for source in view.stale),
        *_buttons(view.buttons),
    ]


def channel_list(view: ChannelList) -> list[Part]:
    return [
        _heading(view.title),
        *_listed([_channel(channel) for channel in view.channels]),
        *([] if view.channels else _sentences(view.empty)),
        *_buttons(view.buttons),
    ]


# --- pieces ------------------------------------------------------------------------------------------------------


def _card(card: PaperCard, *, ranked: bool = True) -> Part:
    """Rank and linked title in bold, the summary under it, facts and links in small print."""
    rank = f"{card.ranked.rank}. " if ranked else ""
    title = cut(one_line(card.title) or card.ranked.paper.id, TITLE)
    summary = cut(one_line(card.summary), SUMMARY) if ranked else ""
    facts = cut(" · ".join(one_line(fact) for fact in card.facts if one_line(fact)), FACTS)
    told = [words(rank, "bold")] if rank else []
    told.append(linked_words(title, card.url, "bold"))
    told += [words(f"\n{summary}")] if summary else []
    return Part(
        (rich_text(line(*told)), *context(facts, card.links)),
        _joined(f"{rank}{title}", summary, facts),
        _addresses(card.url, *(link.url for link in card.links)),
    )


def _addresses(*urls: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (address(url) for url in urls if url)))


def _heading(title: str) -> Part:
    return Part((header(title),), one_line(title))


def _sentences(text: str) -> list[Part]:
    shown = cut(clean(text).strip(), SENTENCE)
    return [Part((rich_text(line(*spans(shown))),), shown)] if shown else []


def _small(notes: Iterable[str]) -> list[Part]:
    """Notes in small print, one under the other."""
    text = "\n".join(note for note in (one_line(note) for note in notes) if note)
    return [Part(tuple(context(piece)), piece) for piece in pieces(text, 2900)]


def _buttons(buttons: Sequence[Button]) -> list[Part]:
    return [Part((block,)) for block in actions(buttons)]


def _fields(fields: Sequence[Field]) -> list[Part]:
    """A line each, its label in bold; several lines of a value stand under each other."""
    lines = [
        (
            line(words(f"{cut(one_line(field.label), 100)}  ", "bold"), *_cut_spans(field.text, limit=VALUE)),
            _told(field),
        )
        for field in fields
    ]
    return [
        Part((rich_text(*(drawn for drawn, _ in group)),), _joined(*(told for _, told in group)))
        for group in _grouped(lines)
    ]


def _titled(title: str, lines: Sequence[Line], addresses: tuple[str, ...] = ()) -> list[Part]:
    """A list under its title, which is never left alone at the end of a message."""
    if not lines:
        return []
    first, *rest = _listed(lines)
    heading = Part((rich_text(line(words(title, "bold"))), *first.blocks), _joined(title, first.text), addresses)
    return [heading, *rest]


def _listed(lines: Sequence[Line]) -> list[Part]:
    return [
        Part((rich_text(bullets([drawn for drawn, _ in group])),), _joined(*(told for _, told in group)))
        for group in _grouped(lines)
    ]


def _grouped(lines: Sequence[Line]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    weight = LIST_WEIGHT
    for drawn, told in lines:
        weight += characters(drawn)
        if weight > LIST_WEIGHT:
            groups.append([])
            weight = characters(drawn)
        groups[-1].append((drawn, told))
    return groups


def _help_section(name: str, entries: Sequence[HelpEntry]) -> list[Part]:
    return _titled(one_line(name), [_help_entry(entry) for entry in entries])


def _help_entry(entry: HelpEntry) -> Line:
    usage, summary, example = (cut(one_line(text), 300) for text in (entry.usage, entry.summary, entry.example))
    told = [words(usage, "code"), words(f"  {summary}")]
    if example and example != usage:
        told += [words("\n"), words(example, "italic")]
    return line(*told), _joined(usage, summary, between=": ")


def _run(run: Run) -> Line:
    slot = one_line(run.slot)
    told = cut(one_line(_joined(run.state, run.reason, between=": ")), VALUE)
    return line(linked_words(slot, run.url or "", "bold"), words(f"  {told}")), f"{slot}: {told}"


def _check(check: Check) -> Line:
    told = cut(_joined(one_line(check.message), one_line(check.hint), between=" "), VALUE)
    mark = emoji("white_check_mark" if check.ok else "x")
    return line(mark, words(f" {one_line(check.name)}: ", "bold"), *spans(told)), f"{check.name}: {told}"


def _channel(channel: ChannelLine) -> Line:
    told = cut(_joined(one_line(channel.state), one_line(channel.summary), between=" · "), VALUE)
    drawn = [_place(channel.channel), words(f"  {told}")]
    if channel.next_run is not None:
        drawn += [words(" · next "), _moment(channel.next_run.timestamp(), f"{channel.next_run:%Y-%m-%d %H:%M} UTC")]
    return line(*drawn), f"{channel.channel}: {told}"


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
        return words(one_line(key))
    if where.platform == "slack" and where.channel[:1] in {"C", "G"}:
        return {"type": "channel", "channel_id": where.channel}
    if where.platform == "slack" and where.channel[:1] in {"U", "W", "D"}:
        return words("a direct message")
    return words(one_line(key))


def _stale(source: SourceStatus) -> str:
    return (
        f"{source.source} is not answering: {source.reason}" if source.reason else f"{source.source} is not answering"
    )


def _cut_spans(text: str, *styles: str, limit: int = SENTENCE) -> list[Element]:
    shown = cut(clean(text).strip(), limit)
    return [words(shown, *styles)] if styles else spans(shown)


def _told(field: Field) -> str:
    return f"{one_line(field.label)}: {cut(clean(field.text), VALUE)}"


def _joined(*texts: str, between: str = "\n") -> str:
    return between.join(text for text in texts if text)
