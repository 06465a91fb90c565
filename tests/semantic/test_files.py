"""The model is used only where its files are the right ones, and brought only when asked for."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.errors import UserError
from bot.fetch import Fetcher
from bot.semantic import files
from bot.semantic.fetching import fetch_model
from bot.semantic.files import Place, check, find_model
from tests.semantic.tiny_model import write_model

BASE = "https://hub.example"


def test_the_setting_names_the_folder_or_turns_it_off(tmp_path: Path) -> None:
    assert find_model(str(tmp_path), tmp_path) == Place(tmp_path, "SEMANTIC_MODEL")
    assert find_model("OFF", tmp_path) is None


def test_without_a_setting_the_package_comes_before_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PACKAGE", "a_package_nobody_has")
    assert find_model(None, tmp_path / "missing") is None
    assert find_model(None, tmp_path) == Place(tmp_path, "the cache")

    (tmp_path / "invented_model_package").mkdir()
    (tmp_path / "invented_model_package" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(files, "PACKAGE", "invented_model_package")
    package = tmp_path / "invented_model_package" / "model"
    assert find_model(None, tmp_path) == Place(package, "the installed data package")


def test_a_missing_or_other_file_is_named(tmp_path: Path) -> None:
    expected = write_model(tmp_path)
    check(tmp_path, expected)

    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(UserError, match=r"tokenizer\.json is not the file") as damaged:
        check(tmp_path, expected)
    assert damaged.value.code == "model_damaged"

    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(UserError, match=r"no readable model\.safetensors") as missing:
        check(tmp_path, expected)
    assert "model fetch" in missing.value.hint


class Once(httpx.AsyncByteStream):
    """A body as it comes from the network."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body


class Hub:
    """The model's repository, as far as we use it."""

    def __init__(self, bodies: dict[str, bytes]) -> None:
        self.bodies = bodies
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        body = self.bodies.get(request.url.path.rpartition("/")[2])
        return httpx.Response(404, stream=Once(b"")) if body is None else httpx.Response(200, stream=Once(body))

    @property
    def hashes(self) -> dict[str, str]:
        return {name: hashlib.sha256(body).hexdigest() for name, body in self.bodies.items()}


async def bring(hub: Hub, cache: Path, expected: dict[str, str]) -> int:
    fetcher = Fetcher(trusted=(BASE,), transport=httpx.MockTransport(hub))
    try:
        return await fetch_model(fetcher, BASE, cache, expected)
    finally:
        await fetcher.close()


async def test_files_are_brought_once(tmp_path: Path) -> None:
    hub = Hub({"model.safetensors": b"weights", "tokenizer.json": b"words"})

    assert await bring(hub, tmp_path / "cache", hub.hashes) == 2
    assert await bring(hub, tmp_path / "cache", hub.hashes) == 0
    assert hub.asked[0] == "/sentence-transformers/all-MiniLM-L6-v2/resolve/main/model.safetensors"
    check(tmp_path / "cache", hub.hashes)


async def test_another_file_than_the_expected_one_is_not_kept(tmp_path: Path) -> None:
    hub = Hub({"model.safetensors": b"something else"})

    with pytest.raises(UserError) as refused:
        await bring(hub, tmp_path, {"model.safetensors": hashlib.sha256(b"weights").hexdigest()})
    assert refused.value.code == "model_damaged"
    assert not (tmp_path / "model.safetensors").exists()


async def test_a_repository_that_has_no_such_file_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="answered 404"):
        await bring(Hub({}), tmp_path, {"model.safetensors": "0" * 64})


async def test_a_folder_that_cannot_be_written_is_an_error_in_words(tmp_path: Path) -> None:
    hub = Hub({"model.safetensors": b"weights"})
    (tmp_path / "cache").write_text("a file where the folder should be")

    with pytest.raises(UserError, match="cannot be kept"):
        await bring(hub, tmp_path / "cache", hub.hashes)
