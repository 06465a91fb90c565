"""`broadsheet mail …`: try the mail server, take what comes back, delete somebody's data."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex
from typing import Annotated

import typer

from adapters.email.bounces import read_return
from adapters.email.checking import wrong_setting
from adapters.email.failures import WireError
from adapters.email.platform import EmailPlatform
from bot.cli.output import AsObject, print_object, tell
from bot.cli.product import open_product, prepare
from bot.cli.root import Root
from bot.commands.parsing import parse_email
from bot.config import Settings
from bot.errors import SettingsError, UserError
from bot.ports import Letter, LetterKind, SendError
from bot.service.mailing import MailDoor, Mailing

Address = Annotated[str, typer.Argument(metavar="ADDRESS")]
Report = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A message; without one it is read from a pipe.")]
CameTo = Annotated[str | None, typer.Option("--to", help="The address it came to, if no header tells.")]


def add(app: typer.Typer, root: Root) -> None:
    mail = typer.Typer(help="E-mail digests.", no_args_is_help=True)
    mail.command("check")(_check(root))
    mail.command("test")(_test(root))
    mail.command("bounce")(_bounce(root))
    mail.command("forget")(_forget(root))
    app.add_typer(mail, name="mail")


def _check(root: Root) -> Callable[..., None]:
    def check(*, json: AsObject = False) -> None:
        """Log in to the mail server and name the sender; nothing is sent."""
        asyncio.run(_log_in(root))
        _done("The mail server accepts us.", as_object=json)

    return check


def _test(root: Root) -> Callable[..., None]:
    def test(address: Address, *, json: AsObject = False) -> None:
        """Send one message to ADDRESS."""
        asyncio.run(_send(root, parse_email(address)))
        _done("The mail server has the message. Look whether it came, and not into the spam folder.", as_object=json)

    return test


def _bounce(root: Root) -> Callable[..., None]:
    def bounce(file: Report = None, *, to: CameTo = None, json: AsObject = False) -> None:
        """Take a message that came back to MAIL_BOUNCES, or a complaint: a final one stops the digest it was.

        Exits with 0 whatever it is, so that a mail server which pipes it here never returns a return.
        """
        raw = file.read_bytes() if file else sys.stdin.buffer.read()
        _done(asyncio.run(_take(root, raw, to)), as_object=json)

    return bounce


def _forget(root: Root) -> Callable[..., None]:
    def forget(address: Address, *, json: AsObject = False) -> None:
        """Delete all that is kept of ADDRESS, as its owner can by a link."""
        known = asyncio.run(_delete(root, parse_email(address)))
        _done("All that was kept of it is deleted." if known else "Nothing is kept of it.", as_object=json)

    return forget


async def _log_in(root: Root) -> None:
    async with root.open_platforms(prepare(quiet=True)) as platforms:
        post = platforms.get("email")
        if not isinstance(post, EmailPlatform):
            raise _not_set_up()
        try:
            await post.check()
        except WireError as error:
            hint = "It may pass; try again in a minute."
            raise wrong_setting(error) or UserError("not_reached", f"The mail server: {error.what}.", hint) from None


async def _send(root: Root, address: str) -> None:
    """With the database opened, which holds the key of return addresses."""
    settings = prepare(quiet=True)
    async with root.open_platforms(settings) as platforms, open_product(settings, platforms=platforms):
        post = platforms.get("email")
        if not isinstance(post, MailDoor):
            raise _not_set_up()
        try:
            await post.post(Letter(kind=LetterKind.TRIAL, address=address), token_hex(12))
        except SendError as failure:
            raise UserError("not_sent", failure.reason, "Look at it with `broadsheet mail check`.") from None


async def _take(root: Root, raw: bytes, to: str | None) -> str:
    settings = prepare(quiet=True)
    if settings.mail_bounces is None:
        example = "Example: MAIL_BOUNCES=returns@example.org"
        raise SettingsError("setting", "MAIL_BOUNCES is not set, so no mail of ours comes back with a tag.", example)
    report = read_return(raw, settings.mail_bounces, recipient=to)
    if report is None:
        return "That is no report about a message of ours; nothing was changed."
    status = report.status or "no status"
    if report.complaint and not report.final:
        return f"It is no complaint ({status}); nothing was changed."
    if not report.final:
        return f"It is being tried again ({status}); nothing was changed."
    async with _mailing(root, settings) as mailing:
        what = "its reader reported it as unwanted" if report.complaint else "mail to this address came back"
        known = await mailing.returned(report.tag, f"{what} ({status})")
    return "Its digest is stopped." if known else "Nobody gets a digest at that address any more."


async def _delete(root: Root, address: str) -> bool:
    async with _mailing(root, prepare(quiet=True)) as mailing:
        return await mailing.forget(address)


@asynccontextmanager
async def _mailing(root: Root, settings: Settings) -> AsyncIterator[Mailing]:
    async with root.open_platforms(settings) as platforms, open_product(settings, platforms=platforms) as product:
        if product.service.mailing is None:
            raise _not_set_up()
        yield product.service.mailing


def _not_set_up() -> SettingsError:
    example = "Example: SMTP_URL=smtp://user:password@mail.example.org:587?starttls=1"
    return SettingsError("setting", "SMTP_URL is not set, so no mail is sent from here.", example)


def _done(text: str, *, as_object: bool) -> None:
    if as_object:
        print_object({"ok": True, "message": text})
    else:
        tell(text)
