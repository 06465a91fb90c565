"""What cannot be in a channel is refused when it is wished for, not found out when a digest is due."""

import json
from collections.abc import Mapping

import pytest

from adapters.discord.permissions import EMBED_LINKS, SEND_MESSAGES, VIEW_CHANNEL, Asked, Place
from adapters.discord.suiting import MENTION_EVERYONE, require_suiting
from bot.commands.grammar import parse, write
from bot.errors import UserError
from bot.models import ChannelKey, Person

READ_WRITE = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS
TEXT, ANNOUNCEMENTS, FORUM, MEDIA = 0, 5, 15, 16
ANYBODYS, SILENT, GONE = "900000000000000071", "900000000000000072", "900000000000000079"
ROLES = {ANYBODYS: True, SILENT: False}


def refusal(
    text: str, *, kind: int | None = TEXT, bot: int | None = READ_WRITE, roles: Mapping[str, bool] | None = None
) -> UserError | None:
    here = Place(name="ml", thread=False, caller=READ_WRITE, bot=bot, kind=kind)
    key = ChannelKey("discord", "900", "901")
    asked = Asked(
        id="1", caller=Person(id="7", name="Ada"), channel=key, here=here, place=lambda _: here, roles=lambda: roles
    )
    command, raw = parse(text)
    try:
        require_suiting(asked, here, command, raw)
    except UserError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("text", "suits", "option"),
    [("digest format tags:papers", (FORUM, MEDIA), "tags"), ("digest format publish:yes", (ANNOUNCEMENTS,), "publish")],
)
def test_what_one_kind_of_channel_has_is_refused_in_the_others(text: str, suits: tuple[int, ...], option: str) -> None:
    for kind in (TEXT, ANNOUNCEMENTS, FORUM, MEDIA):
        error = refusal(text, kind=kind)
        assert (error is None) is (kind in suits)
        assert error is None or (error.code, error.option) == ("only_there", option)
        assert error is None or "#ml" in error.message


@pytest.mark.parametrize("text", ["digest format tags:none", "digest format publish:no", "digest format papers:4"])
def test_what_is_taken_back_or_not_asked_for_suits_every_channel(text: str) -> None:
    assert refusal(text) is None


def test_where_nothing_is_known_nothing_is_refused() -> None:
    assert refusal("digest format tags:papers publish:yes", kind=None) is None
    assert refusal(f"digest format ping:<@&{GONE}>", roles=None) is None
    assert refusal(f"digest format ping:<@&{SILENT}>", roles=ROLES, bot=None) is None


def test_a_role_must_be_there_and_be_one_that_may_be_called() -> None:
    assert refusal(f"digest format ping:<@&{ANYBODYS}>", roles=ROLES) is None
    unknown, silent = (refusal(f"digest format ping:<@&{role}>", roles=ROLES) for role in (GONE, SILENT))
    assert unknown is not None
    assert unknown.code == "bad_role"
    assert silent is not None
    assert silent.code == "role_not_called"
    assert "allow anyone to mention it" in silent.hint
    assert refusal(f"digest format ping:<@&{SILENT}>", roles=ROLES, bot=READ_WRITE | MENTION_EVERYONE) is None


def test_what_cannot_be_read_is_left_for_the_command_to_tell() -> None:
    assert refusal("digest format ping:everyone", roles=ROLES) is None


@pytest.mark.parametrize(
    ("typed", "told", "kind"),
    [
        ("tags:papers", {"tags": ["papers"]}, TEXT),
        ("publish:yes", {"publish": True}, FORUM),
        (f"ping:<@&{GONE}>", {"ping": GONE}, TEXT),
        (f"ping:<@&{SILENT}>", {"ping": SILENT}, TEXT),
    ],
)
def test_an_import_is_refused_what_the_format_is_refused_in_the_same_words(
    typed: str, told: dict[str, object], kind: int
) -> None:
    format_ = refusal(f"digest format {typed}", kind=kind, roles=ROLES)
    for sure in ("", " yes:yes"):
        text = f"digest import {json.dumps({'papers': 7, 'preferences': told})}{sure}"
        import_ = refusal(write(*parse(text)), kind=kind, roles=ROLES)
        assert format_ is not None
        assert import_ is not None
        assert (import_.code, import_.message, import_.hint) == (format_.code, format_.message, format_.hint)
        assert import_.option == "settings"


@pytest.mark.parametrize(
    "text",
    ['{"papers":7}', '{"preferences":{"tags":[]}}', '{"preferences":7}', '{"preferences":{"tags":7}}', "[]", "{"],
)
def test_an_import_that_asks_for_none_of_it_or_cannot_be_read_is_left_to_the_command(text: str) -> None:
    assert refusal(f"digest import {text}", roles=ROLES) is None
