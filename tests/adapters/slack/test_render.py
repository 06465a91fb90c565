"""Views as Block Kit: golden payloads, limits under any input, nothing lost, nothing that acts as markup."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from adapters.slack.blocks import actions, effect_of
from adapters.slack.render import fallback, render, thread
from adapters.slack.text import address
from bot.buttons import Button, Effect
from bot.models import PaperList
from bot.plain import length
from bot.ports import Payload
from bot.views import CardList, ChannelLine, ChannelList, DigestPost, Notice, PaperCard, PaperDetail, View
from tests.adapters.anything import ANY_VIEW, CARD, CARDS
from tests.adapters.examples import EXAMPLES
from tests.adapters.slack.golden import FOLDER, PAPERS_TOLD, VIEWS, written
from tests.adapters.slack.limits import marked_up, problems, texts
from tests.builders import NOON, make_list, make_ranked


def as_text(payloads: list[Payload]) -> str:
    return json.dumps(payloads, ensure_ascii=False)


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_each_view_is_drawn_as_agreed(name: str) -> None:
    assert written(render(VIEWS[name])) == (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def test_what_a_digest_says_in_its_thread_is_drawn_as_agreed() -> None:
    assert written(thread(PAPERS_TOLD)) == (FOLDER / "thread.json").read_text(encoding="utf-8")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(ANY_VIEW)
def test_whatever_a_view_holds_its_messages_are_within_slacks_limits(view: View) -> None:
    payloads = render(view, closing="Shared by @ada")
    assert [problem for payload in [*payloads, fallback(view), *thread(view)] for problem in problems(payload)] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(CARDS)
def test_every_papers_address_is_in_the_messages_and_in_the_fallback(cards: tuple[PaperCard, ...]) -> None:
    view = CardList(title="t", papers=PaperList(as_of=NOON, papers=(), total=0), cards=cards, empty="none")
    wanted = {address(card.url) for card in cards} - {None}
    drawn = {element["url"] for element in _links(render(view))}
    assert wanted <= drawn
    plain = str(fallback(view)["text"]).replace("&amp;", "&")
    assert all(url in plain for url in wanted if url)


def _links(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        return [node] if node.get("type") == "link" else [link for value in node.values() for link in _links(value)]
    return [link for value in node for link in _links(value)] if isinstance(node, list) else []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(CARD)
def test_parsed_text_holds_only_links_of_our_own_making(card: PaperCard) -> None:
    (payload,) = render(PaperDetail(card=card, fields=(), abstract=""))
    for text in marked_up(payload):
        opened = [piece.split("|")[0] for piece in text.split("<")[1:]]
        assert all(target.startswith(("http://", "https://")) for target in opened)
        assert text.count("<") == text.count(">") == text.count("|")


def test_titles_never_meet_mrkdwn() -> None:
    for view in EXAMPLES.values():
        assert all("Attention" not in text for payload in render(view) for text in marked_up(payload))


def test_mentions_in_the_notification_text_are_escaped() -> None:
    (payload,) = render(VIEWS["list"])
    assert "&lt;!channel&gt;" in str(payload["text"])
    assert "<" not in str(payload["text"])


def test_the_text_tells_a_screen_reader_rank_title_and_facts() -> None:
    (payload,) = render(VIEWS["digest"])
    assert "Trending papers · Tuesday 10 March 2026" in str(payload["text"])
    assert "2. 注意機構を疎にする" in str(payload["text"])
    assert "▲ 63 · ★ 1,204" in str(payload["text"])


def test_a_preview_says_that_it_does_not_count() -> None:
    assert "Preview, not counted" in as_text(render(VIEWS["preview"]))
    assert "Preview" not in as_text(render(VIEWS["digest"]))


def test_a_quiet_day_says_why() -> None:
    assert "arXiv announces nothing today (holiday)." in as_text(render(VIEWS["quiet_digest"]))


def test_ten_papers_with_long_texts_fit_one_message_or_more_but_no_card_is_torn() -> None:
    card = replace(_card(), title="t" * 400, summary="s" * 900, facts=("f" * 900,))
    cards = (card,) * 10
    payloads = render(CardList(title="t", papers=PaperList(as_of=NOON, papers=(), total=0), cards=cards))
    assert len(payloads) == 2
    for payload in payloads:
        kinds = [block["type"] for block in payload["blocks"] if block["type"] in {"rich_text", "context"}]  # type: ignore[attr-defined]  # a payload's values are JSON
        assert kinds == ["rich_text", "context"] * (len(kinds) // 2)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("slack:T1:C1", {"type": "channel", "channel_id": "C1"}),
        ("slack:T1:U1", {"type": "text", "text": "a direct message"}),
        ("slack:T1:<!here>", {"type": "text", "text": "slack:T1:<!here>"}),
        ("discord:1:2", {"type": "text", "text": "discord:1:2"}),
        ("nowhere", {"type": "text", "text": "nowhere"}),
    ],
)
def test_a_channel_is_shown_as_slack_shows_it_to_each_reader(key: str, shown: dict[str, str]) -> None:
    (payload,) = render(ChannelList(title="t", channels=(ChannelLine(key, "active", "daily", None),)))
    assert str(shown) in str(payload)


def test_a_long_abstract_is_shown_whole() -> None:
    abstract = " ".join(f"word{number}" for number in range(2000))
    payloads = render(PaperDetail(card=_card(), fields=(), abstract=abstract))
    shown = " ".join(text for payload in payloads for text in texts(payload["blocks"]))
    assert all(f"word{number} " in f"{shown} " for number in range(2000))


def _card() -> PaperCard:
    return PaperCard(ranked=make_ranked(), title="t", url="https://arxiv.org/abs/2603.00001", summary="", facts=())


def test_a_button_carries_its_command_and_its_effect() -> None:
    (block,) = actions([Button(effect.name, "trending page:2", effect) for effect in Effect])
    elements: Any = block["elements"]
    assert [(effect_of(element["action_id"]), element["value"]) for element in elements] == [
        (effect, "trending page:2") for effect in Effect
    ]


@pytest.mark.parametrize("word", ["<b> ", "&", "a&b ", "𝒙<"])
def test_what_is_read_aloud_fits_also_where_signs_are_escaped(word: str) -> None:
    payloads = render(PaperDetail(card=_card(), fields=(), abstract=word * 3000))
    for payload in payloads:
        text = str(payload["text"])
        assert length(text) <= 4000
        assert re.sub("&(amp|lt|gt);", "", text).count("&") == 0


def test_a_screen_reader_tells_the_buttons_of_a_list_apart() -> None:
    buttons = (Button("👍 3", "vote 2603.00001 up", Effect.COUNT), Button("Save", "save 2603.00001", Effect.ANSWER))
    cards = tuple(replace(_card(), ranked=make_ranked(rank=rank), buttons=buttons) for rank in (1, 2))
    drawn: Any = render(CardList(title="Papers", papers=make_list(), cards=cards))
    said = [
        element["accessibility_label"]
        for payload in drawn
        for block in payload["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    assert said == ["👍 3, paper 1", "Save, paper 1", "👍 3, paper 2", "Save, paper 2"]


def test_a_command_too_long_for_a_button_has_none() -> None:
    assert actions([Button("Next", "x" * 2001, Effect.REPLACE)]) == []


@pytest.mark.parametrize("action_id", ["turn:v2:0", "turn", "vote:v1:0", ""])
def test_buttons_of_other_versions_are_not_understood(action_id: str) -> None:
    assert effect_of(action_id) is None


@pytest.mark.parametrize(
    ("ping", "element"),
    [
        ("here", {"type": "broadcast", "range": "here"}),
        ("S0123456", {"type": "usergroup", "usergroup_id": "S0123456"}),
    ],
)
def test_a_digest_calls_whom_it_is_told_to_and_its_preview_calls_nobody(ping: str, element: dict[str, str]) -> None:
    view = VIEWS["digest"]
    assert isinstance(view, DigestPost)
    assert str(element) in str(render(replace(view, ping=ping)))
    assert str(element) not in str(render(replace(view, ping=ping, preview=True)))
    assert "broadcast" not in str(render(view))


def test_a_button_that_slack_cannot_carry_is_not_dropped_in_silence() -> None:
    view = EXAMPLES["notice"]
    assert isinstance(view, Notice)
    long, short = Button("Next ▶", "search " + "x" * 2000, Effect.REPLACE), Button("Help", "help", Effect.ANSWER)
    (payload,) = render(replace(view, buttons=(long, short)))
    assert "too long for buttons (Next ▶)" in str(payload["blocks"])
    assert "too long for buttons (Next ▶)" in str(payload["text"])
    assert "too long" not in str(render(replace(view, buttons=(short,))))
