"""Discord's limits on a message, counted apart from the code that keeps them."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.ports import Payload


def parts(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every component of a message."""
    for child in node.get("components", ()):
        yield child
        yield from parts(child)
    accessory = node.get("accessory")
    if accessory:
        yield accessory


def texts(payload: Payload) -> list[str]:
    return [part["content"] for part in parts(payload) if part["type"] == 10]


def all_text(payloads: list[Payload]) -> str:
    return "\n".join(text for payload in payloads for text in texts(payload))


def check(payload: Payload) -> None:
    """https://docs.discord.com/developers/components/reference and discord-api-docs#8554."""
    assert payload["flags"] == 1 << 15
    assert payload["allowed_mentions"] == {"parse": []}
    found = list(parts(payload))
    written = texts(payload)
    assert len(found) <= 40
    assert written
    assert all(text.strip() for text in written)
    assert sum(len(text.encode("utf-16-le")) // 2 for text in written) <= 4000
    assert sum(len(text.encode()) for text in written) <= 10_000
    ids = [part["custom_id"] for part in found if "custom_id" in part]
    assert len(ids) == len(set(ids))
    assert all(1 <= len(custom_id) <= 100 for custom_id in ids)
    for row in (part for part in found if part["type"] == 1):
        assert 1 <= len(row["components"]) <= 5
    for button in (part for part in found if part["type"] == 2):
        assert 1 <= len(button["label"]) <= 80
        assert len(button.get("url", "")) <= 512


def check_plain(payload: Payload) -> None:
    content = payload["content"]
    assert isinstance(content, str)
    assert content.strip()
    assert len(content.encode("utf-16-le")) // 2 <= 2000
    assert "components" not in payload
    assert payload["allowed_mentions"] == {"parse": []}
