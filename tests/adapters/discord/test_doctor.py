"""What the doctor says of permissions in Discord's channels."""

from typing import Any

import pytest

from adapters.discord.doctor import judged, permissions_in, place_of
from adapters.discord.permissions import (
    ADMINISTRATOR,
    EMBED_LINKS,
    MANAGE_THREADS,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    VIEW_CHANNEL,
)

BOTH = VIEW_CHANNEL | SEND_MESSAGES
GUILD = {
    "id": "1",
    "roles": [{"id": "1", "permissions": str(VIEW_CHANNEL)}, {"id": "2", "permissions": str(SEND_MESSAGES)},
              {"id": "3", "permissions": str(ADMINISTRATOR)}],
}  # fmt: skip


def overwrite(target: str, allow: int = 0, deny: int = 0) -> dict[str, str]:
    return {"id": target, "allow": str(allow), "deny": str(deny)}


def test_roles_add_to_what_everybody_may() -> None:
    assert permissions_in([], GUILD, [], "9") == VIEW_CHANNEL
    assert permissions_in([], GUILD, ["2"], "9") == BOTH


def test_a_channel_takes_away_and_gives_in_discords_order_everybody_roles_member() -> None:
    closed = overwrite("1", deny=VIEW_CHANNEL)
    assert permissions_in([closed], GUILD, ["2"], "9") == SEND_MESSAGES
    assert permissions_in([closed, overwrite("2", allow=VIEW_CHANNEL)], GUILD, ["2"], "9") == BOTH
    assert permissions_in([closed, overwrite("9", allow=VIEW_CHANNEL)], GUILD, ["2"], "9") == BOTH
    assert permissions_in([overwrite("2", allow=BOTH), overwrite("9", deny=BOTH)], GUILD, ["2"], "9") == 0


def test_of_two_roles_the_one_that_allows_wins() -> None:
    roles = {**GUILD, "roles": [*GUILD["roles"], {"id": "4", "permissions": "0"}]}
    both = [overwrite("2", deny=SEND_MESSAGES), overwrite("4", allow=SEND_MESSAGES)]
    assert permissions_in(both, roles, ["2", "4"], "9") == BOTH


def test_an_administrator_may_everything_whatever_the_channel_says() -> None:
    assert permissions_in([overwrite("9", deny=BOTH)], GUILD, ["3"], "9") & ADMINISTRATOR


ALL = BOTH | EMBED_LINKS | SEND_IN_THREADS
TAGS = [{"name": "papers", "moderated": False}, {"name": "staff", "moderated": True}]


def told(bits: int, *tags: str, **channel: Any) -> str:
    check = judged("discord:1:2", place_of(channel, bits), tags)
    assert check.ok == (not check.hint)
    return f"{check.message} {check.hint}".strip()


@pytest.mark.parametrize("kind", [15, 16])
def test_a_channel_of_posts_needs_the_permission_to_begin_one_and_to_go_on_in_it(kind: int) -> None:
    """Create Posts is Send Messages by another name."""
    assert told(ALL, type=kind) == "I can post there."
    assert "lack Send Messages in Threads" in told(ALL & ~SEND_IN_THREADS, type=kind)
    assert "lack Send Messages there" in told(ALL & ~SEND_MESSAGES, type=kind)


def test_a_text_channel_needs_nothing_of_threads_and_a_thread_nothing_of_its_channel() -> None:
    assert told(ALL & ~SEND_IN_THREADS, type=0) == "I can post there."
    assert told(ALL & ~SEND_MESSAGES, type=11) == "I can post there."


def test_a_locked_thread_takes_messages_of_its_moderators_alone() -> None:
    locked: dict[str, Any] = {"type": 11, "thread_metadata": {"locked": True}}
    assert "lack Manage Threads" in told(ALL, **locked)
    assert told(ALL | MANAGE_THREADS, **locked) == "I can post there."


def test_a_forum_that_asks_for_a_tag_is_wrong_until_the_digest_has_one_that_the_bot_may_give() -> None:
    forum: dict[str, Any] = {"type": 15, "flags": 1 << 4, "available_tags": TAGS}
    assert "choose with /papers-digest format tags:papers" in told(ALL, **forum)
    assert "choose with /papers-digest format tags:papers" in told(ALL, "staff", **forum)
    assert told(ALL, "Papers", **forum) == "I can post there."
    assert told(ALL | MANAGE_THREADS, "staff", **forum) == "I can post there."
    assert told(ALL, type=15, flags=0, available_tags=TAGS) == "I can post there."
