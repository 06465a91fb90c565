"""A body that may not grow beyond its limits, however well it was packed."""

import zlib

from bot.fetch.exchange import Limits

_PIECE = 64 << 10


class TooLargeError(Exception):
    """The body broke a limit; the message says which."""


class BadBodyError(Exception):
    """The body is not in the encoding it claims, or ends too early."""


class Body:
    """Takes raw pieces, gives the decompressed whole. Memory stays below the limit on decompressed bytes."""

    def __init__(self, encoding: str, limits: Limits) -> None:
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise BadBodyError(f"an encoding nobody asked for: {encoding[:20]!r}")
        self._gzip = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding.endswith("gzip") else None
        self._limits = limits
        self._raw = 0
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, piece: bytes) -> None:
        self._raw += len(piece)
        if self._raw > self._limits.raw_bytes:
            raise TooLargeError(f"more than {_mebibytes(self._limits.raw_bytes)}")
        if self._gzip is None:
            self._keep(piece)
            return
        try:
            while piece:
                self._keep(self._gzip.decompress(piece, _PIECE))
                piece = self._gzip.unconsumed_tail
        except zlib.error:
            raise BadBodyError("damaged gzip data") from None

    def whole(self) -> bytes:
        """All of it, once the last piece was fed."""
        if self._gzip is not None and self._raw:
            self._keep(self._gzip.flush())
            if not self._gzip.eof:
                raise BadBodyError("gzip data that ends too early")
        return b"".join(self._parts)

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limits.decompressed_bytes:
            raise TooLargeError(f"more than {_mebibytes(self._limits.decompressed_bytes)} once unpacked")
        self._parts.append(data)


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):g} MiB"
