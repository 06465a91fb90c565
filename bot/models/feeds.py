"""A channel's own feeds: what its people want to read beside the sources that everybody has."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One address, however many channels read it, and how it answered last."""

    url: str
    """It may hold a secret of its readers: it is shown to them alone, and never logged."""
    checked_at: datetime | None = None
    """None: nobody has looked yet."""
    reason: str | None = None
    entries: int = 0
    """That it gave and that are kept."""

    @property
    def site(self) -> str:
        """The host, which may be told to everybody."""
        return urlsplit(self.url).hostname or ""
