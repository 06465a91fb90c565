"""Two people of a workspace, and what they vote for, suggest and follow."""

from datetime import timedelta
from typing import Any

from bot.models import (
    Facet,
    Interest,
    PersonKey,
    Stance,
    Suggestion,
    Vote,
    Workspace,
)
from tests.builders import CHANNEL, NOON

HERE = Workspace.of(CHANNEL)
ELSEWHERE = Workspace("slack", "T0002")
ANN = PersonKey("slack", "T0001", "U0001")
BEN = PersonKey("slack", "T0001", "U0002")
PAPER, OTHER = "2603.00001", "2603.00002"
GAP = timedelta(hours=1)


def a_vote(voter: PersonKey = ANN, paper_id: str = PAPER, *, up: bool = True, **changes: Any) -> Vote:
    values: dict[str, Any] = {"workspace": HERE, "channel": CHANNEL, "at": NOON}
    return Vote(voter=voter, paper_id=paper_id, up=up, **(values | changes))


def suggested(by: PersonKey = ANN, paper_id: str = PAPER, **changes: Any) -> Suggestion:
    values: dict[str, Any] = {"workspace": HERE, "url": f"https://arxiv.org/abs/{paper_id}", "why": "short", "at": NOON}
    return Suggestion(by=by, paper_id=paper_id, **({"name": "Ann"} | values | changes))


def interest(term: str = "Robots", facet: Facet = Facet.TOPIC, **changes: Any) -> Interest:
    values: dict[str, Any] = {"stance": Stance.FOLLOW, "at": NOON}
    return Interest(term=term, facet=facet, **(values | changes))
