"""How often something may be asked for, counted over all processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, and as many again over so long a time."""

    most: int
    span: timedelta

    @property
    def interval(self) -> timedelta:
        """In which one more comes."""
        return self.span / self.most


class AllowanceStore(Protocol):
    """What is left of each key's allowance. A key tells nobody whose it is: it is a digest that only we can make."""

    async def take(self, key: str, allowance: Allowance, real: datetime) -> bool:
        """Whether one more is allowed; it counts if so. Of many that ask at once no more get it than are left."""
        ...

    async def spent(self, key: str, allowance: Allowance, real: datetime) -> bool:
        """Whether nothing is left; counts nothing."""
        ...

    async def forget(self, real: datetime) -> int:
        """Keys of which all is left again. Returns how many."""
        ...
