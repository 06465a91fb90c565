"""What a process does; several processes share the work on PostgreSQL."""

from collections.abc import Collection
from enum import StrEnum


class Role(StrEnum):
    ALL = "all"
    WEB = "web"
    """Pages, the API, Slack's HTTP endpoint."""
    GATEWAY = "gateway"
    """Slack's Socket Mode and Discord's gateway."""
    WORKER = "worker"
    """Plans, renders and sends digests."""
    FETCH = "fetch"
    """Asks the sources."""


ANSWERING = frozenset({Role.WEB, Role.GATEWAY})
"""People are answered there, so a search index is kept there."""


def work_of(roles: Collection[Role]) -> frozenset[Role]:
    """The roles that are meant: `all`, or none named, are all of them."""
    everything = frozenset(Role) - {Role.ALL}
    return everything if Role.ALL in roles or not roles else frozenset(roles)
