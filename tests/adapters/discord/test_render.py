"""What Discord gets of each view: within every limit, with nothing lost, and nobody's title in charge of it."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.panels import channel
from adapters.discord.render import fallback, render
from bot.buttons import Button, Effect
from bot.ports import Payload
from bot.views import CardList, DigestPost, Field, Notice, PaperCard, PaperDetail, Tone, View
from tests.adapters.anything import ANY_VIEW, TEXT, cards
from tests.adapters.discord.limits import all_text, check, check_plain, parts, texts
from tests.adapters.discord.views import CARDS, HOSTILE, SHARE, TURN, VIEWS, make_card
from tests.builders import make_digest, make_list

GOLDEN = Path(__file__).parents[2] / "golden" / "discord"


@pytest.mark.parametrize("name", VIEWS)
def test_messages_are_as_recorded(name: str) -> None:
    """REWRITE_GOLDEN=1 records anew; the difference is to be read."""
    path = GOLDEN / f"{name}.json"
    drawn = {"messages": render(VIEWS[name]), "fallback": fallback(VIEWS[name])}
    if os.environ.get("REWRITE_GOLDEN"):
        path.write_text(json.dumps(drawn, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert drawn == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_keeps_every_limit(name: str) -> None:
    for payload in render(VIEWS[name]):
        check(payload)
    check_plain(fallback(VIEWS[name]))


def test_recorded_messages_are_those_of_todays_views() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(VIEWS)


# --- any list of papers -----------------------------------------------------------------------------------------

NUMBERED = st.integers(0, 2).flatmap(
    lambda size: st.sampled_from([0, 300, 1400]).map(lambda tail: f"https://example.org/{size}/{'p' * tail}")
)
"""Addresses that Discord takes, short and long."""
SHOWN = st.lists(cards(NUMBERED), max_size=12, unique_by=lambda one: one.ranked.paper.id)


def lists_of(papers: list[PaperCard]) -> list[View]:
    ranked = tuple(card.ranked for card in papers)
    return [
        CardList(
            title=papers[0].title if papers else "",
            papers=make_list(*ranked, total=500),
            cards=tuple(papers),
            buttons=(TURN, SHARE),
        ),
        DigestPost(
            digest=make_digest(*ranked), title="Trending", date_line="Today", cards=tuple(papers), footer=("x",)
        ),
    ]


@settings(max_examples=60, deadline=None)
@given(SHOWN)
def test_any_list_fits_and_loses_no_paper(papers: list[PaperCard]) -> None:
    for view in lists_of(papers):
        payloads = render(view)
        for payload in payloads:
            check(payload)
        shown = all_text(payloads)
        assert all(card.url in shown for card in papers)
        check_plain(fallback(view))


@settings(max_examples=40, deadline=None)
@given(ANY_VIEW)
def test_any_view_fits(view: View) -> None:
    for payload in render(view):
        check(payload)
    check_plain(fallback(view))


def test_buttons_that_need_a_second_message_have_words_above_them() -> None:
    buttons = tuple(Button(f"Choice {number}", f"choose {number}", Effect.ANSWER) for number in range(60))
    first, *others = render(Notice(tone=Tone.INFO, text="Choose one.", buttons=buttons))
    assert texts(first) == ["Choose one."]
    assert [texts(payload) for payload in others] == [["-# Continued"]]
    assert sum(part["type"] == 2 for payload in (first, *others) for part in parts(payload)) == 60


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT)
def test_any_text_fits_whole_wherever_it_stands(words: str, others: str) -> None:
    button = Button(words, others, Effect.ANSWER)
    for view in (
        PaperDetail(card=CARDS[0], fields=(Field(words, others),) * 20, abstract=words, notes=(others,)),
        Notice(tone=Tone.ERROR, text=words, hint=others, reference=words[:8], buttons=(button,) * 2),
    ):
        for payload in render(view):
            check(payload)
        check_plain(fallback(view))


# --- titles -----------------------------------------------------------------------------------------------------


def test_a_plain_title_is_a_link() -> None:
    assert "### 1 · [Sparse attention for long texts](https://arxiv.org/abs/2603.00001)" in all_text(
        render(VIEWS["list"])
    )


def test_a_title_full_of_marks_stands_escaped_before_its_link() -> None:
    """Nothing can be escaped inside a link's label: discord-api-docs#6185."""
    line = next(line for line in all_text(render(VIEWS["list"])).splitlines() if "Free" in line)
    title, link = line.removeprefix("### 2 · ").rsplit(" · ", 1)
    assert link == "[read](https://arxiv.org/abs/2603.00002)"
    assert title.replace("\\", "") == HOSTILE
    for mark in ("**", "@everyone", "<@", "[gift](", "`", "||", "~~", "://"):
        assert f"\\{mark}" in title or mark not in title


