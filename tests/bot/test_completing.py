"""Suggestions are ones that their options take."""

import pytest

from bot.commands.completing import COMPLETIONS, MOST, Asking, suggestions
from bot.commands.options import DATE, MONTH, SINCE, TERMS, TOPIC, WEEK, ZONE
from bot.models import ChannelKey, Period, Person, Topics
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


async def test_what_cannot_be_suggested_is_empty(service: Service) -> None:
    assert await suggestions(service, "note", asking("x")) == []
    assert await suggestions(service, "zone", asking("\x00")) == []
    assert set(COMPLETIONS) >= {"topic", "paper", "zone", "date", "week", "month"}
