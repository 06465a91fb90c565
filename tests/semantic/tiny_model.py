"""A model with the same parts as the real one, and numbers that mean nothing."""

import hashlib
import json
from pathlib import Path

import numpy as np

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "graph", "neural", "cook", "##ing", "##s", ",", "é", "語")
WIDTH = 64
LAYERS = 2


def write_model(folder: Path) -> dict[str, str]:
    """The two files, and the SHA-256 of each."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocabulary}}))
    (folder / "model.safetensors").write_bytes(safetensors(_tensors()))
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("model.safetensors", "tokenizer.json")
    }


def safetensors(tensors: dict[str, np.ndarray]) -> bytes:
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, tensor in tensors.items():
        raw = tensor.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    header["embeddings.position_ids"] = {"dtype": "I64", "shape": [1], "data_offsets": [len(body), len(body) + 8]}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body + bytes(8)


def _tensors() -> dict[str, np.ndarray]:
    dice = np.random.default_rng(1)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": (128, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        **_norm("embeddings.LayerNorm."),
    }
    for number in range(LAYERS):
        at = f"encoder.layer.{number}."
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            shapes |= _dense(f"{at}attention.{part}.", WIDTH, WIDTH)
        shapes |= _norm(f"{at}attention.output.LayerNorm.")
        shapes |= _dense(f"{at}intermediate.dense.", WIDTH, 4 * WIDTH)
        shapes |= _dense(f"{at}output.dense.", 4 * WIDTH, WIDTH)
        shapes |= _norm(f"{at}output.LayerNorm.")
    return {name: dice.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def _norm(at: str) -> dict[str, tuple[int, ...]]:
    return {f"{at}weight": (WIDTH,), f"{at}bias": (WIDTH,)}


def _dense(at: str, into: int, out: int) -> dict[str, tuple[int, ...]]:
    return {f"{at}weight": (out, into), f"{at}bias": (out,)}
