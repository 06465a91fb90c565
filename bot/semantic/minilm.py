"""The forward pass of a small BERT that makes one vector of a text, by numpy; blocking.

The model is sentence-transformers/all-MiniLM-L6-v2: six layers, 384 numbers a text; the mean over the last layer's
tokens, made one long. https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
"""

import json
import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.semantic.wordpiece import WordPiece

Floats: TypeAlias = NDArray[np.float32]

_HEAD = 32
"""Numbers of one attention head, in every MiniLM."""
_EPSILON = 1e-12
_GELU = np.float32((2 / np.pi) ** 0.5)


class MiniLm:
    """A model from its two files; of the vocabulary only what is used is read."""

    def __init__(self, folder: Path) -> None:
        """OSError, ValueError or KeyError: the files are not such a model."""
        tokenizer = json.loads((folder / "tokenizer.json").read_bytes())
        self._tokens = WordPiece(tokenizer["model"]["vocab"])
        weights = load_safetensors(folder / "model.safetensors")
        self._embeddings = weights["embeddings.word_embeddings.weight"]
        self._places = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._first_norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        self._layers: list[_Layer] = []
        while f"encoder.layer.{len(self._layers)}.output.dense.weight" in weights:
            self._layers.append(_Layer(weights, f"encoder.layer.{len(self._layers)}."))

    @property
    def dimensions(self) -> int:
        return int(self._embeddings.shape[1])

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row a text, each of length one."""
        rows = np.empty((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = self._vector(text)
        return rows

    def _vector(self, text: str) -> Floats:
        numbers = self._tokens.encode(text)
        state = _normalised(self._embeddings[numbers] + self._places[: len(numbers)], self._first_norm)
        for layer in self._layers:
            state = layer(state)
        mean = state.mean(axis=0)
        whole: Floats = mean / np.linalg.norm(mean)
        return whole


class _Layer:
    """Self-attention and a feed-forward network over the tokens of one text; there is no padding to mask."""

    def __init__(self, weights: dict[str, Floats], at: str) -> None:
        parts = [f"{at}attention.self.{name}." for name in ("query", "key", "value")]
        self._three = np.ascontiguousarray(np.concatenate([weights[f"{part}weight"] for part in parts]).T)
        self._three_bias = np.concatenate([weights[f"{part}bias"] for part in parts])
        self._joined = _dense(weights, f"{at}attention.output.dense.")
        self._joined_norm = _dense(weights, f"{at}attention.output.LayerNorm.")
        self._wide = _dense(weights, f"{at}intermediate.dense.")
        self._narrow = _dense(weights, f"{at}output.dense.")
        self._norm = _dense(weights, f"{at}output.LayerNorm.")

    def __call__(self, state: Floats) -> Floats:
        weight, bias = self._joined
        state = _normalised(state + self._attention(state) @ weight + bias, self._joined_norm)
        weight, bias = self._wide
        inner = _gelu(state @ weight + bias)
        weight, bias = self._narrow
        return _normalised(state + inner @ weight + bias, self._norm)

    def _attention(self, state: Floats) -> Floats:
        length, width = state.shape
        three = (state @ self._three + self._three_bias).reshape(length, 3, width // _HEAD, _HEAD)
        query, key, value = three.transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1) * np.float32(_HEAD**-0.5)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        seen: Floats = (scores @ value).transpose(1, 0, 2).reshape(length, width)
        return seen


def load_safetensors(path: Path) -> dict[str, Floats]:
    """The tensors of 32-bit floats in a file, read as they are used; others are left out.

    The format: the header's length (8 bytes, little-endian), the header (JSON), the data.
    https://github.com/huggingface/safetensors#format

    Raises:
        ValueError: The file is none.
    """
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    size = int.from_bytes(data[:8], "little")
    if size > len(data):
        raise ValueError(f"{path.name} is cut short")
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if entry.get("dtype") == "F32":
            begin, end = entry["data_offsets"]
            flat = np.frombuffer(data, "<f4", count=(end - begin) // 4, offset=8 + size + begin)
            tensors[name] = flat.reshape(entry["shape"])
    return tensors


def _dense(weights: dict[str, Floats], at: str) -> tuple[Floats, Floats]:
    """A copy laid out as it is read: three times as fast as the file's own order."""
    return np.ascontiguousarray(weights[f"{at}weight"].T), weights[f"{at}bias"].copy()


def _normalised(state: Floats, norm: tuple[Floats, Floats]) -> Floats:
    weight, bias = norm
    centred = state - state.mean(axis=-1, keepdims=True)
    centred /= np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    whole: Floats = centred * weight + bias
    return whole


def _gelu(values: Floats) -> Floats:
    """By the tanh form (https://arxiv.org/abs/1606.08415), within 0.001 of the one by the error function."""
    inner = np.tanh(_GELU * (values + np.float32(0.044715) * values * values * values))
    inner += 1
    inner *= values
    inner *= np.float32(0.5)
    return inner
