"""The model's process: real, with a tiny model; it fails in words, recovers, and leaves nobody waiting."""

import asyncio
import gc
import io
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from bot.ports import EncoderError
from bot.semantic.minilm import MiniLm
from bot.semantic.process import EncoderProcess
from bot.semantic.worker import serve
from tests.semantic.tiny_model import WIDTH, write_model


@pytest.fixture
async def encoder(tmp_path: Path) -> AsyncIterator[EncoderProcess]:
    encoder = EncoderProcess(tmp_path, write_model(tmp_path))
    yield encoder
    await encoder.close()


async def test_gives_the_models_vectors_in_the_order_of_the_texts(encoder: EncoderProcess, tmp_path: Path) -> None:
    first, second = await asyncio.gather(encoder.encode(["graph", "cooking"]), encoder.encode(["neural"]))

    assert np.allclose(first, MiniLm(tmp_path).encode(["graph", "cooking"]), atol=1e-6)
    assert np.allclose(second, MiniLm(tmp_path).encode(["neural"]), atol=1e-6)


async def test_who_stops_waiting_does_not_disturb_the_next(encoder: EncoderProcess, tmp_path: Path) -> None:
    impatient = asyncio.ensure_future(encoder.encode(["graph"]))
    await asyncio.sleep(0)
    impatient.cancel()

    assert np.allclose(await encoder.encode(["neural"]), MiniLm(tmp_path).encode(["neural"]), atol=1e-6)


async def test_a_process_that_dies_is_started_again_after_a_pause(encoder: EncoderProcess) -> None:
    await encoder.encode(["graph"])
    assert encoder._process is not None
    encoder._process.kill()
    await encoder._process.wait()

    with pytest.raises(EncoderError):
        await encoder.encode(["graph"])
    with pytest.raises(EncoderError, match="a moment ago"):
        await encoder.encode(["graph"])
    encoder._not_before = 0.0
    assert (await encoder.encode(["graph"])).shape == (1, WIDTH)


async def test_it_is_in_no_terminals_group_and_its_end_is_no_surprise_where_nobody_waits(
    encoder: EncoderProcess,
) -> None:
    """Ctrl-C reaches every process of a terminal's group; this one has to outlive what is still asked of it."""
    await encoder.encode(["graph"])
    assert encoder._process is not None
    assert os.getsid(encoder._process.pid) == encoder._process.pid
    left = asyncio.ensure_future(encoder.encode(["neural"]))
    await asyncio.sleep(0)
    told: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    left.cancel()
    encoder._process.kill()
    await encoder.close()
    gc.collect()
    await asyncio.sleep(0)
    assert told == []


async def test_damaged_files_are_never_used(tmp_path: Path) -> None:
    expected = write_model(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    encoder = EncoderProcess(tmp_path, expected)

    with pytest.raises(EncoderError, match="is not the file"):
        await encoder.encode(["graph"])
    await encoder.close()


async def test_a_python_that_cannot_start_is_an_error_in_words(
    encoder: EncoderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/there/is/no/python")

    with pytest.raises(EncoderError, match="No such file"):
        await encoder.encode(["graph"])


def test_the_worker_says_its_width_then_answers_line_by_line(tmp_path: Path) -> None:
    expected, out = write_model(tmp_path), io.BytesIO()

    serve(tmp_path, expected, io.BytesIO(b'["graph"]\n["neural", "cook"]\n'), out)

    first, _, rest = out.getvalue().partition(b"\n")
    assert json.loads(first) == {"dimensions": WIDTH}
    assert np.allclose(
        np.frombuffer(rest, "<f4").reshape(3, WIDTH), MiniLm(tmp_path).encode(["graph", "neural", "cook"]), atol=1e-6
    )


def test_the_worker_says_what_is_wrong_with_a_model(tmp_path: Path) -> None:
    out = io.BytesIO()
    serve(tmp_path, {}, io.BytesIO(), out)

    assert "cannot be read" in json.loads(out.getvalue())["error"]
