"""The digest that somebody asks for by e-mail. Until it is confirmed it exists in a link alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Self

from bot.models import ChannelKey, Period, Schedule, Topics, Weekdays

EMAIL = "email"


def mailbox(address: str) -> ChannelKey:
    """The channel of an address that is in normal form."""
    return ChannelKey(EMAIL, "", address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An address in normal form, and what it is to get when."""

    address: str
    schedule: Schedule = field(default_factory=Schedule)
    topics: tuple[str, ...] = ()

    @property
    def channel(self) -> ChannelKey:
        return mailbox(self.address)

    def as_json(self) -> dict[str, Any]:
        """Short, for a link."""
        schedule = self.schedule
        return {
            "a": self.address,
            "p": str(schedule.period),
            "m": schedule.at.hour * 60 + schedule.at.minute,
            "z": schedule.zone,
            "d": int(schedule.days),
            "t": list(self.topics),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `as_json` gave; nobody else could have sealed it."""
        schedule = Schedule(
            zone=kept["z"], at=time(*divmod(kept["m"], 60)), days=Weekdays(kept["d"]), period=Period(kept["p"])
        )
        return cls(address=kept["a"], schedule=schedule, topics=tuple(kept["t"]))

    @property
    def wanted(self) -> Topics:
        return Topics(include=self.topics)
