"""The model in a process of its own: lists of texts as lines of JSON on stdin, their vectors on stdout.

The first line out is an object: `{"dimensions": n}`, or `{"error": "in words"}`. Then for each line in: one row of
little-endian 32-bit floats a text. It ends with its input.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from bot.errors import UserError
from bot.semantic.files import check
from bot.semantic.minilm import MiniLm


def serve(folder: Path, files: Mapping[str, str], source: BinaryIO, target: BinaryIO) -> None:
    """Check the files, load the model and answer until the input ends."""
    try:
        check(folder, files)
        model = MiniLm(folder)
    except UserError as error:
        return _say(target, {"error": error.message})
    except (OSError, ValueError, KeyError) as error:
        return _say(target, {"error": f"The model in {folder} cannot be read ({type(error).__name__})."})
    _say(target, {"dimensions": model.dimensions})
    for line in source:
        target.write(model.encode(json.loads(line)).astype("<f4").tobytes())
        target.flush()
    return None


def _say(target: BinaryIO, value: Mapping[str, object]) -> None:
    target.write(json.dumps(value).encode() + b"\n")
    target.flush()


if __name__ == "__main__":  # pragma: no cover  # only in its own process
    serve(Path(sys.argv[1]), json.loads(sys.argv[2]), sys.stdin.buffer, sys.stdout.buffer)
