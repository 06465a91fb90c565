"""JSON Schemas of the API's objects. A test holds real answers against them, with no field more or less."""

from collections.abc import Mapping
from typing import Any

TEXT = {"type": "string"}
MAYBE_TEXT = {"type": ["string", "null"]}
MAYBE_COUNT = {"type": ["integer", "null"], "minimum": 0}
MAYBE_NUMBER = {"type": ["number", "null"]}
MAYBE_TIME = {"type": ["string", "null"], "format": "date-time"}
TEXTS = {"type": "array", "items": TEXT}


def _object(fields: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All of `fields` are always there."""
    return {"type": "object", "properties": {**fields, **(optional or {})}, "required": list(fields)}


PART = _object({"signal": TEXT, "value": MAYBE_NUMBER, "unit": TEXT, "part": {"type": "number"}, "text": TEXT})
PAPER = _object(
    {
        "rank": {"type": ["integer", "null"], "minimum": 1},
        "id": TEXT,
        "title": TEXT,
        "url": MAYBE_TEXT,
        "abstract": MAYBE_TEXT,
        "summary": MAYBE_TEXT,
        "authors": TEXTS,
        "organization": MAYBE_TEXT,
        "published_at": MAYBE_TIME,
        "first_seen_at": MAYBE_TIME,
        "announced_at": MAYBE_TIME,
        "upvotes": MAYBE_COUNT,
        "comments": MAYBE_COUNT,
        "github_repo": MAYBE_TEXT,
        "github_stars": MAYBE_COUNT,
        "score": MAYBE_NUMBER,
        "topics": TEXTS,
        "sources": TEXTS,
        "fresh": {"type": "boolean"},
        "parts": {"type": "array", "items": PART},
    },
    {"discussions": {"type": "array", "items": _object({"source": TEXT, "url": TEXT})}},
)
STALE = _object({"source": TEXT, "since": MAYBE_TIME, "reason": MAYBE_TEXT})
PAPER_LIST = _object(
    {
        "as_of": {"type": "string", "format": "date-time"},
        "stale": {"type": "array", "items": STALE},
        "total": {"type": "integer", "minimum": 0},
        "papers": {"type": "array", "items": {"$ref": "#/components/schemas/Paper"}},
    },
    {"mode": {"enum": ["bm25", "fused"]}},
)
ERROR = _object({"error": _object({"code": TEXT, "message": TEXT, "hint": MAYBE_TEXT, "ref": MAYBE_TEXT})})

SCHEMAS: Mapping[str, Any] = {"Paper": PAPER, "PaperList": PAPER_LIST, "Error": ERROR}
