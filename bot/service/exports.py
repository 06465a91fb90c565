"""A library as text for other programs; pure."""

import csv
import json
import re
import unicodedata
from collections.abc import Sequence
from io import StringIO

from bot.models import Paper, SavedPaper
from bot.titles import title_of

EXTENSIONS = {"bibtex": "bib", "csv": "csv", "json": "json"}
Row = tuple[Paper, SavedPaper]

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


def export(rows: Sequence[Row], style: str) -> str:
    match style:
        case "csv":
            return _csv(rows)
        case "json":
            return json.dumps(as_object(rows), ensure_ascii=False, indent=1) + "\n"
        case _:
            return _bibtex(rows)


def as_object(rows: Sequence[Row]) -> dict[str, object]:
    return {
        "papers": [
            {
                "id": paper.id,
                "title": paper.title,
                "url": paper.url or None,
                "authors": list(paper.authors),
                "doi": paper.doi,
                "published_at": paper.published_at.isoformat() if paper.published_at else None,
                "saved_at": saved.at.isoformat(),
                "note": saved.note or None,
            }
            for paper, saved in rows
        ]
    }


def _csv(rows: Sequence[Row]) -> str:
    """A line for each paper; a text that a spreadsheet would run as a formula is made one that it shows."""
    written = StringIO()
    sheet = csv.writer(written, lineterminator="\n")
    sheet.writerow(["id", "title", "authors", "url", "doi", "published", "saved", "note"])
    for paper, saved in rows:
        published = paper.published_at.date().isoformat() if paper.published_at else ""
        texts = [paper.id, title_of(paper), "; ".join(paper.authors), paper.url, paper.doi or ""]
        sheet.writerow([_inert(text) for text in (*texts, published, saved.at.date().isoformat(), saved.note)])
    return written.getvalue()


def _inert(text: str) -> str:
    """What a spreadsheet takes for text: https://owasp.org/www-community/attacks/CSV_Injection ."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def citation(paper: Paper) -> str:
    """One paper as a BibTeX entry."""
    return _entry(_key(paper), paper, "")


def _bibtex(rows: Sequence[Row]) -> str:
    entries, used = [], set[str]()
    for paper, saved in rows:
        key = _unused(_key(paper), used)
        used.add(key)
        entries.append(_entry(key, paper, saved.note))
    return "\n".join(entries)


def _entry(key: str, paper: Paper, note: str) -> str:
    fields = [(name, text) for name, text in _fields(paper, note) if text]
    body = ",\n".join(f"  {name} = {{{text}}}" for name, text in fields)
    return f"@misc{{{key},\n{body}\n}}\n"


def _fields(paper: Paper, note: str) -> list[tuple[str, str]]:
    """As arXiv's own export has them: https://info.arxiv.org/help/hypertex/bibstyles/ ."""
    on_arxiv = ":" not in paper.id
    return [
        ("title", f"{{{_tex(title_of(paper))}}}"),
        ("author", " and ".join(_tex(author) for author in paper.authors)),
        ("year", str(paper.published_at.year) if paper.published_at else ""),
        ("eprint", paper.id if on_arxiv else ""),
        ("archivePrefix", "arXiv" if on_arxiv else ""),
        ("primaryClass", paper.categories[0] if on_arxiv and paper.categories else ""),
        ("doi", _tex(paper.doi or "")),
        ("url", paper.url.replace("{", "%7B").replace("}", "%7D")),
        ("note", _tex(note)),
    ]


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in " ".join(text.split()))


def _key(paper: Paper) -> str:
    """`example2026study`, as scholars cite."""
    author = paper.authors[0].split()[-1] if paper.authors and paper.authors[0].split() else "anonymous"
    year = str(paper.published_at.year) if paper.published_at else ""
    word = next((word for word in re.findall(r"\w+", paper.title) if len(word) > 3), "")
    plain = unicodedata.normalize("NFKD", f"{author}{year}{word}".lower())
    return re.sub(r"[^a-z0-9]", "", plain) or "paper"


def _unused(key: str, used: set[str]) -> str:
    number, candidate = 2, key
    while candidate in used:
        number, candidate = number + 1, f"{key}-{number}"
    return candidate
