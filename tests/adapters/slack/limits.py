"""Slack's documented limits, checked over a payload; written apart from the renderer on purpose."""

import json
from collections.abc import Iterator
from typing import Any, cast

from bot.ports import Payload

TEXTS = {"header": 150, "section": 3000}
KNOWN = {"header", "section", "context", "rich_text", "actions", "divider"}


def problems(payload: Payload) -> list[str]:
    """Each rule that a message breaks; empty for one that Slack takes."""
    blocks = cast("list[dict[str, Any]]", payload.get("blocks", []))
    found = [problem for block in blocks for problem in _of_block(block)]
    if len(blocks) > 50:
        found.append(f"{len(blocks)} blocks")
    if size(blocks) > 12_000:
        found.append(f"{size(blocks)} characters in blocks")
    if not 0 < units(str(payload["text"])) <= 40_000:
        found.append(f"{units(str(payload['text']))} characters of text")
    if payload["unfurl_links"] or payload["unfurl_media"] or payload["mrkdwn"]:
        found.append("previews or formatting")
    written = json.dumps(payload, ensure_ascii=False)
    if "\\u0000" in written or any(0xD800 <= ord(character) <= 0xDFFF for character in written):
        found.append("a character that cannot be drawn")
    return found


def size(blocks: list[dict[str, Any]]) -> int:
    return sum(units(text) for block in blocks for text in texts(block)) + 125 * len(blocks)


def units(text: str) -> int:
    """Code units of JavaScript."""
    return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


def texts(node: Any) -> Iterator[str]:
    """Every text that people read."""
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from texts(value)
    if isinstance(node, dict) and isinstance(node.get("text"), str):
        yield node["text"]


def marked_up(node: Any) -> Iterator[str]:
    """Every text that Slack parses."""
    if isinstance(node, dict) and node.get("type") == "mrkdwn":
        yield str(node["text"])
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from marked_up(value)


def _of_block(block: dict[str, Any]) -> list[str]:
    kind = block["type"]
    found = [] if kind in KNOWN else [f"a block of type {kind}"]
    if kind in TEXTS and not 0 < units(block["text"]["text"]) <= TEXTS[kind]:
        found.append(f"{kind} of {units(block['text']['text'])}")
    if kind == "context" and not 0 < len(block["elements"]) <= 10:
        found.append("context elements")
    if kind in {"context", "rich_text", "section", "header"} and not all(texts(block)):
        found.append("an empty text")
    if kind == "context" and any(units(text) > 3000 for text in texts(block)):
        found.append("context text")
    identifiers = [button["action_id"] for button in _buttons(block)]
    if len(set(identifiers)) != len(identifiers):
        found.append("two buttons with one id in a block")
    if kind == "actions" and not 0 < len(block["elements"]) <= 25:
        found.append("action elements")
    return found + [problem for button in _buttons(block) for problem in _of_button(button)]


def _buttons(block: dict[str, Any]) -> list[dict[str, Any]]:
    return block["elements"] if block["type"] == "actions" else []


def _of_button(button: dict[str, Any]) -> list[str]:
    limits = ((button["text"]["text"], 75), (button["value"], 2000), (button["action_id"], 255))
    return [f"button text of {units(text)}" for text, limit in limits if not 0 < units(text) <= limit]
