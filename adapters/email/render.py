"""Views as messages: a subject, HTML and the same as text; pure.

Tables and inline styles, since Outlook draws with Word and Gmail drops what it does not know:
https://www.caniemail.com. Dark by the reader's own setting. No image, no script, no font and no pixel from anywhere:
opening a mail tells nobody.
"""

from pathlib import Path

import jinja2

from adapters.email.sheet import Sheet
from adapters.email.sheets import sheet_of
from adapters.email.text import to_text
from bot.ports import Payload
from bot.views import View

CLIPPED_AT = 102 * 1024
"""Bytes of HTML after which Gmail hides the rest: https://developers.google.com/workspace/gmail/design."""

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(view: View, site: str = "") -> list[Payload]:
    """One message, always: mail has room. `site` is the address of our pages."""
    return [message_of(sheet_of(view, site), site)]


def shown(view: View) -> list[Payload]:
    """The same in whole texts, for whoever only looks at it: the links that each recipient has lead nowhere."""
    return [
        {name: "".join(value) if isinstance(value, list) else value for name, value in payload.items()}
        for payload in render(view)
    ]


def fallback(view: View, site: str = "") -> Payload:
    """The text alone, for a server that refuses the other."""
    payload = message_of(sheet_of(view, site), site)
    return {"subject": payload["subject"], "text": payload["text"]}


def message_of(sheet: Sheet, site: str) -> Payload:
    """As it is kept and sent. `html` and `text` are in pieces: every second one names a link of the recipient's own."""
    html = _ENVIRONMENT.get_template("mail.html").render(sheet=sheet, site=site)
    return {"subject": sheet.subject, "html": html.split("\x00"), "text": to_text(sheet).split("\x00")}
