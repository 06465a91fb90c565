"""The forward pass: what must hold for any weights, and one against a plain reckoning of the same formulas."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from bot.semantic.minilm import Floats, MiniLm, load_safetensors
from tests.semantic.tiny_model import LAYERS, WIDTH, WORDS, write_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_model(tmp_path)
    return tmp_path


def test_vectors_have_length_one_and_do_not_depend_on_their_neighbours(folder: Path) -> None:
    model = MiniLm(folder)
    together = model.encode(["graph neural", "cooking", ""])

    assert together.shape == (3, WIDTH) == (3, model.dimensions)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    assert np.array_equal(together[1], model.encode(["cooking"])[0])
    assert not np.allclose(together[0], together[1])


def test_order_of_words_matters(folder: Path) -> None:
    first, second = MiniLm(folder).encode(["graph neural", "neural graph"])

    assert not np.allclose(first, second)


def test_is_the_published_formula(folder: Path) -> None:
    numbers = [WORDS.index(piece) for piece in ("[CLS]", "graph", "##s", "[SEP]")]

    expected = plain_forward(load_safetensors(folder / "model.safetensors"), numbers)

    assert np.allclose(MiniLm(folder).encode(["graphs"])[0], expected, atol=2e-3)


def test_a_file_that_is_cut_short_is_refused(folder: Path) -> None:
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[:100])

    with pytest.raises(ValueError, match="cut short"):
        MiniLm(folder)


def test_a_tokenizer_without_marks_is_refused(folder: Path) -> None:
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": {}}}))

    with pytest.raises(KeyError):
        MiniLm(folder)


def plain_forward(weights: dict[str, Floats], numbers: list[int]) -> Floats:
    """BERT in 64 bits, head by head: https://arxiv.org/abs/1810.04805."""
    wide = {name: tensor.astype(np.float64) for name, tensor in weights.items()}

    def dense(at: str, x: np.ndarray) -> np.ndarray:
        return np.asarray(x @ wide[f"{at}.weight"].T + wide[f"{at}.bias"])

    def norm(at: str, x: np.ndarray) -> np.ndarray:
        mean, spread = x.mean(-1, keepdims=True), x.std(-1, keepdims=True)
        return np.asarray((x - mean) / spread * wide[f"{at}.weight"] + wide[f"{at}.bias"])

    places = wide["embeddings.position_embeddings.weight"][: len(numbers)]
    kinds = wide["embeddings.token_type_embeddings.weight"][0]
    state = norm("embeddings.LayerNorm", wide["embeddings.word_embeddings.weight"][numbers] + places + kinds)
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}"
        query, key, value = (dense(f"{at}.attention.self.{name}", state) for name in ("query", "key", "value"))
        heads = []
        for start in range(0, WIDTH, 32):
            of_head = slice(start, start + 32)
            scores = np.exp(query[:, of_head] @ key[:, of_head].T / math.sqrt(32))
            heads.append(scores / scores.sum(-1, keepdims=True) @ value[:, of_head])
        attended = dense(f"{at}.attention.output.dense", np.concatenate(heads, axis=1))
        state = norm(f"{at}.attention.output.LayerNorm", state + attended)
        inner = dense(f"{at}.intermediate.dense", state)
        inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        state = norm(f"{at}.output.LayerNorm", state + dense(f"{at}.output.dense", inner))
    mean = state.mean(0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)
