"""Counting what a team says of papers: one vote a person, whatever they do it with and wherever they are linked."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    Subquery,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)

from bot.models import ChannelKey, Workspace
from storage.links import PERSON
from storage.schema_people import link, saved, suggestion, vote
from storage.types import UTCDateTime

VOTED, KEPT = 1, 0
"""A vote says more than a paper that was saved or suggested, whichever came later."""


BALLOTS = text(
    """
    SELECT paper_id, channel, SUM(CASE WHEN up THEN 1 ELSE 0 END) AS up, SUM(CASE WHEN up THEN 0 ELSE 1 END) AS down,
           0 AS kept
    FROM vote WHERE platform = :platform AND workspace = :workspace AND at >= :since AND at <= :until
    GROUP BY paper_id, channel
    UNION ALL
    SELECT paper_id, '', 0, 0, COUNT(*)
    FROM (SELECT paper_id, home, person FROM saved
          WHERE platform = :platform AND team = :workspace AND at >= :since AND at <= :until
          UNION
          SELECT paper_id, home, person FROM suggestion
          WHERE platform = :platform AND workspace = :workspace AND at >= :since AND at <= :until AND person <> ''
         ) AS keeping
    WHERE NOT EXISTS (SELECT 1 FROM vote
                      WHERE platform = :platform AND workspace = :workspace AND paper_id = keeping.paper_id
                      AND home = keeping.home AND person = keeping.person AND at >= :since AND at <= :until)
    GROUP BY paper_id
    """
).bindparams(bindparam("since", type_=UTCDateTime), bindparam("until", type_=UTCDateTime))
"""What `ballots_of` gives of a workspace that is linked with none, where everybody has one account: the same rows for a
tenth of the work. Nearly every command asks for them."""
EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


def ballots_of(
    team: Collection[Workspace],
    *,
    since: datetime | None,
    until: datetime | None,
    paper_ids: Collection[str] | None = None,
    channel: ChannelKey | None = None,
) -> Select[Any]:
    """Rows (paper_id, channel, up, down, kept): of each person the last vote, else that they kept the paper.

    `channel` is empty for what was kept, since nobody looks where that was; one that is named leaves those out.
    """
    tables = (_votes,) if channel else (_votes, _saved, _suggested)
    told = _everything(team, tables, since, until, paper_ids)
    identity = _person_of(told)
    who = func.coalesce(link.c.one, told.c.platform + ":" + told.c.home + ":" + told.c.person)
    last = func.row_number().over(
        partition_by=(told.c.paper_id, who), order_by=(told.c.kind.desc(), told.c.at.desc(), told.c.channel)
    )
    columns = (told.c.paper_id, told.c.channel, told.c.say, last.label("place"))
    each = select(*columns).select_from(told.outerjoin(link, identity)).subquery()
    counted = select(
        each.c.paper_id,
        each.c.channel,
        *(func.sum(case((each.c.say == say, 1), else_=0)).label(name) for name, say in _SAYS.items()),
    )
    wanted = [each.c.channel == str(channel)] if channel else []
    return counted.where(each.c.place == 1, *wanted).group_by(each.c.paper_id, each.c.channel)


@cache
def votes_of(*, of_papers: bool, of_channel: bool) -> Select[Any]:
    """The votes alone of what `ballots_of` gives, for a workspace that is linked with none; made once.

    `platform`, `workspace`, `since` and `until` are its values, and `paper_ids` and `channel` where it is of those.
    """
    up, count = func.sum(case((vote.c.up, 1), else_=0)), func.count()
    columns = (up.label("up"), (count - up).label("down"), literal(0, Integer).label("kept"))
    within = vote.c.at.between(bindparam("since", type_=UTCDateTime), bindparam("until", type_=UTCDateTime))
    told = select(vote.c.paper_id, vote.c.channel, *columns).where(within)
    told = told.where(*(vote.c[name] == bindparam(name) for name in ("platform", "workspace")))
    told = told.where(vote.c.paper_id.in_(bindparam("paper_ids", expanding=True))) if of_papers else told
    told = told.where(vote.c.channel == bindparam("channel")) if of_channel else told
    return told.group_by(vote.c.paper_id, vote.c.channel)


def _everything(
    team: Collection[Workspace],
    tables: Collection[Callable[[Workspace], tuple[Select[Any], Table]]],
    since: datetime | None,
    until: datetime | None,
    paper_ids: Collection[str] | None,
) -> Subquery:
    """Each workspace by itself: with OR between them SQLite remembers every key that it has seen."""
    sources = [said(one) for one in team for said in tables]
    return union_all(*(_within(one, table, since, until, paper_ids) for one, table in sources)).subquery()


def _person_of(told: Subquery) -> Any:
    same = (link.c[name] == told.c[name] for name in ("platform", "home", "person"))
    return and_(link.c.kind == PERSON, *same)


_SAYS = {"up": 1, "down": -1, "kept": 0}


def _votes(one: Workspace) -> tuple[Select[Any], Table]:
    say = case((vote.c.up, literal(1, Integer)), else_=literal(-1, Integer))
    return _told(vote, vote.c.channel, say, VOTED).where(_of(vote, [one])), vote


def _saved(one: Workspace) -> tuple[Select[Any], Table]:
    return _told(saved, literal(""), literal(0, Integer), KEPT).where(_of(saved, [one], "team")), saved


def _suggested(one: Workspace) -> tuple[Select[Any], Table]:
    by_somebody = and_(_of(suggestion, [one]), suggestion.c.person != "")
    return _told(suggestion, literal(""), literal(0, Integer), KEPT).where(by_somebody), suggestion


def _told(table: Table, channel: Any, say: Any, kind: int) -> Select[Any]:
    who = (table.c.paper_id, table.c.platform, table.c.home, table.c.person, table.c.at)
    return select(*who, channel.label("channel"), say.label("say"), literal(kind, Integer).label("kind"))


def _within(
    one: Select[Any],
    table: Table,
    since: datetime | None,
    until: datetime | None,
    paper_ids: Collection[str] | None,
) -> Select[Any]:
    wanted = [table.c.at >= since] if since else []
    wanted += [table.c.at <= until] if until else []
    wanted += [table.c.paper_id.in_(paper_ids)] if paper_ids is not None else []
    return one.where(*wanted)


def _of(table: Table, team: Collection[Workspace], column: str = "workspace") -> Any:
    return or_(*(and_(table.c.platform == one.platform, table.c[column] == one.name) for one in team))
