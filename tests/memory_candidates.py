"""Candidates as a plain dictionary: what the contract means."""

from datetime import datetime

from bot.ports import CandidateKey, KeptCandidate


class MemoryCandidates:
    """A CandidateStore."""

    def __init__(self) -> None:
        self._made: dict[CandidateKey, tuple[KeptCandidate, ...]] = {}

    async def candidates(self, key: CandidateKey) -> tuple[KeptCandidate, ...] | None:
        return self._made.get(key)

    async def keep(self, key: CandidateKey, made: tuple[KeptCandidate, ...]) -> tuple[KeptCandidate, ...]:
        return self._made.setdefault(key, made)

    async def forget(self, before: datetime) -> int:
        old = [key for key in self._made if key.as_of < before]
        for key in old:
            del self._made[key]
        return len(old)
