"""Blocks of components into as few messages as Discord's limits allow."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from adapters.discord.components import Component, container, contents, rule, text, walk
from bot.plain import length
from bot.ports import Payload

COMPONENTS = 40
"""In one message, nested ones included: https://docs.discord.com/developers/components/reference."""
CHARACTERS = 4000
"""Displayed in one message; not in the docs, but answered with COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED."""
BYTES = 10_000
"""UTF-8; above about 10,170 Discord answers 500: https://github.com/discord/discord-api-docs/issues/8554."""
BYTES_OF_A_TEXT = 12
"""What each text costs beside its content, by the same report."""
TEXT = 1900
"""Characters we gather in one text: two of them fit into a message, in any script."""
CONTENT = 2000
"""Characters of a plain message: https://docs.discord.com/developers/resources/message#create-message."""

IS_COMPONENTS_V2 = 1 << 15
SUPPRESS_EMBEDS = 1 << 2
SUPPRESS_NOTIFICATIONS = 1 << 12
EPHEMERAL = 1 << 6
"""Message flags: https://docs.discord.com/developers/resources/message#message-object-message-flags."""

NO_MENTIONS: dict[str, object] = {"parse": []}
"""A bot's messages mention whomever they name unless told otherwise."""


def mention(role: str) -> str:
    """As text: https://docs.discord.com/developers/reference#message-formatting ."""
    return f"<@&{role}>"


def calling(payload: Payload, role: str) -> Payload:
    """A message that calls a role, and nobody else."""
    return payload | {"allowed_mentions": NO_MENTIONS | {"roles": [role]}}


@dataclass(frozen=True, slots=True)
class Cost:
    """What components take of a message's limits."""

    components: int = 0
    characters: int = 0
    utf8: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.components + other.components, self.characters + other.characters, self.utf8 + other.utf8)

    def fits(self, limit: "Cost") -> bool:
        return self.components <= limit.components and self.characters <= limit.characters and self.utf8 <= limit.utf8


SPARE = Cost(components=1, characters=100, utf8=300)
"""Left free in each message for the line that says who shared it."""
LIMIT = Cost(COMPONENTS - SPARE.components, CHARACTERS - SPARE.characters, BYTES - SPARE.utf8)
CONTAINER = Cost(components=1)


@dataclass(frozen=True, slots=True)
class Block:
    """Components that stay together; `ruled` draws a line above them unless they begin a message."""

    components: tuple[Component, ...]
    ruled: bool = False

    @property
    def cost(self) -> Cost:
        return cost_of(self.components)


def cost_of(components: Iterable[Component]) -> Cost:
    parts = [part for component in components for part in walk(component)]
    texts = [content for component in components for content in contents(component)]
    return Cost(
        components=len(parts),
        characters=sum(length(content) for content in texts),
        utf8=sum(len(content.encode()) + BYTES_OF_A_TEXT for content in texts),
    )


def text_block(content: str, *, ruled: bool = False) -> Block:
    return Block((text(content),), ruled)


def lines_blocks(lines: Iterable[str], *, ruled: bool = False) -> Iterator[Block]:
    """Lines that belong together, in as few texts as leave each room in any message."""
    gathered: list[str] = []
    for line in filter(str.strip, lines):
        if gathered and length("\n".join([*gathered, line])) > TEXT:
            yield text_block("\n".join(gathered), ruled=ruled)
            gathered, ruled = [], False
        gathered.append(line)
    if gathered:
        yield text_block("\n".join(gathered), ruled=ruled)


CONTINUED = text("-# Continued")
"""Above buttons that found no room below their text: buttons alone would say nothing to a screen reader."""


def pack(blocks: Iterable[Block], accent: int) -> list[Payload]:
    """The blocks in order, each message as full as the limits allow."""
    messages: list[list[Component]] = []
    spent = LIMIT
    for block in blocks:
        line = (rule(),) if block.ruled else ()
        whole = spent + block.cost + cost_of(line)
        if messages and whole.fits(LIMIT):
            messages[-1] += [*line, *block.components]
            spent = whole
        else:
            wordless = messages and not block.cost.characters
            messages.append([*([CONTINUED] if wordless else []), *block.components])
            spent = CONTAINER + cost_of(messages[-1])
    return [message([container(components, accent)]) for components in messages]


def message(components: Sequence[Component]) -> Payload:
    return {"flags": IS_COMPONENTS_V2, "components": list(components), "allowed_mentions": NO_MENTIONS}


def plain_message(content: str) -> Payload:
    """Without components; addresses in it open no previews."""
    return {"content": content, "flags": SUPPRESS_EMBEDS, "allowed_mentions": NO_MENTIONS}
