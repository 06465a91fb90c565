"""Counts after a press: drawn in place, in order, however many press at once."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.asked import Pressed
from adapters.slack.blocks import actions, rich_text
from adapters.slack.relabel import Labels, relabelled, unstyled
from bot.buttons import Button, Effect
from bot.plain import length
from bot.ports import SendError

UP, DOWN, SIMILAR = (
    Button("👍 1", "vote 2603.00001 up", Effect.COUNT),
    Button("👎", "vote 2603.00001 down", Effect.COUNT),
    Button("Similar", "similar 2603.00001", Effect.ANSWER),
)
MESSAGE = Pressed(
    channel="C1", timestamp="1.2", text="Papers", blocks=(rich_text(), *actions([UP, DOWN, SIMILAR]), *actions([UP]))
)


class FakeClient:
    """Takes updates while `open`, each after the turn of the loop that it needs; refuses as told first."""

    def __init__(self, *refusals: tuple[int, str]) -> None:
        self.refusals = list(refusals)
        self.updates: list[dict[str, Any]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.at_once = 0

    async def chat_update(self, **update: Any) -> None:
        self.at_once += 1
        assert self.at_once == 1
        await self.open.wait()
        self.at_once -= 1
        if self.refusals:
            status, error = self.refusals.pop(0)
            headers = {"Retry-After": "3"} if status == 429 else {}
            response = SimpleNamespace(status_code=status, data={"ok": False, "error": error}, headers=headers)
            raise SlackApiError("refused", cast("Any", response))  # type: ignore[no-untyped-call]  # slack_sdk has no types here
        self.updates.append(update)

    def labels(self) -> list[str]:
        return [one["text"]["text"] for block in self.updates[-1]["blocks"][1:] for one in block["elements"]]


def press(labels: Labels, client: FakeClient, *buttons: Button) -> Any:
    return labels.update(cast("AsyncWebClient", client), MESSAGE, buttons)


def test_only_buttons_of_the_same_command_change() -> None:
    before = list(MESSAGE.blocks)
    after = relabelled(before, [Button("👍 2", UP.command, Effect.COUNT)])
    shown = [one["text"]["text"] for block in after[1:] for one in cast("Any", block)["elements"]]
    assert shown == ["👍 2", "👎", "Similar", "👍 2"]
    assert relabelled(before, []) == before
    assert after[0] == before[0]


def test_a_new_count_is_said_too_with_the_paper_it_is_of() -> None:
    before = actions([UP, DOWN], "paper 1")
    after = relabelled(before, [Button("👍 2", UP.command, Effect.COUNT)])
    said = [one["accessibility_label"] for one in cast("Any", after[0])["elements"]]
    assert said == ["👍 2, paper 1", "👎, paper 1"]


def test_the_text_of_an_update_styles_nothing_and_fits() -> None:
    assert unstyled("1. *Less* is &lt;!channel&gt; `enough`") == "1. Less is &lt;!channel&gt; enough"
    assert length(unstyled("&amp;" * 4000)) <= 4000
    assert unstyled("*_*") == "Broadsheet"


async def test_presses_meanwhile_go_together_and_none_undoes_another() -> None:
    labels, client = Labels(), FakeClient()
    client.open.clear()
    presses = [
        asyncio.create_task(press(labels, client, Button(f"👍 {count}", UP.command, Effect.COUNT)))
        for count in range(2, 9)
    ]
    presses.append(asyncio.create_task(press(labels, client, Button("👎 1", DOWN.command, Effect.COUNT))))
    await asyncio.sleep(0)
    client.open.set()
    await asyncio.gather(*presses)
    assert client.labels() == ["👍 8", "👎 1", "Similar", "👍 8"]
    assert len(client.updates) == 2
    assert client.updates[-1]["text"] == "Papers"


async def test_a_press_that_brings_an_older_message_keeps_what_was_counted_meanwhile() -> None:
    labels, client = Labels(), FakeClient()
    await press(labels, client, Button("👍 2", UP.command, Effect.COUNT))
    await press(labels, client, Button("👎 1", DOWN.command, Effect.COUNT))
    assert client.labels()[:2] == ["👍 2", "👎 1"]


async def test_an_update_waits_as_long_as_slack_asks() -> None:
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    client = FakeClient((429, "ratelimited"), (503, "service_unavailable"))
    await press(Labels(pause), client, Button("👍 2", UP.command, Effect.COUNT))
    assert waits == [3.0, 2.0]
    assert len(client.updates) == 1


async def test_a_message_that_may_not_be_changed_is_tried_once() -> None:
    client = FakeClient((200, "is_archived"))
    with pytest.raises(SendError):
        await press(Labels(), client, Button("👍 2", UP.command, Effect.COUNT))
    assert client.updates == []


async def test_only_the_messages_pressed_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.relabel.REMEMBERED", 1)
    labels, client = Labels(), FakeClient()
    for timestamp in ("1.0", "2.0"):
        message = Pressed(channel="C1", timestamp=timestamp, text="", blocks=MESSAGE.blocks)
        await labels.update(cast("AsyncWebClient", client), message, [UP])
    assert len(labels._latest) == 1
