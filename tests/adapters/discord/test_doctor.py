"""What the doctor says of permissions in Discord's channels."""

from adapters.discord.doctor import permissions_in
from adapters.discord.permissions import ADMINISTRATOR, SEND_MESSAGES, VIEW_CHANNEL

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
