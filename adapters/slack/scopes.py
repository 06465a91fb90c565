"""Which permission each thing we do needs, and no others.

https://docs.slack.dev/reference/scopes/
"""

_READ = ("channels:read", "groups:read")
"""Public channels need the first, private ones the second."""

METHOD_SCOPES: dict[str, tuple[str, ...]] = {
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.unfurl": ("links:write",),
    "chat.update": ("chat:write",),
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
    "users.info": ("users:read",),
    "auth.test": (),
    "conversations.info": _READ,
    "conversations.members": _READ,
    "users.conversations": _READ,
    "auth.teams.list": (),
    "oauth.v2.access": (),
    "apps.connections.open": (),
}
"""Each method we call, with the bot scopes it needs. The last one needs an app-level token with connections:write."""
EVENT_SCOPES: dict[str, str | None] = {
    "app_home_opened": None,
    "app_uninstalled": None,
    "tokens_revoked": None,
    "team_access_granted": None,
    "team_access_revoked": None,
    "link_shared": "links:read",
    "member_joined_channel": "channels:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "channel_rename": "channels:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "group_rename": "groups:read",
}
"""Each event we listen to, with the bot scope it needs."""
COMMAND_SCOPE = "commands"
WITHOUT_JOINING = "chat:write.public"
"""Posts in public channels that nobody invited the app to."""
REQUIRED_SCOPES = frozenset({COMMAND_SCOPE, "chat:write", "users:read"})


UNFURL_DOMAINS = ("arxiv.org", "huggingface.co")
"""At most five: https://docs.slack.dev/messaging/unfurling-links-in-messages/ ."""


def optional_scopes() -> frozenset[str]:
    """What the app works without."""
    methods = {scope for scopes in METHOD_SCOPES.values() for scope in scopes}
    needed = methods | {scope for scope in EVENT_SCOPES.values() if scope}
    return frozenset({*needed, WITHOUT_JOINING} - REQUIRED_SCOPES)
