"""The text people type after `/papers`, and back again.

    [digest] VERB [text] [key:value]… [+include] [-exclude]

Order-free; values may be quoted, with straight or typographic quotes, or be comma lists; a unique prefix of a verb or
of an option's name is enough; an unknown word gets the nearest one and an example.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.commands import Call, Command, Kind, Option
from bot.commands.dates import is_near
from bot.commands.quotes import quoted, unquoted
from bot.commands.spacing import seen, together, with_colons, without_command
from bot.commands.verbs import command_of, example_of, short
from bot.errors import UsageError, UserError
from bot.plain import straight

MAXIMUM_LENGTH = 4000
"""Characters of one command. Discord allows 6000 in an option and Slack about 4000 in a message."""

SEPARATOR = "; "
"""Between several texts of one option."""

_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*(?:"|$))+')  # quotes keep spaces; an unclosed one runs to the end
_KEY = re.compile(r"(?P<name>[A-Za-z][A-Za-z-]{0,20}):(?!//)(?P<value>.*)", re.DOTALL)
_EQUAL = re.compile(r"(?P<name>[A-Za-z][A-Za-z_-]{2,20})=.*", re.DOTALL)
_SIGNED = re.compile(r'[+\-−–](?P<term>[\w"].*)', re.DOTALL)
_NOT_OPTIONS = frozenset({"arxiv", "doi", "url", "oai", "http", "https", "slack", "discord", "email", "terminal"})
"""Words before a colon that begin an id, an address or a channel's key, unless a command has an option so named."""


def parse(text: str) -> tuple[Command, dict[str, str]]:
    """The command and the texts of the options that were given; `parse_values` reads them.

    Raises:
        UsageError: An unknown word (with the nearest one and an example), or too long a text.
    """
    if len(text) > MAXIMUM_LENGTH:
        message = f"That command has {len(text):,} characters; {MAXIMUM_LENGTH:,} are the most I read."
        raise UsageError("too_long", message, "Example: /papers search diffusion models")
    tokens = without_command(seen(_TOKEN.findall(straight(text).replace("\0", " "))))
    command, rest = command_of(tokens)
    names = {option.name for option in command.options}
    return command, assign(command, together(with_colons(rest, names), names))


def parse_values(command: Command, raw: Mapping[str, str], *, ranges: bool = True) -> dict[str, object]:
    """Options' texts as values, within the ranges that chat allows unless `ranges` is off.

    Raises:
        UsageError: A value is malformed, out of its range, or missing.
    """
    values: dict[str, object] = {}
    for name, text in raw.items():
        option = command.option(name)
        if option is None:
            raise _unknown_option(command, name)
        value = _read(option, text, ranges=ranges)
        values[name] = _within(option, value) if ranges else value
    for option in command.options:
        if option.required and (option.name not in values or not raw[option.name].strip()):
            hint = f"Example: {example_of(command)}"
            message = f"`{command.path}` needs {option.summary[0].lower()}{option.summary[1:]}."
            raise UsageError("missing_value", message, hint, option=option.name)
    return values


def _begins_a_key(word: str, command: Command) -> bool:
    return word in _NOT_OPTIONS and command.option(word) is None


def _read(option: Option[Any], text: str, *, ranges: bool) -> object:
    try:
        return option.parse(text)
    except UserError as error:
        if ranges and option.kind is Kind.INTEGER and option.maximum is not None:
            raise _out_of_range(option, f"“{short(text)}”") from None
        error.option = error.option or option.name
        raise


# --- which token belongs to which option ------------------------------------------------------------------------


@dataclass
class _Assignment:
    """Texts of options while the tokens are read."""

    command: Command
    raw: dict[str, str]
    text: list[str]

    def put(self, option: Option[Any], value: str) -> None:
        """A second value of the same option is added as a list item."""
        known = self.raw.get(option.name)
        self.raw[option.name] = f"{known}{SEPARATOR}{value}" if known else value


def assign(command: Command, tokens: Iterable[str]) -> dict[str, str]:
    """The texts of options, by which token belongs to which.

    Raises:
        UsageError: A token belongs to none.
    """
    found = _Assignment(command, {}, [])
    for token in tokens:
        if not any(take(found, token) for take in _TAKERS):
            _take_text(found, token)
    text = " ".join(found.text)
    receiver = next((option for option in command.options if option.takes_text), None)
    if text and receiver is not None:
        named = found.raw.get(receiver.name)
        found.raw[receiver.name] = f"{text}{SEPARATOR}{named}" if named else text
    return found.raw


def _take_key(found: _Assignment, token: str) -> bool:
    match = _KEY.fullmatch(token)
    if match is None or _begins_a_key(match["name"].lower(), found.command):
        return False
    name = match["name"].lower()
    option = _option(found.command, name)
    if option is None:
        takes_text = any(other.takes_text for other in found.command.options)
        if takes_text and not difflib.get_close_matches(name, _names(found.command), n=1, cutoff=0.7):
            return False  # a colon in a title is no option
        raise _unknown_option(found.command, match["name"])
    value = unquoted(match["value"])
    if not value:
        hint = f"Example: {option.name}:{option.example or '…'}"
        raise UsageError("missing_value", f"`{option.name}:` has no value.", hint)
    found.put(option, value)
    return True


def _take_sign(found: _Assignment, token: str) -> bool:
    match = _SIGNED.fullmatch(token)
    option = next((option for option in found.command.options if option.takes_signs), None)
    if match is None or option is None:
        return False
    sign = "" if token[0] == "+" else "-"
    found.put(option, f"{sign}{match['term']}")
    return True


