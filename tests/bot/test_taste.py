"""A channel's votes and its digest: what is learned, told, switched off and forgotten, and never shown elsewhere."""

from typing import Any

import pytest

from bot.answers import as_json
from bot.commands import Call
from bot.models import ChannelKey, Person, Vote, Workspace
from bot.models import PersonKey as Key
from bot.views import DigestPost, Status
from tests.builders import ADA, CHANNEL, NOON, YESTERDAY, days, hours, make_batch, make_observation, make_paper
from tests.service import Desk, make_desk

JUST_NOW = hours(5)
SUBJECTS = ("robots grasping cups", "proteins folding slowly")


@pytest.fixture
async def desk() -> Desk:
    """A digest here; a dozen new papers on two subjects, with nearly equal upvotes, and six older ones to vote on."""
    desk = make_desk()
    for number in range(1, 13):
        await add(desk, f"2603.{number:05}", SUBJECTS[number % 2], upvotes=40 + number % 2)
    for number in range(1, 7):
        await add(desk, f"2601.{number:05}", SUBJECTS[number % 2], upvotes=5, age=days(60))
    await desk.ask("digest subscribe")
    return desk


async def add(desk: Desk, paper_id: str, subject: str, *, upvotes: int, age: Any = JUST_NOW) -> None:
    paper = make_paper(
        paper_id,
        title=f"{subject.capitalize()} {paper_id[-2:]}",
        abstract=f"{subject} {subject}",
        first_seen_at=NOON - age,
        published_at=NOON - age,
    )
    await desk.store.papers.add(make_batch(paper, make_observation(paper_id, NOON - hours(1), upvotes=upvotes)))


async def vote(desk: Desk, *, channel: ChannelKey = CHANNEL, at: Any = YESTERDAY) -> None:
    """For robots, against proteins."""
    for number in range(1, 7):
        voter = Key.of(Person(id=f"U{number}", name=""), channel)
        ballot = Vote(
            workspace=Workspace.of(channel),
            paper_id=f"2601.{number:05}",
            voter=voter,
            channel=channel,
            up=number % 2 == 0,
            at=at,
        )
        await desk.store.people.vote(ballot)


async def preview(desk: Desk) -> DigestPost:
    view = await desk.ask("digest preview")
    assert isinstance(view, DigestPost), view
    return view


def exploring(post: DigestPost) -> list[bool]:
    return ["exploration: not what you vote for" in card.facts for card in post.cards]


async def test_a_digest_learns_from_its_channels_votes_and_explores_in_its_last_slot(desk: Desk) -> None:
    before = await preview(desk)
    assert before.digest.taste is None
    assert "Proteins" in before.cards[0].title

    await vote(desk)
    after = await preview(desk)
    assert "Robots" in after.cards[0].title
    assert exploring(after) == [False] * 4 + [True]
    assert after.digest.taste is not None
    assert after.digest.taste.startswith("learned from 6 votes: more")
    assert "robots" in after.digest.taste.split("less")[0]
    assert "proteins" in after.digest.taste.split("less")[1]
    assert any(line.startswith("Your taste, learned from 6 votes") for line in after.footer)


async def test_scores_are_the_sums_of_their_parts_with_taste_and_fit(desk: Desk) -> None:
    await desk.ask("digest topics add robots proteins")
    await vote(desk)
    told: Any = as_json(await preview(desk))
    assert told["taste"].startswith("learned from 6 votes")
    for paper in told["papers"]:
        assert sum(part["part"] for part in paper["parts"]) == paper["score"]
    signals = [{part["signal"] for part in paper["parts"]} for paper in told["papers"]]
    assert all({"topic_fit", "taste"} <= names for names in signals)
    assert ["exploration" in names for names in signals] == [False] * 4 + [True]


async def test_the_same_channel_and_date_get_the_same_again(desk: Desk) -> None:
    await vote(desk)
    assert await preview(desk) == await preview(desk)


async def test_a_taste_is_told_in_the_status_in_the_filters_and_by_why(desk: Desk) -> None:
    await vote(desk)
    status = await desk.ask("digest status")
    assert isinstance(status, Status)
    assert {field.label: field.text for field in status.settings}["Taste"].startswith("learned from 6 votes")
    assert "learned from 6 votes" in str(await desk.ask("digest filters"))
    why: Any = await desk.ask("why 2603.00001")
    assert any("learned from 6 votes" in note for note in why.notes)


async def test_it_moves_no_other_list(desk: Desk) -> None:
    before: Any = await desk.ask("trending limit:10")
    await vote(desk)
    after: Any = await desk.ask("trending limit:10")
    assert [card.ranked for card in before.cards] == [card.ranked for card in after.cards]


async def test_switched_off_nothing_is_learned_and_switched_on_again_all_of_it(desk: Desk) -> None:
    await vote(desk)
    answer = await desk.answer("digest filters learn:off")
    assert answer.announcement is not None
    assert answer.announcement.text == "@Ada keeps the digest from learning from votes."
    off = await preview(desk)
    assert (off.digest.taste, any(exploring(off))) == (None, False)
    assert "not learned" in str(await desk.ask("digest status"))
    await desk.ask("digest filters learn:on")
    assert (await preview(desk)).digest.taste is not None


async def test_reset_forgets_for_good_and_learns_anew(desk: Desk) -> None:
    await vote(desk)
    answer = await desk.answer("digest filters learn:reset")
    assert answer.announcement is not None
    assert answer.announcement.text == "@Ada had the digest forget the votes it learned from."
    for text in ("learn:off", "learn:on"):
        await desk.ask(f"digest filters {text}")
    forgot = await preview(desk)
    assert (forgot.digest.taste, any(exploring(forgot))) == (None, False)
    assert "nothing learned yet" in str(await desk.ask("digest filters"))


async def test_votes_given_in_another_channel_teach_this_one_nothing(desk: Desk) -> None:
    await vote(desk, channel=ChannelKey("slack", "T0001", "C0002"))
    await vote(desk, channel=ChannelKey("slack", "T0002", CHANNEL.channel))
    assert (await preview(desk)).digest.taste is None


async def test_old_votes_teach_nothing(desk: Desk) -> None:
    await vote(desk, at=NOON - days(91))
    assert (await preview(desk)).digest.taste is None


async def test_learning_is_exported_and_imported(desk: Desk) -> None:
    await desk.ask("digest filters learn:off")
    exported: Any = await desk.ask("digest export")
    there = Call(ADA, ChannelKey("slack", "T0001", "C0099"))
    await desk.ask(f"digest import {exported.text} yes:yes", there)
    known = await desk.store.channels.subscription(there.channel)
    assert known is not None
    assert known.preferences.learn is False
