"""Starting sets of topics: readable files, found by name wherever topics are typed."""

from typing import Any

import pytest

from bot.answers import as_json
from bot.commands.completing import Asking, suggestions
from bot.errors import UsageError
from bot.models import Topics
from bot.service.wishes import check_topics
from bot.topics import compile_term, compile_topics
from bot.topics.presets import Preset, parse_presets, presets
from bot.views import Form, Help, Notice
from tests.builders import CHANNEL, make_paper
from tests.service import Desk, make_desk

ABOUT = {
    "agents": "A web agent that learns tool use",
    "audio": "Text-to-speech for many speakers",
    "bio": "Proteins folded in silico",
    "code": "Code generation with unit tests",
    "data": "Synthetic data, selected and annotated",
    "generation": "Video generation by flow matching",
    "graphs": "Graph neural networks for forecasting",
    "llm": "Instruction tuning of large language models",
    "multimodal": "Visual question answering with an MLLM",
    "reasoning": "Process rewards for mathematical reasoning",
    "retrieval": "Reranking for retrieval-augmented generation",
    "rl": "Offline RL with better bandits",
    "robotics": "Humanoids that learn locomotion",
    "safety": "Jailbreaks and how red teaming finds them",
    "systems": "Quantization of the KV cache",
    "theory": "A sharper generalization bound",
    "vision": "Object detection and segmentation, again",
}
ALL = list(presets().values())


def title_fits(preset: Preset, title: str) -> bool:
    paper = make_paper(title=title, abstract="", categories=())
    return compile_topics(preset.topics).match(paper) is not None


@pytest.mark.parametrize("preset", ALL, ids=lambda one: one.name)
def test_each_is_readable_distinct_and_small_enough_to_be_saved(preset: Preset) -> None:
    check_topics(preset.topics)
    assert preset.title[0].isupper()
    assert preset.summary.endswith(".")
    assert 5 <= len(preset.topics.include) <= 16
    meanings = [compile_term(term) for term in preset.topics.include]
    assert len(meanings) == len(set(meanings)), "no term is there twice"


@pytest.mark.parametrize("preset", ALL, ids=lambda one: one.name)
def test_each_finds_what_it_is_about_and_not_a_paper_about_bread(preset: Preset) -> None:
    assert title_fits(preset, ABOUT[preset.name])
    assert not title_fits(preset, "How sourdough rises in a cold kitchen")


def test_every_subject_has_one() -> None:
    assert set(presets()) == set(ABOUT)
    assert {"llm", "vision", "robotics", "rl", "audio", "bio", "theory", "systems", "safety"} <= set(presets())


def test_they_are_named_by_name_or_title_and_several_at_once() -> None:
    assert [one.name for one in parse_presets("LLM, computer vision")] == ["llm", "vision"]
    with pytest.raises(UsageError, match="Did you mean `robotics`"):
        parse_presets("robotic")


@pytest.fixture
async def desk() -> Desk:
    return make_desk()


async def saved(desk: Desk) -> Topics:
    return (await desk.service.channels.get(CHANNEL)).topics


async def test_a_digest_starts_with_a_preset(desk: Desk) -> None:
    await desk.ask("digest subscribe weekly preset:robotics")
    assert await saved(desk) == presets()["robotics"].topics
    await desk.ask("digest subscribe weekly preset:audio")
    both = {*presets()["robotics"].topics.include, *presets()["audio"].topics.include}
    assert set((await saved(desk)).include) == both


async def test_topics_take_presets_beside_words_and_give_them_back(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    await desk.ask("digest topics add tactile preset:robotics")
    assert (await saved(desk)).include == ("tactile", *presets()["robotics"].topics.include)
    await desk.ask("digest topics remove preset:robotics")
    assert (await saved(desk)).include == ("tactile",)


async def test_the_form_says_there_are_presets_and_takes_them_by_name(desk: Desk) -> None:
    form = await desk.ask("digest settings")
    assert isinstance(form, Form)
    (field,) = [field for field in form.fields if field.option == "topics"]
    assert "preset:NAME" in field.hint
    assert all(name in presets() for name in field.hint.split(":")[2].split("…")[0].strip().split(", "))
    await desk.ask('digest settings topics:"preset:rl,tactile" time:9:00')
    assert (await saved(desk)).include == (*presets()["rl"].topics.include, "tactile")


async def test_a_wrong_name_is_told_at_its_option(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    view = await desk.ask("digest topics add preset:robotic")
    assert isinstance(view, Notice)
    assert (view.code, view.option) == ("preset", "preset")


async def test_help_and_suggestions_offer_all_of_them(desk: Desk) -> None:
    view = await desk.ask("help")
    assert isinstance(view, Help)
    assert all(name in view.notes[0] for name in presets())
    asking = Asking(typed="", channel=CHANNEL, given={})
    assert {one.value for one in await suggestions(desk.service, "preset", asking)} == set(presets())
    asking = Asking(typed="preset:rob", channel=CHANNEL, given={})
    offered: Any = [one.value for one in await suggestions(desk.service, "terms", asking)]
    assert offered[0] == "preset:robotics"
    assert as_json(view)
