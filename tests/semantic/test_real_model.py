"""With the real model, where it is installed, texts of one meaning are close whatever their words."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot import __main__ as root
from bot import cli
from bot.semantic.files import check, find_model
from bot.semantic.minilm import MiniLm

PLACE = find_model(None, Path("there is no cache in a test"))
needs_model = pytest.mark.skipif(PLACE is None, reason="needs the model: requirements/model.txt")


@needs_model
def test_close_in_meaning_is_close() -> None:
    assert PLACE is not None
    check(PLACE.folder)
    cat, kitten, lattice = MiniLm(PLACE.folder).encode(
        ["A man is eating food.", "Somebody has a meal", "Quantum chromodynamics on the lattice"]
    )

    assert np.dot(cat, kitten) > 0.6
    assert abs(np.dot(cat, lattice)) < 0.2


def collection(folder: Path) -> Path:
    texts = {"1": "A man is eating food", "2": "Ships at sea", "3": "A star explodes", "4": "Steel bridges"}
    (folder / "corpus.jsonl").write_text(
        "\n".join(json.dumps({"_id": name, "title": text, "text": ""}) for name, text in texts.items())
    )
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "supernova"}))
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\t3\t1\n")
    return folder


def evaluated(folder: Path, monkeypatch: pytest.MonkeyPatch, setting: str | None) -> dict[str, object]:
    monkeypatch.chdir(folder)
    if setting is None:
        monkeypatch.delenv("SEMANTIC_MODEL", raising=False)
    else:
        monkeypatch.setenv("SEMANTIC_MODEL", setting)
    ended = CliRunner().invoke(cli.build(root), ["eval-search", str(collection(folder)), "--json"])
    assert ended.exit_code == 0, ended.output
    told: dict[str, object] = json.loads(ended.stdout)
    return told


@needs_model
def test_eval_search_finds_by_meaning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = evaluated(tmp_path, monkeypatch, None)

    assert (told["mode"], told["ndcg@10"]) == ("fused", 1.0)


def test_eval_search_without_a_model_goes_by_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = evaluated(tmp_path, monkeypatch, "off")

    assert (told["mode"], told["documents"], told["queries"], told["ndcg@10"]) == ("bm25", 4, 1, 0.0)


def test_a_model_that_is_not_there_is_words_alone_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = evaluated(tmp_path, monkeypatch, str(tmp_path / "nowhere"))

    assert told["mode"] == "bm25"
