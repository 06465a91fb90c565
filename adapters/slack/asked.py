"""What somebody asked for, read from Slack's payloads; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.blocks import Block, effect_of
from adapters.slack.forms import Meant
from adapters.slack.text import typed
from bot.buttons import Effect
from bot.commands import Call
from bot.models import ChannelKey, Person

PLATFORM = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """The message that held a pressed button, as it was when it was pressed."""

    channel: str
    """Slack's id: of a direct message, not of the person."""
    timestamp: str
    text: str
    blocks: tuple[Block, ...]
    """None of them where Slack does not tell, as of some private messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A typed command, or a pressed button with the command it carries."""

    text: str
    caller: Person
    channel: ChannelKey
    """In a direct message: the caller's own, with us."""
    response_url: str
    effect: Effect | None = None
    """Of the button; None for a typed command."""
    private: bool = True
    """Whether only the caller sees the message that held the button."""

    message: Pressed | None = None

    def call(self) -> Call:
        """Without options yet."""
        return Call(caller=self.caller, channel=self.channel)

    @property
    def direct(self) -> bool:
        return self.channel.channel == self.caller.id


def from_command(body: Mapping[str, Any]) -> Asked:
    """Of a slash command: https://docs.slack.dev/interactivity/implementing-slash-commands/#app_command_handling ."""
    caller = Person(id=body["user_id"], name=body.get("user_name") or body["user_id"])
    workspace = body.get("team_id") or body.get("enterprise_id") or ""
    return Asked(
        text=typed(body.get("text") or ""),
        caller=caller,
        channel=_channel(workspace, body["channel_id"], caller),
        response_url=body["response_url"],
    )


def from_button(body: Mapping[str, Any]) -> Asked | None:
    """Of a press; None for a button that an older or a newer version of us made.

    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload/
    """
    action, user, container = body["actions"][0], body["user"], body.get("container") or {}
    effect = effect_of(action.get("action_id", ""))
    if effect is None or not action.get("value"):
        return None
    caller = Person(id=user["id"], name=user.get("username") or user.get("name") or user["id"])
    message = _pressed(body, container)
    return Asked(
        text=action["value"],
        caller=caller,
        channel=_channel(workspace_of(body), message.channel, caller),
        response_url=body["response_url"],
        effect=effect,
        private=bool(container.get("is_ephemeral")),
        message=message,
    )


def from_view(body: Mapping[str, Any], meant: Meant, now: float) -> Asked:
    """Of what somebody did in a form; `now` is in seconds since 1970."""
    user = body["user"]
    caller = Person(id=user["id"], name=user.get("username") or user.get("name") or user["id"])
    return Asked(text=meant.command, caller=caller, channel=meant.channel, response_url=meant.address(now))


def from_shortcut(body: Mapping[str, Any]) -> Asked:
    """Of a message shortcut: https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload/ ."""
    user = body["user"]
    caller = Person(id=user["id"], name=user.get("username") or user.get("name") or user["id"])
    channel = _channel(workspace_of(body), body["channel"]["id"], caller)
    return Asked(text="", caller=caller, channel=channel, response_url=body["response_url"])


def _pressed(body: Mapping[str, Any], container: Mapping[str, Any]) -> Pressed:
    message = body.get("message") or {}
    return Pressed(
        channel=container.get("channel_id") or body["channel"]["id"],
        timestamp=container.get("message_ts") or message.get("ts") or "",
        text=message.get("text") or "",
        blocks=tuple(message.get("blocks") or ()),
    )


def workspace_of(body: Mapping[str, Any]) -> str:
    """The team that installed us, or in which we wrote; an installation for a whole organization leaves `team` out.

    Whoever presses in a channel that is shared with another company may be of that one, and a form opened there says
    which workspace it is of: https://docs.slack.dev/apis/slack-connect/ .
    """
    view = body.get("view") or {}
    message = (body.get("message") or {}) if body.get("actions") else {}  # which is ours where it has our buttons
    named = (view.get("app_installed_team_id"), (body.get("team") or {}).get("id"), message.get("team"))
    teams = [team for team in named if isinstance(team, str) and team.startswith("T")]
    others = (body["user"].get("team_id"), (body.get("enterprise") or {}).get("id"))
    return next((one for one in (*teams, *others) if one), "")


def _channel(workspace: str, channel: str, caller: Person) -> ChannelKey:
    return ChannelKey(PLATFORM, workspace, caller.id if channel.startswith("D") else channel)
