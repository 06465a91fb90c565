"""Who installed the app where."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An app's right to act in one workspace, or in all of an organization's. Its tokens are never shown."""

    platform: str
    organization: str = ""
    """Empty for a workspace of none."""
    workspace: str = ""
    """Empty where it is for the whole organization."""
    token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    """Good once; None where the token does not expire."""
    expires_at: datetime | None = None
    """Real time."""
    bot: str = ""
    """The person that the app is there."""
    scopes: tuple[str, ...] = ()
    installed_by: str = ""
    installed_at: datetime


class InstallationStore(Protocol):
    """Who installed the app where. Tokens are encrypted where they are kept."""

    async def save(self, installation: Installation) -> None:
        """Keep it in place of one of the same workspace or organization.

        Lanes that rested because the former token was refused are open then, as after a rotation.
        """
        ...

    async def find(self, platform: str, workspace: str) -> Installation | None:
        """The workspace's own, else that of its organization."""
        ...

    async def made_for(self, platform: str, *, workspace: str = "", organization: str = "") -> Installation | None:
        """That of the workspace itself, or of the organization as a whole."""
        ...

    async def remove(
        self, platform: str, *, workspace: str = "", organization: str = "", until: datetime | None = None
    ) -> bool:
        """Delete its tokens, with `until` only those of an installation made by then. False if there were none."""
        ...

    async def workspaces_of(self, platform: str, organization: str) -> list[str]:
        """Those known to belong to it."""
        ...

    async def belongs(self, platform: str, workspace: str, organization: str) -> None:
        """Remember which organization a workspace is of."""
        ...

    async def begin_rotation(self, known: Installation, real: datetime, lease: timedelta) -> bool:
        """Whether the caller is the one to exchange the refresh token now; nobody else is for the lease."""
        ...

    async def finish_rotation(self, known: Installation, fresh: Installation | None, real: datetime) -> None:
        """Keep the new tokens if the old ones are still there; None lets somebody else try."""
        ...

    async def issue_state(self, state: str, real: datetime, until: datetime) -> None:
        """Keep a secret of a way through somebody's browser, as a hash."""
        ...

    async def take_state(self, state: str, real: datetime) -> bool:
        """Whether it was issued, is not over, and nobody took it before."""
        ...

    async def rekey(self) -> int:
        """Encrypt all tokens with the newest key. Returns how many installations there are."""
        ...
