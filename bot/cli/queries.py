"""The command tree at the terminal: made from `all_commands()`, so that nothing is missing here."""

import asyncio
import inspect
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.terminal.render import print_view
from bot.answers import as_json, exit_code
from bot.cli.output import AsObject, print_object
from bot.cli.product import NOWHERE, open_product, prepare
from bot.cli.root import Root
from bot.commands import Answer, Call, Command, Option, all_commands
from bot.commands.dispatch import answer_options
from bot.commands.grammar import assign
from bot.commands.options import QUERY
from bot.commands.verbs import example_of
from bot.config import Settings
from bot.errors import UserError
from bot.models import ChannelKey, Person
from bot.ports import Platform
from bot.views import Notice, Tone

HERE = ChannelKey("terminal", "", "local")
OPERATOR = Person(id="terminal", name="the terminal")


def add(app: typer.Typer, root: Root) -> None:
    """Offer every command: the top level as it is, the others below `digest`."""
    digest = typer.Typer(help="What a channel gets, and when.", no_args_is_help=True)
    for command in all_commands():
        if command.path != "help":
            target = digest if command.group == "digest" else app
            target.command(command.name, help=f"{command.summary}. Example: {example_of(command)}")(
                _function(command, root)
            )
    app.add_typer(digest, name="digest")


def _function(command: Command, root: Root) -> Any:
    """A function whose signature is the command's options, as typer wants to see it."""

    def run(**typed: Any) -> None:
        words, as_object = typed.pop("words", None) or [], typed.pop("json")
        given = {_option_name(name): text for name, text in typed.items() if text is not None and text is not False}
        named = {name: "yes" if text is True else text for name, text in given.items()}
        raw = _with_files(command, {**assign(command, as_typed(command, words)), **named})
        show(asyncio.run(ask(command, raw, root)), as_object=as_object)

    parameters = [_named(option) for option in command.options]
    if any(option.takes_text or option.takes_word for option in command.options):
        names = " ".join(option.name.upper() for option in command.options if option.takes_text or option.takes_word)
        words = Annotated[list[str] | None, typer.Argument(metavar=f"[{names}]", show_default=False)]
        parameters.insert(0, inspect.Parameter("words", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=words))
    parameters.append(inspect.Parameter("json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsObject))
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # functions carry it when it is set
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _named(option: Option[Any]) -> inspect.Parameter:
    name = f"option_{option.name.replace('-', '_')}"  # `for` is an option, but no parameter's name
    told = typer.Option(f"--{option.name}", help=option.summary, show_default=False)
    if option.default is False:
        flag = Annotated[bool, told]
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=flag)
    annotation = Annotated[str | None, told]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _option_name(parameter: str) -> str:
    return parameter.removeprefix("option_").replace("_", "-")


def _with_files(command: Command, raw: dict[str, str]) -> dict[str, str]:
    """Texts in place of the names of the files that hold them.

    Raises:
        UserError: A file cannot be read.
    """
    read = dict(raw)
    for option in command.options:
        if option.from_file and option.name in raw:
            try:
                read[option.name] = Path(raw[option.name].strip('"')).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise UserError("file", f"{raw[option.name]} cannot be read: {error}", "Name a file.") from None
    return read


def as_typed(command: Command, words: Sequence[str]) -> list[str]:
    """The shell's words as tokens of the grammar: one with spaces was quoted, and stays together.

    A search alone in quotation marks is several words, not a phrase; for the shell they only keep it together.
    """
    if QUERY in command.options and len(words) == 1 and '"' not in words[0]:
        return words[0].split()
    return [f'"{word}"' if re.search(r"\s", word) and '"' not in word else word for word in words]


async def ask(command: Command, raw: dict[str, str], root: Root) -> Answer:
    """What the command answers to the operator of this machine."""
    settings = prepare(quiet=True)
    async with ways_out(settings, command, root) as platforms, open_product(settings, platforms=platforms) as product:
        if command.searches:
            await product.search.update()  # nobody else does, while `run` is not running
        call = Call(OPERATOR, HERE, operator=True, whole=True)
        return await answer_options(product.service, command, raw, call, ranges=False)


def ways_out(settings: Settings, command: Command, root: Root) -> AbstractAsyncContextManager[Mapping[str, Platform]]:
    """The platforms, for the one command that posts."""
    return root.open_platforms(settings) if command.posts else nullcontext(NOWHERE)


def show(answer: Answer, *, as_object: bool) -> None:
    """Print a view for people or a program, and exit with its code."""
    code = exit_code(answer.view)
    if as_object:
        print_object(as_json(answer.view))
    else:
        failed = isinstance(answer.view, Notice) and answer.view.tone is Tone.ERROR
        print_view(answer.view, sys.stderr if failed else sys.stdout)
    raise typer.Exit(code)
