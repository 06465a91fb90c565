"""Two workspaces as one team and two accounts as one person, by a code; and how much votes count."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.permissions import MANAGE_SERVER, Asked, Place, permit
from bot.commands import Call, all_commands
from bot.commands.grammar import parse
from bot.commands.turns import Turns
from bot.errors import UserError
from bot.models import Ballots, ChannelKey, Person, Workspace
from bot.service.votes import say_of, vote_part
from bot.views import Notice
from tests.builders import ADA, CHANNEL, NOON, hours, make_batch, make_observation, make_papers
from tests.service import Desk, make_desk

SERVER = ChannelKey("discord", "4242", "4343")
BEN = Call(Person(id="77", name="Ben"), SERVER)
ELSEWHERE = Call(Person(id="U5", name="Cy"), ChannelKey("slack", "T0002", "C5"))
PAPER = "2603.00003"


@pytest.fixture
async def desk() -> Desk:
    desk = make_desk()
    papers = make_papers(5)
    seen = [make_observation(one.id, NOON - hours(1), upvotes=50 - n) for n, one in enumerate(papers)]
    await desk.store.papers.add(make_batch(*papers, *seen))
    return desk


async def notice(desk: Desk, text: str, call: Call | None = None) -> Notice:
    view = await desk.ask(text, call)
    assert isinstance(view, Notice), view
    return view


async def code_of(desk: Desk, text: str, call: Call | None = None) -> str:
    return next(field.text for field in (await notice(desk, text, call)).fields if field.label == "Code")


async def voted(desk: Desk, call: Call | None = None) -> str:
    """What `why` says of the votes for the paper; empty where nobody voted."""
    why: Any = await desk.ask(f"why {PAPER}", call)
    return next((reason.text for reason in why.reasons if reason.text.startswith("votes of")), "")


async def test_a_code_shown_in_slack_and_typed_on_discord_makes_one_team(desk: Desk) -> None:
    await desk.ask(f"vote {PAPER} up")
    assert await voted(desk, BEN) == ""
    answer = await desk.answer(f"digest link {await code_of(desk, 'digest link')}", BEN)
    assert answer.announcement is not None
    assert answer.announcement.text.startswith("@Ben linked this team with slack:T0001")
    await desk.ask(f"vote {PAPER} up", BEN)
    for call in (None, BEN):
        assert (await voted(desk, call)).startswith("votes of your linked teams: 2 for it, 0 against")
    assert await voted(desk, ELSEWHERE) == "", "no vote leaves the team"


async def test_who_linked_the_team_and_who_ended_it_is_in_the_log_and_owed_to_the_channel(desk: Desk) -> None:
    shown = await code_of(desk, "digest link")
    for text in (f"digest link {shown}", "digest link stop", "digest link stop"):
        command, raw = parse(text)
        await Turns(desk.service).answer(command, raw, BEN)
    log = await desk.store.channels.log(SERVER, 9)
    assert [(line.by, line.what) for line in log] == [
        (BEN.caller, "ended this team's link with others: its votes count for itself"),
        (BEN.caller, "linked this team with slack:T0001: a vote counts in both"),
    ]
    assert all(line.owed for line in log)
    assert await desk.store.channels.log(CHANNEL, 9) == []


async def test_what_links_two_accounts_is_in_no_log(desk: Desk) -> None:
    await desk.ask(f"link {await code_of(desk, 'link')}", BEN)
    await desk.ask("link stop", BEN)
    assert await desk.store.channels.log(SERVER, 9) == []


async def test_a_link_is_ended_from_either_side(desk: Desk) -> None:
    await desk.ask(f"digest link {await code_of(desk, 'digest link')}", BEN)
    await desk.ask(f"vote {PAPER} up", BEN)
    assert "Linked with" in str(await notice(desk, "digest link"))
    answer = await desk.answer("digest link stop")
    assert answer.announcement is not None
    assert await voted(desk) == ""
    assert (await notice(desk, "digest link stop", BEN)).text == "It is linked with none."


async def test_two_accounts_of_one_person_have_one_vote(desk: Desk) -> None:
    await desk.ask(f"digest link {await code_of(desk, 'digest link')}", BEN)
    linked = await notice(desk, f"link {await code_of(desk, 'link')}", BEN)
    assert linked.text == "This account is now one with your account on Slack: everybody has one vote in both."
    await desk.ask(f"vote {PAPER} up")
    await desk.ask(f"vote {PAPER} down", BEN)
    assert sum(await told_votes(desk)) == 1


async def told_votes(desk: Desk) -> tuple[int, int]:
    """For and against."""
    numbers = re.findall(r"(\d+) for it, (\d+) against", await voted(desk))[0]
    return int(numbers[0]), int(numbers[1])


@pytest.mark.parametrize("typed", ["WRNG-WRNG", "own", "person's", "twice"])
async def test_a_code_that_does_not_fit_is_refused(desk: Desk, typed: str) -> None:
    code = await code_of(desk, "link" if typed == "person's" else "digest link")
    if typed == "twice":
        await desk.ask(f"digest link {code}", BEN)
    view = await notice(desk, f"digest link {typed if typed == 'WRNG-WRNG' else code}", None if typed == "own" else BEN)
    assert (view.code, view.option) == ("bad_code", "code")
    linked = await desk.store.links.linked(Workspace.of(CHANNEL))
    assert len(linked) == (2 if typed == "twice" else 1)


async def test_a_direct_message_is_no_team(desk: Desk) -> None:
    here = Call(ADA, ChannelKey("discord", "@me", "77"))
    assert (await notice(desk, "digest link", here)).code == "no_team"
    page = Call(ADA, ChannelKey("terminal", "", "try"))
    assert (await notice(desk, "link", page)).code == "no_team"


def test_on_discord_linking_needs_manage_server_whatever_else_was_granted() -> None:
    command = next(one for one in all_commands() if one.path == "digest link")
    place = Place(name="papers", thread=False, caller=0, bot=None)
    asked = Asked(id="1", caller=ADA, channel=SERVER, here=place, place=lambda _: None)
    with pytest.raises(UserError, match="Manage Server"):
        permit(asked, command, {}, by_discord=True)
    manager = Place(name="papers", thread=False, caller=MANAGE_SERVER, bot=None)
    permit(Asked(id="1", caller=ADA, channel=SERVER, here=manager, place=lambda _: None), command, {}, by_discord=True)


async def test_saving_and_suggesting_count_like_a_vote_and_are_told_without_names(desk: Desk) -> None:
    await desk.ask(f"save {PAPER}")
    await desk.ask(f"submit {PAPER}", Call(Person(id="U0009", name="Dee"), CHANNEL))
    assert await voted(desk) == "votes of this workspace: 0 for it, 0 against, 2 saved or suggested it"
    why: Any = await desk.ask(f"why {PAPER}")
    (label,) = [reason.label for reason in why.reasons if reason.text.startswith("votes of")]
    assert float(label) > 0


# --- how much a vote counts ----------------------------------------------------------------------------------------

ballots = st.lists(
    st.builds(
        Ballots,
        paper_id=st.sampled_from(["1", "2", "3"]),
        channel=st.sampled_from(["", "slack:T:A", "slack:T:B"]),
        up=st.integers(0, 9),
        down=st.integers(0, 9),
        kept=st.integers(0, 9),
    ),
    unique_by=lambda one: (one.paper_id, one.channel),
    min_size=1,
)


@settings(deadline=None)
@given(ballots)
def test_one_more_vote_for_a_paper_never_lowers_it(known: list[Ballots]) -> None:
    first, *others = known
    more = Ballots(first.paper_id, first.channel, first.up + 1, first.down, first.kept)
    before, after = say_of(known)[first.paper_id], say_of([more, *others])[first.paper_id]
    assert vote_part(after, 1.0).part >= vote_part(before, 1.0).part - 1e-6


@settings(deadline=None)
@given(ballots)
def test_no_paper_gains_or_loses_more_than_half_the_spread(known: list[Ballots]) -> None:
    assert all(abs(vote_part(say, 2.0).part) <= 1.0 for say in say_of(known).values())


def test_a_channel_that_votes_much_does_not_drown_one_that_votes_little() -> None:
    busy = [Ballots(str(number), "slack:T:BUSY", up=10) for number in range(40)]
    quiet = [Ballots("quiet", "slack:T:QUIET", up=2)]
    said = say_of([*busy, *quiet])
    assert said["quiet"].up > said["0"].up
    assert said["quiet"].up > 1.8