def test_a_paper_without_an_address_keeps_its_title() -> None:
    view = PaperDetail(card=make_card(1, "No [place]", url="javascript:alert(1)"), fields=(), abstract="")
    shown = all_text(render(view))
    assert "No \\[place\\]" in shown
    assert "javascript" not in shown


# --- how much is shown ------------------------------------------------------------------------------------------


def of(count: int, **changes: Any) -> CardList:
    listed = tuple(make_card(number, **changes) for number in range(1, 2 * count, 2))
    return CardList(title="Papers", papers=make_list(), cards=listed, buttons=(TURN, SHARE))


def test_ten_pictured_papers_fit_into_one_message() -> None:
    """Its buttons turn the whole list."""
    assert len(render(of(10, summary="A word " * 30))) == 1


def test_links_are_shown_while_there_is_room() -> None:
    assert "[Code]" in all_text(render(of(5)))
    assert "[Code]" not in all_text(render(of(10, summary="A word " * 30)))


def test_what_fits_into_no_single_message_comes_whole_in_several() -> None:
    long = f"https://example.org/{'p' * 900}"
    payloads = render(of(9, url=long))
    assert len(payloads) > 1
    assert all_text(payloads).count(long) == 9
    assert "[Code]" in all_text(payloads)
    assert any(part["type"] == 1 for part in parts(payloads[-1]))


def test_a_long_abstract_comes_whole() -> None:
    words = " ".join(f"word{number}" for number in range(2000))
    payloads = render(PaperDetail(card=CARDS[0], fields=(), abstract=words))
    assert [word for word in all_text(payloads).split() if word.startswith("word")] == words.split()
    assert len(payloads) > 1


def test_one_text_in_several_pieces_has_no_line_between_them() -> None:
    whole = render(PaperDetail(card=CARDS[0], fields=(), abstract="word " * 300))
    short = render(PaperDetail(card=CARDS[0], fields=(), abstract="word"))
    lines = [sum(part["type"] == 14 for part in parts(payloads[0])) for payloads in (whole, short)]
    assert len(whole) == 1
    assert lines[0] == lines[1]


def test_a_preview_says_that_it_is_one() -> None:
    assert "not posted, not counted" in all_text(render(VIEWS["preview"]))
    assert "not posted" not in all_text(render(VIEWS["digest"]))


def with_buttons(count: int) -> tuple[PaperCard, ...]:
    pressed = [
        (Button(f"👍 {n}", f"vote {n} up", Effect.COUNT), Button("Save", f"save {n}", Effect.COUNT))
        for n in range(count)
    ]
    return tuple(make_card(2 * number + 1, buttons=buttons) for number, buttons in enumerate(pressed))


def pressable(payloads: list[Payload]) -> int:
    return sum(part["type"] == 2 for payload in payloads for part in parts(payload))


def test_a_digest_keeps_the_buttons_of_each_paper_in_as_many_messages_as_it_takes() -> None:
    cards = with_buttons(10)
    view = DigestPost(digest=make_digest(), title="Trending", date_line="Today", cards=cards, footer=())
    assert pressable(render(view)) == 30
    assert len(render(view)) == 2


