"""Views as JSON objects and exit codes, for programs: `--json` of the command line and the web API. Pure.

A field that is not known is null, never 0. Times are RFC 3339 in UTC. `sum(part)` of a paper is its `score`.
"""

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from bot.errors import UserError
from bot.models import PaperList, RankedPaper, SourceStatus
from bot.views import (
    CardList,
    ChannelLine,
    ChannelList,
    DigestPost,
    Document,
    Explanation,
    Form,
    Help,
    Notice,
    PaperDetail,
    Run,
    Status,
    Tone,
    View,
)

STEPS = 4096
"""Parts are written as multiples of 1/4096. Such numbers add up exactly, in binary and in decimal, in any order."""


def as_json(view: View) -> dict[str, object]:  # noqa: C901, PLR0911  # one return for each view
    """The documented object for a view."""
    match view:
        case CardList():
            return _paper_list(view.papers)
        case PaperDetail() | Explanation():
            return paper_json(view.card.ranked)
        case DigestPost():
            return _digest(view)
        case Status():
            return _status(view)
        case ChannelList():
            return {"channels": [_channel(line) for line in view.channels]}
        case Help():
            return _help(view)
        case Notice():
            return _notice(view)
        case Form():
            return _form(view)
        case Document():
            return dict(view.content) if view.content is not None else {"name": view.name, "text": view.text}


def exit_code(view: View) -> int:
    """0 done, an empty list included; 1 could not; 2 wrong usage."""
    if isinstance(view, Notice) and view.tone is Tone.ERROR:
        return 2 if view.usage else 1
    return 0


def error_json(code: str, message: str, hint: str = "", reference: str = "") -> dict[str, object]:
    """The documented error object."""
    return {"error": {"code": code, "message": message, "hint": hint or None, "ref": reference or None}}


def user_error_json(error: UserError, reference: str = "") -> dict[str, object]:
    """The error object for an error that reached no view, such as a malformed setting."""
    return error_json(error.code, error.message, error.hint, reference)


def paper_json(ranked: RankedPaper) -> dict[str, object]:
    """The documented paper object."""
    paper, counts = ranked.paper, ranked.counts
    parts = [_steps(part.part) for part in ranked.parts]
    return {
        "rank": ranked.rank or None,
        "id": paper.id,
        "title": paper.title,
        "url": paper.url or None,
        "abstract": paper.abstract or None,
        "summary": paper.summary,
        "authors": list(paper.authors),
        "organization": paper.organization,
        "published_at": time_json(paper.published_at),
        "first_seen_at": time_json(paper.first_seen_at),
        "announced_at": time_json(paper.announced_at),
        "upvotes": counts.upvotes,
        "comments": counts.comments,
        "github_repo": paper.github_repo,
        "github_stars": counts.github_stars,
        "score": _score(ranked, parts),
        "topics": list(ranked.topics),
        "sources": list(paper.sources),
        "discussions": [{"source": "hacker_news", "url": address} for address in paper.discussions],
        "fresh": ranked.fresh,
        "parts": [
            {
                "signal": part.signal,
                "value": _finite(part.value),
                "unit": part.unit,
                "part": steps / STEPS,
                "text": part.text,
            }
            for part, steps in zip(ranked.parts, parts, strict=True)
        ],
    }


def stale_json(stale: Iterable[SourceStatus]) -> list[dict[str, object]]:
    """Sources that do not answer, and since when."""
    return [
        {"source": status.source, "since": time_json(status.failing_since), "reason": status.reason} for status in stale
    ]


def time_json(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC, with Z; fractions of a second only where there are some."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _paper_list(papers: PaperList) -> dict[str, object]:
    mode = {} if papers.mode is None else {"mode": papers.mode}
    beyond = {} if papers.beyond is None else {"beyond": papers.beyond}
    return (
        mode
        | beyond
        | {
            "as_of": time_json(papers.as_of),
            "stale": stale_json(papers.stale),
            "total": papers.total,
            "papers": [paper_json(ranked) for ranked in papers.papers],
        }
    )


def _digest(view: DigestPost) -> dict[str, object]:
    digest = view.digest
    return {
        "as_of": time_json(digest.as_of),
        "stale": stale_json(digest.stale),
        "total": digest.matched,
        "papers": [paper_json(ranked) for ranked in digest.papers],
        "channel": str(digest.channel),
        "slot": digest.slot.isoformat(),
        "considered": digest.considered,
        "quiet_because": digest.quiet_because,
        "taste": digest.taste,
        "preview": view.preview,
    }


def _status(view: Status) -> dict[str, object]:
    return {
        "channel": view.channel,
        "state": view.state,
        "next_runs": [time_json(run) for run in view.next_runs],
        "last": [_run(run) for run in view.last],
        "checks": [
            {"name": check.name, "ok": check.ok, "message": check.message, "hint": check.hint or None}
            for check in view.checks
        ],
    }


def _run(run: Run) -> dict[str, object]:
    return {
        "slot": run.slot,
        "state": run.state,
        "outcome": run.outcome,
        "reason": run.reason or None,
        "url": run.url,
    }


def _channel(line: ChannelLine) -> dict[str, object]:
    return {
        "channel": line.channel,
        "state": line.state,
        "summary": line.summary,
        "next_run": time_json(line.next_run),
    }


def _help(view: Help) -> dict[str, object]:
    return {
        "commands": [
            {"section": section, "usage": entry.usage, "summary": entry.summary, "example": entry.example}
            for section, entries in view.sections
            for entry in entries
        ]
    }


def _form(view: Form) -> dict[str, object]:
    """The options that hold now, as texts that the command takes."""
    return {
        "command": view.command,
        "options": {field.option: ",".join(field.values) or None for field in view.fields},
    }


def _notice(view: Notice) -> dict[str, object]:
    if view.tone is Tone.ERROR:
        return error_json(view.code or "error", view.text, view.hint, view.reference)
    if view.numbers is not None:
        return dict(view.numbers)
    told: dict[str, object] = {"message": view.text, "hint": view.hint or None}
    if view.fields:
        told["fields"] = [{"label": field.label, "text": field.text} for field in view.fields]
    return told


def _score(ranked: RankedPaper, parts: list[int]) -> float | None:
    """The sum of the written parts; dated lists have neither."""
    if ranked.score is None:
        return None
    return sum(parts) / STEPS if parts else _finite(ranked.score)


def _steps(part: float) -> int:
    return round(part * STEPS) if math.isfinite(part) else 0


def _finite(value: float | None) -> float | None:
    """JSON has no NaN and no infinity; what is missing is null."""
    return value if value is not None and math.isfinite(value) else None
