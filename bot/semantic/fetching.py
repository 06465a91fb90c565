"""Bringing the model here, when somebody asks for it; it is never fetched silently."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from bot.errors import UserError
from bot.fetch import Fetcher, FetchError, Limits, Request
from bot.semantic.files import FILES, NAME, fingerprint

LIMITS = Limits(raw_bytes=100 << 20, decompressed_bytes=100 << 20, seconds=1800)
"""For a fetcher of the model: its weights are 91 MB."""


async def fetch_model(fetcher: Fetcher, base_url: str, cache: Path, files: Mapping[str, str] = FILES) -> int:
    """Bring the files into the cache, each only once it is whole and the right one. Returns how many were brought.

    Raises:
        UserError: `model_unreachable`, `model_damaged`, `not_writable`.
    """
    brought = 0
    for name, expected in files.items():
        if fingerprint(cache / name) == expected:
            continue
        url = f"{base_url}/sentence-transformers/{NAME}/resolve/main/{name}"
        try:
            answer = await fetcher.fetch(Request(url=url, label="The model's repository", lane="model", accept="*/*"))
        except FetchError as error:
            raise UserError("model_unreachable", str(error), "Search by words goes on; try again later.") from None
        if hashlib.sha256(answer.body).hexdigest() != expected:
            raise UserError("model_damaged", f"{name} arrived, but is not the file it should be.", "Try again later.")
        _keep(cache / name, answer.body)
        brought += 1
    return brought


def _keep(path: Path, body: bytes) -> None:
    """Under its name only once it is written whole."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(body)
        part.replace(path)
    except OSError as error:
        raise UserError(
            "not_writable", f"The model cannot be kept in {path.parent}: {error.strerror}.", "Make room there."
        ) from None
