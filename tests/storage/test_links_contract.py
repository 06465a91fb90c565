"""What every LinkStore does, and what links do to votes: in memory, on SQLite and on PostgreSQL."""

import pytest

from bot.models import Ballots, ChannelKey, PersonKey, SavedPaper, Tally, Vote, Workspace
from storage.store import SqlStore
from storage.votes import ballots_of
from tests.builders import CHANNEL, NOON, days, hours
from tests.conftest import AnyStore
from tests.storage.explaining import explain
from tests.storage.people import ANN, BEN, HERE, OTHER, PAPER, a_vote, suggested

SERVER = Workspace("discord", "4242")
THIRD = Workspace("slack", "T0003")
STRANGERS = Workspace("slack", "T0002")
ON_DISCORD = PersonKey("discord", "@me", "77")
THERE = ChannelKey("discord", "4242", "4343")


def on_discord(paper_id: str = PAPER, *, up: bool = True, voter: PersonKey = ON_DISCORD) -> Vote:
    return a_vote(voter, paper_id, up=up, workspace=SERVER, channel=THERE, at=NOON + hours(1))


async def test_a_link_goes_both_ways_and_on(store: AnyStore) -> None:
    assert await store.links.linked(HERE) == (HERE,)
    await store.links.link(HERE, SERVER, NOON)
    await store.links.link(HERE, SERVER, NOON)
    await store.links.link(THIRD, SERVER, NOON)
    for one in (HERE, SERVER, THIRD):
        assert await store.links.linked(one) == (SERVER, HERE, THIRD)
    assert await store.links.linked(STRANGERS) == (STRANGERS,)


async def test_who_is_unlinked_is_on_its_own_and_the_others_stay(store: AnyStore) -> None:
    assert not await store.links.unlink(HERE)
    await store.links.link(HERE, SERVER, NOON)
    await store.links.link(SERVER, THIRD, NOON)
    assert await store.links.unlink(SERVER)
    assert await store.links.linked(SERVER) == (SERVER,)
    assert await store.links.linked(HERE) == (HERE, THIRD)


async def test_a_team_is_never_linked_with_a_person(store: AnyStore) -> None:
    with pytest.raises(TypeError):
        await store.links.link(HERE, ANN, NOON)


@pytest.mark.parametrize("holder", [HERE, ANN])
async def test_a_code_is_taken_once_and_in_time(store: AnyStore, holder: Workspace | PersonKey) -> None:
    await store.links.offer("K7QM2XWP", holder, NOON + hours(1))
    await store.links.offer("LATE2222", holder, NOON)
    assert await store.links.take("LATE2222", NOON) is None
    assert await store.links.take("K7QM2XWQ", NOON) is None
    assert await store.links.take("K7QM2XWP", NOON) == holder
    assert await store.links.take("K7QM2XWP", NOON) is None


async def test_linked_teams_are_one_in_votes_and_no_vote_reaches_another(store: AnyStore) -> None:
    await store.links.link(HERE, SERVER, NOON)
    await store.people.vote(a_vote())
    await store.people.vote(on_discord())
    await store.people.vote(a_vote(BEN, workspace=STRANGERS, channel=ChannelKey("slack", "T0002", "C9")))
    for one in (HERE, SERVER):
        assert await store.people.tallies(one) == {PAPER: Tally(2, 0)}
    assert await store.people.tallies(STRANGERS) == {PAPER: Tally(1, 0)}
    assert await store.people.ballots(HERE) == [
        Ballots(PAPER, str(THERE), up=1),
        Ballots(PAPER, str(CHANNEL), up=1),
    ]
    await store.links.unlink(SERVER)
    assert await store.people.tallies(HERE) == {PAPER: Tally(1, 0)}
    assert await store.people.tallies(SERVER) == {PAPER: Tally(1, 0)}


async def test_a_person_with_two_accounts_has_one_vote_the_last(store: AnyStore) -> None:
    await store.links.link(HERE, SERVER, NOON)
    await store.links.link(ANN, ON_DISCORD, NOON)
    await store.people.vote(a_vote())
    await store.people.vote(on_discord(up=False))
    assert await store.people.tallies(HERE) == {PAPER: Tally(0, 1)}
    assert await store.people.tallies(HERE, channel=CHANNEL) == {}
    await store.people.clear_vote(HERE, ANN, PAPER)
    assert await store.people.tallies(SERVER) == {}


async def test_one_account_in_two_linked_servers_has_one_vote(store: AnyStore) -> None:
    second = Workspace("discord", "4299")
    await store.links.link(SERVER, second, NOON)
    await store.people.vote(on_discord())
    await store.people.vote(a_vote(ON_DISCORD, workspace=second, channel=ChannelKey("discord", "4299", "1"), at=NOON))
    assert await store.people.tallies(SERVER) == {PAPER: Tally(1, 0)}


async def test_who_saved_or_suggested_a_paper_counts_once_and_not_beside_their_vote(store: AnyStore) -> None:
    await store.people.save(ANN, SavedPaper(paper_id=PAPER, at=NOON), HERE)
    await store.people.suggest(suggested(ANN))
    await store.people.save(BEN, SavedPaper(paper_id=PAPER, at=NOON + hours(2)), HERE)
    await store.people.vote(a_vote(BEN, up=False))
    await store.people.save(BEN, SavedPaper(paper_id=OTHER, at=NOON), STRANGERS)
    assert await store.people.ballots(HERE) == [Ballots(PAPER, "", kept=1), Ballots(PAPER, str(CHANNEL), down=1)]
    assert await store.people.tallies(HERE) == {PAPER: Tally(0, 1)}


async def test_what_is_saved_without_a_workspace_or_removed_again_counts_nowhere(store: AnyStore) -> None:
    await store.people.save(ANN, SavedPaper(paper_id=PAPER, at=NOON))
    await store.people.save(ANN, SavedPaper(paper_id=OTHER, at=NOON), HERE)
    await store.people.unsave(ANN, OTHER)
    assert await store.people.ballots(HERE) == []


async def test_ballots_are_of_a_time(store: AnyStore) -> None:
    await store.people.vote(a_vote(at=NOON - days(3)))
    await store.people.save(BEN, SavedPaper(paper_id=PAPER, at=NOON), HERE)
    assert await store.people.ballots(HERE, since=NOON - days(1)) == [Ballots(PAPER, "", kept=1)]
    assert await store.people.ballots(HERE, until=NOON - days(1)) == [Ballots(PAPER, str(CHANNEL), up=1)]


async def test_who_is_forgotten_is_linked_no_more(store: AnyStore) -> None:
    await store.links.link(ANN, ON_DISCORD, NOON)
    await store.people.forget(ANN)
    assert await store.links.accounts(ON_DISCORD) == (ON_DISCORD,)


async def test_the_votes_of_a_linked_team_are_read_by_their_key(sql_store: SqlStore) -> None:
    for paper_ids in (None, [PAPER]):
        plan = await explain(sql_store, ballots_of((SERVER, HERE), since=NOON, until=NOON, paper_ids=paper_ids))
        for table in ("vote", "saved", "suggestion", "link"):
            assert f"SCAN {table}" not in plan, plan
            assert f"Seq Scan on {table}" not in plan, plan
        assert "MULTI-INDEX OR" not in plan, plan
