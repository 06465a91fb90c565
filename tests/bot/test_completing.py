"""Suggestions are ones that their options take."""

from dataclasses import replace

import pytest

from bot.commands.completing import COMPLETIONS, LABEL, MOST, Asking, suggestions
from bot.commands.digest.options import DATE, TERMS
from bot.commands.options import MONTH, SINCE, TOPIC, WEEK, ZONE
from bot.models import ChannelKey, Facet, Period, Person, Stance, Topics
from bot.service import Service
from tests.adapters.discord.service import make_service

HERE = ChannelKey("discord", "900", "901")


@pytest.fixture
async def service() -> Service:
    return await make_service()


def asking(typed: str, **given: str) -> Asking:
    return Asking(typed=typed, channel=HERE, given=given)


@pytest.mark.parametrize("option", [ZONE, TOPIC, TERMS, DATE, WEEK, MONTH, SINCE], ids=lambda one: one.name)
async def test_every_suggestion_is_a_value_of_its_option(service: Service, option: object) -> None:
    name = option.name  # type: ignore[attr-defined]  # options of several types
    found = await suggestions(service, name, asking(""))
    assert 0 < len(found) <= MOST
    for one in found:
        option.parse(one.value)  # type: ignore[attr-defined]  # the same


@pytest.mark.parametrize(
    ("name", "typed", "first"),
    [
        ("zone", "berlin", "Europe/Berlin"),
        ("topic", "robo", "robotics"),
        ("topic", "agents, lang", "agents, language models"),
        ("topic", "language m", '"language models"'),
        ("week", "2026-W0", "2026-W09"),
        ("month", "feb", "2026-02"),
        ("date", "", "2026-03-09"),
        ("since", "month", "30d"),
        ("paper", "Study 7", "2603.00007"),
        ("paper", "2603.0000", "2603.00001"),
        ("paper", "arXiv:2603.00011v", "2603.00011"),
        ("zone", "UTC+2", "Etc/GMT-2"),
    ],
)
async def test_the_best_fit_comes_first(service: Service, name: str, typed: str, first: str) -> None:
    assert (await suggestions(service, name, asking(typed)))[0].value == first


async def test_papers_that_trend_are_suggested_before_anything_is_typed(service: Service) -> None:
    found = await suggestions(service, "paper", asking(""))
    assert found[0].label == "Study 1 of diffusion · 2603.00001"


async def test_a_channels_own_topics_come_first_and_alone_where_they_are_removed(service: Service) -> None:
    ada = Person(id="1", name="Ada")
    await service.channels.subscribe(HERE, ada, Period.DAILY, None)
    await service.channels.retopic(HERE, ada, Topics(include=("graph networks",), exclude=("survey",)))
    assert (await suggestions(service, "terms", asking("")))[0].value == '"graph networks"'
    removable = await suggestions(service, "terms", asking("", action="remove"))
    assert [one.value for one in removable] == ['"graph networks"', "survey"]


async def test_an_id_that_is_begun_finds_those_papers_and_no_others(service: Service) -> None:
    found = await suggestions(service, "paper", asking("2603.0001"))
    assert {one.value for one in found} == {"2603.00010", "2603.00011", "2603.00012"}


async def test_a_long_title_leaves_its_id_to_be_seen() -> None:
    service = await make_service({}, "long title " * 30)
    (found,) = await suggestions(service, "paper", asking("2603.00001"))
    assert found.label.endswith("… · 2603.00001")
    assert len(found.label) <= LABEL


async def test_a_fixed_offset_is_told_as_people_say_it(service: Service) -> None:
    (found,) = await suggestions(service, "zone", asking("gmt-3"))
    assert (found.value, found.label) == ("Etc/GMT+3", "Etc/GMT+3 · UTC−3")


async def test_what_is_removed_from_a_library_is_one_of_its_papers(service: Service) -> None:
    ada = Person(id="1", name="Ada")
    await service.people.save(ada, HERE, await service.reading.known("2603.00007"), "")
    removing = Asking(typed="", channel=HERE, given={"action": "remove"}, command="library", caller=ada)
    assert [one.value for one in await suggestions(service, "paper", removing)] == ["2603.00007"]
    assert not await suggestions(service, "paper", replace(removing, typed="study 8"))


async def test_what_is_followed_no_more_is_one_of_what_is_followed(service: Service) -> None:
    ada = Person(id="1", name="Ada")
    await service.people.set_interests(ada, HERE, Stance.FOLLOW, Facet.TOPIC, ("graph networks",), None)
    removing = Asking(typed="", channel=HERE, given={"action": "remove"}, command="follow", caller=ada)
    assert [one.value for one in await suggestions(service, "terms", removing)] == ['"graph networks"']
    assert not await suggestions(service, "terms", replace(removing, command="mute"))


async def test_todays_digest_can_be_asked_about_and_todays_list_is_not_over(service: Service) -> None:
    status = replace(asking(""), command="digest status")
    assert (await suggestions(service, "date", status))[0].value == "2026-03-10"
    assert (await suggestions(service, "date", replace(asking(""), command="daily")))[0].value == "2026-03-09"


async def test_what_cannot_be_suggested_is_empty(service: Service) -> None:
    assert await suggestions(service, "note", asking("x")) == []
    assert await suggestions(service, "zone", asking("\x00")) == []
    assert set(COMPLETIONS) >= {"topic", "paper", "zone", "date", "week", "month"}