def _take_word(found: _Assignment, token: str) -> bool:
    for option in found.command.options:
        if option.takes_word and option.name not in found.raw and _accepts(option, unquoted(token)):
            found.raw[option.name] = unquoted(token)
            return True
    _refuse_claimed(found, token)
    return False


def _refuse_claimed(found: _Assignment, token: str) -> None:
    """Say what is wrong with a word that an option claims and cannot take; in quotes it would be one of the text's."""
    for option in found.command.options:
        if option.claims and option.name not in found.raw and option.claims(token):
            try:
                option.parse(token)
            except UsageError as error:
                error.option = option.name
                error.hint = f'{error.hint}. If you mean the word itself, put it in quotes: "{short(token)}"'
                raise


def _refuse_nearly_named(found: _Assignment, token: str) -> None:
    """Say that `limt=5` is no word of the text; `limit=5` was read as `limit:5` before."""
    match = _EQUAL.fullmatch(token)
    if match and (
        _option(found.command, match["name"].lower())
        or difflib.get_close_matches(match["name"].lower(), _names(found.command), n=1, cutoff=0.7)
    ):
        raise _unknown_option(found.command, match["name"])


def _take_text(found: _Assignment, token: str) -> None:
    _refuse_nearly_named(found, token)
    if any(option.takes_text for option in found.command.options):
        found.text.append(token)
        return
    expected = next((o for o in found.command.options if o.takes_word and o.name not in found.raw), None)
    if expected is not None:
        expected.parse(unquoted(token))  # says what is wrong with it
    raise _unknown_option(found.command, token)


_TAKERS: tuple[Callable[[_Assignment, str], bool], ...] = (_take_key, _take_sign, _take_word)


def _accepts(option: Option[Any], text: str) -> bool:
    if option.takes_today and is_near(text, option.takes_today):
        return True
    try:
        option.parse(text)
    except UsageError:
        return False
    return True


def _option(command: Command, name: str) -> Option[Any] | None:
    """By its name, or by a prefix that no other option shares; an underscore is as good as a hyphen."""
    name = name.replace("_", "-")
    exact = command.option(name)
    if exact is not None:
        return exact
    matches = [option for option in command.options if option.name.startswith(name)]
    return matches[0] if len(matches) == 1 else None


def _names(command: Command) -> list[str]:
    return [option.name for option in command.options if not option.carried]


def _within(option: Option[Any], value: object) -> object:
    if option.kind is not Kind.INTEGER or not isinstance(value, int):
        return value
    low, high = option.minimum, option.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise _out_of_range(option, str(value))
    return value


def _out_of_range(option: Option[Any], shown: str) -> UsageError:
    low, high = option.minimum, option.maximum
    hint = f"Example: {option.name}:{option.example or low}"
    return UsageError(
        "bad_value", f"`{option.name}` goes from {low} to {high}; {shown} does not fit.", hint, option=option.name
    )


def _unknown_option(command: Command, word: str) -> UsageError:
    shown, names = short(word), _names(command)
    nearest = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.5)
    if nearest:
        message = f"I didn't know `{shown}`. Did you mean `{nearest[0]}`?"
    elif names:
        message = f"I didn't know `{shown}`; `{command.path}` takes {', '.join(f'`{name}`' for name in names)}."
    else:
        message = f"I didn't know `{shown}`; `{command.path}` takes nothing more."
    return UsageError("unknown_option", message, f"Example: {example_of(command)}")


# --- and back again ---------------------------------------------------------------------------------------------


def write(command: Command, raw: Mapping[str, str]) -> str:
    """The text that `parse` reads as this call: what buttons carry and lists print."""
    given = [(option, raw[option.name]) for option in command.options if option.name in raw]
    return " ".join((command.path, *(_as_words(command, option, text) for option, text in given)))


def text_of(call: Call, command: Command, changes: Mapping[str, str] | None = None) -> str:
    """The text that asks for this call again, with some options changed."""
    return write(command, {**call.raw, **(changes or {})})


def _as_words(command: Command, option: Option[Any], text: str) -> str:
    """An option's text as `parse` reads it back: without its name where that is not misread."""
    spaced = text.replace(SEPARATOR, " ") if option.takes_signs else text
    bare = spaced if spaced == text or _means_the_same(command, option, spaced, text) else text
    misread = (_KEY, _SIGNED) if not option.takes_signs else (_KEY,)
    tokens = _TOKEN.findall(bare)
    is_text = not any(pattern.fullmatch(token) for token in tokens for pattern in (*misread, _EQUAL))
    is_text &= not any(token.startswith("=") for token in tokens)
    if option.takes_text and is_text and not any(_is_anothers(command, token) for token in tokens):
        return bare
    return f"{option.name}:{quoted(text)}"


def _means_the_same(command: Command, option: Option[Any], words: str, text: str) -> bool:
    """Whether words are read as the option's text is: people write semicolons between words too."""
    try:
        read = assign(command, _TOKEN.findall(words)).get(option.name, "")
        return bool(option.parse(read) == option.parse(text))
    except UsageError:
        return False


def _is_anothers(command: Command, token: str) -> bool:
    """Whether an option that takes a word would take this one, or refuse it."""
    takers = (option for option in command.options if option.takes_word)
    return any(_accepts(one, unquoted(token)) or (one.claims and one.claims(token)) for one in takers)
