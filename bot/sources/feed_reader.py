"""feedparser in a process of its own: a feed on stdin, its plain values as JSON on stdout.

Run by path, so it imports nothing of ours and starts fast.
"""

import contextlib
import io
import json
import sys
from typing import Any, BinaryIO

import feedparser

MEMORY = 256 << 20
"""Bytes of address space; 2,000 entries, the most that arXiv puts into a feed, take 63 MiB and a second."""
_FIELDS = ("id", "link", "title", "summary", "published", "updated", "author")
_ARXIV_FIELDS = ("arxiv_announce_type", "arxiv_comment", "arxiv_doi")


def read(body: bytes) -> dict[str, Any]:
    """`version` (empty: no feed), `damage` (None: well-formed), `updated`, and `entries` by feedparser's names."""
    # The bytes are handed over as a file: feedparser opens a string that looks like a path. The encoding is settled
    # here, since a wrong byte would otherwise make it read the whole feed in another one.
    whole = body.decode("utf-8", "replace").encode()
    headers = {"content-type": "application/atom+xml; charset=utf-8"}
    parsed = feedparser.parse(
        io.BytesIO(whole), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    damage = str(parsed.get("bozo_exception", "unknown"))[:100] if parsed.get("bozo") else None
    entries = [_entry(entry) for entry in parsed.entries]
    return {
        "version": parsed.get("version", ""),
        "damage": damage,
        "updated": parsed.feed.get("updated"),
        "entries": entries,
    }


def _entry(entry: Any) -> dict[str, Any]:
    plain = {name: entry.get(name) for name in (*_FIELDS, *_ARXIV_FIELDS) if isinstance(entry.get(name), str)}
    plain["authors"] = [author.get("name") for author in entry.get("authors", ())]
    plain["categories"] = [tag.get("term") for tag in entry.get("tags", ())]
    plain["primary"] = entry.get("arxiv_primary_category", {}).get("term")
    return plain


def limit_resources(seconds: int) -> None:  # pragma: no cover  # only in the reader's own process
    """CPU time and memory, where the system can limit them."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  # not on every system

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main(source: BinaryIO, target: BinaryIO) -> None:
    target.write(json.dumps(read(source.read())).encode())


if __name__ == "__main__":  # pragma: no cover
    limit_resources(int(sys.argv[1]))
    main(sys.stdin.buffer, sys.stdout.buffer)
