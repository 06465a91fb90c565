"""A paper's telling words as a vector, for papers that have none of their meaning (yet)."""

from collections.abc import Iterable
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

WIDTH = 1024
"""Places; of fifteen words of each of two papers, one in five times one meets another by chance."""


def hashed(weights: Iterable[tuple[str, float]]) -> NDArray[np.float32]:
    """(WIDTH,) of length one, or zeros where there is no word; the cosine of two tells which words they share."""
    vector = np.zeros(WIDTH, np.float32)
    for word, weight in weights:
        vector[crc32(word.encode()) % WIDTH] += weight
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else vector