def four(number: int) -> tuple[Button, ...]:
    verbs = {"👍": Effect.COUNT, "👎": Effect.COUNT, "Save": Effect.ANSWER, "Similar": Effect.ANSWER}
    return tuple(Button(label, f"{label} 2603.{number:05}", effect) for label, effect in verbs.items())


def test_abstracts_are_behind_a_button_of_each_paper_unless_they_are_not_wanted() -> None:
    """Four papers with five buttons and a picture are one message; they would be none with a line between them."""
    cards = tuple(make_card(number, buttons=four(number)) for number in (1, 3, 5, 7))
    view = DigestPost(digest=make_digest(), title="Trending", date_line="Today", cards=cards, footer=("4 matched",))
    (message,) = render(view)
    assert sum(part.get("label") == "Details" for part in parts(message)) == 4
    assert "b1:answer:paper 2603.00001" in {part.get("custom_id") for part in parts(message)}
    assert "Details" not in json.dumps(render(replace(view, details=False)))


def test_a_list_shows_buttons_of_papers_while_they_leave_it_one_message() -> None:
    few, many = (
        CardList(title="x", papers=make_list(), cards=with_buttons(count), buttons=(TURN, SHARE)) for count in (4, 10)
    )
    assert (pressable(render(few)), len(render(few))) == (10, 1)
    assert (pressable(render(many)), len(render(many))) == (2, 1)


def test_equal_buttons_are_drawn_once() -> None:
    button = Button("Preview", "digest preview", Effect.ANSWER)
    view = Notice(tone=Tone.OK, text="Done.", buttons=(button, button))
    assert sum(part["type"] == 2 for part in parts(render(view)[0])) == 1


# --- the fallback -----------------------------------------------------------------------------------------------


def links_in(payload: Payload) -> int:
    return str(payload["content"]).count("https://arxiv.org/abs/")


def test_the_fallback_names_every_paper_and_opens_no_previews() -> None:
    payload = fallback(VIEWS["list"])
    assert links_in(payload) == 3
    assert payload["flags"] == 1 << 2


def test_the_fallback_shortens_titles_before_it_drops_papers() -> None:
    assert links_in(fallback(of(20, title="word " * 60))) == 20


def test_a_fallback_that_cannot_hold_all_says_so() -> None:
    payload = fallback(of(60))
    assert 10 < links_in(payload) < 60
    assert "60 papers in all" in str(payload["content"])


# --- channels ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "drawn"),
    [
        ("discord:900:901", "<#901>"),
        ("discord:@me:77", "<@77>"),
        ("slack:T1:C1", "`slack:T1:C1`"),
        ("discord:900:general", "`discord:900:general`"),
        ("nonsense", "`nonsense`"),
    ],
)
def test_a_channel_is_named_by_discord_to_those_who_may_see_it(key: str, drawn: str) -> None:
    assert channel(key) == drawn


def test_a_long_text_falls_back_to_its_first_whole_lines() -> None:
    view = PaperDetail(card=CARDS[0], fields=(), abstract="\n".join("word " * 20 for _ in range(60)))
    content = str(fallback(view)["content"])
    assert content.endswith("\n…")
    assert "https://arxiv.org/abs/2603.00001" in content


def test_a_digest_calls_the_role_it_is_told_to_and_its_preview_calls_nobody() -> None:
    view = VIEWS["digest"]
    assert isinstance(view, DigestPost)
    called, *_ = render(replace(view, ping="123456789012345678"))
    assert called["allowed_mentions"] == {"parse": [], "roles": ["123456789012345678"]}
    assert "<@&123456789012345678>" in str(called)
    quiet, *_ = render(replace(view, ping="123456789012345678", preview=True))
    assert quiet["allowed_mentions"] == {"parse": []}
    assert "<@&" not in str(quiet)
