"""What a workspace may ask to be deleted is deleted wholly, and nothing of anybody else."""

from dataclasses import replace

from sqlalchemy import text

from bot.models import ChannelKey, Owed, PersonKey, SavedPaper, Workspace
from storage.forgetting import forget_workspace
from storage.schema import metadata
from storage.schema_keys import signing_key as _signing_key  # noqa: F401 - its table belongs to the metadata
from storage.store import SqlStore
from tests.builders import NOON, make_change
from tests.storage.ledger import PAYLOADS, PLAIN, claim, lease, plan, subscribe
from tests.storage.people import GAP, a_vote, interest, suggested

HERE = Workspace("slack", "T0001")
NOBODYS = {
    "broadsheet", "paper", "observation", "listing", "source_status", "remembered_command", "install_state",
    "feed", "feed_entry", "lease", "signing_key", "allowance", "candidates", "alias",
}  # fmt: skip
"""Tables that name neither a workspace nor a person."""
EVERYWHERE = {
    "subscription", "delivery", "part", "lane", "change", "vote", "saved", "suggestion", "interest", "visit",
    "link", "link_code", "announcement",
}  # fmt: skip


async def everything(store: SqlStore, workspace: str) -> None:
    """A digest on its way, a vote, a saved paper and so on, of one workspace."""
    await subscribe(store, ChannelKey("slack", workspace, "C1"))
    await plan(store)
    for one in await claim(store):
        await store.deliveries.freeze(one, lease(), ["2603.00001"], PAYLOADS, PLAIN)
    person = PersonKey("slack", workspace, "U1")
    channel, team = ChannelKey("slack", workspace, "C1"), Workspace("slack", workspace)
    await store.channels.remove(channel, replace(make_change("ended it", channel), owed=Owed("asked", NOON)))
    await store.people.vote(a_vote(person, workspace=team, channel=channel))
    await store.people.suggest(suggested(person, workspace=team))
    await store.people.save(person, SavedPaper(paper_id="2603.00001", at=NOON, note=""))
    await store.people.set_interest(person, interest())
    await store.links.link(team, Workspace("discord", f"9{workspace[1:]}"), NOON)
    await store.links.offer(f"code of {team.name[-1]}", person, NOON)
    on_discord = PersonKey("discord", "@me", f"7{workspace[1:]}")
    await store.people.save(on_discord, SavedPaper(paper_id="2603.00002", at=NOON), Workspace("discord", "4242"))
    await store.people.visit(person, NOON, GAP)


async def rows_naming(store: SqlStore, workspace: str) -> list[str]:
    """The tables of which a row holds the workspace's id anywhere."""
    found = []
    async with store.engine.connect() as connection:
        for table in metadata.sorted_tables:
            rows = (await connection.execute(text(f'SELECT * FROM "{table.name}"'))).all()  # noqa: S608  # our own names
            found += [table.name for row in rows if workspace in str(row)]
    return found


async def test_nothing_names_the_workspace_any_more_and_the_others_keep_all(sql_store: SqlStore) -> None:
    await everything(sql_store, "T0001")
    await everything(sql_store, "T0002")
    kept = await rows_naming(sql_store, "T0002")
    told = await forget_workspace(sql_store.engine, HERE, really=False)
    assert await rows_naming(sql_store, "T0001")
    assert await forget_workspace(sql_store.engine, HERE, really=True) == told
    assert set(told) == EVERYWHERE
    assert await rows_naming(sql_store, "T0001") == []
    assert await rows_naming(sql_store, "T0002") == kept
    assert await forget_workspace(sql_store.engine, HERE, really=True) == {}


async def test_what_somebody_saved_in_a_server_stays_theirs_without_its_name(sql_store: SqlStore) -> None:
    await everything(sql_store, "T0001")
    await forget_workspace(sql_store.engine, Workspace("discord", "4242"), really=True)
    assert await rows_naming(sql_store, "4242") == []
    assert len(await sql_store.people.library(PersonKey("discord", "@me", "70001"))) == 1


def test_every_table_is_nobodys_or_is_reached() -> None:
    """A new table is one or the other: name it here, or give it a column that says whose its rows are."""
    reached = {
        table.name
        for table in metadata.sorted_tables
        if {"subscription_id", "delivery_id"} & set(table.c.keys())
        or {"platform", "workspace"} <= set(table.c.keys())
        or {"platform", "home"} <= set(table.c.keys())
    }
    assert {table.name for table in metadata.sorted_tables} == reached | {"lane"} | NOBODYS
