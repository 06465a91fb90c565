"""One paper, one identity: the canonical id of whatever names a paper, and the merge of its records."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from bot.models import Paper

# https://info.arxiv.org/help/arxiv_identifier.html; the archives are those that gave out ids before April 2007.
_ARCHIVES = (
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs dg-ga "
    "funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol physics plasm-ph "
    "q-alg q-bio quant-ph solv-int supr-con"
)
_ARXIV_ID = re.compile(
    r"(?P<id>[0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}"
    rf"|(?:{'|'.join(_ARCHIVES.split())})(?:\.[a-z]{{2}})?/[0-9]{{2}}(?:0[1-9]|1[0-2])[0-9]{{3}})"
    r"(?:v(?P<version>[1-9][0-9]{0,2}))?",
    re.IGNORECASE,
)
_ARXIV_PREFIX = re.compile(r"^(?:oai:)?arxiv(?:\.org)?:\s*", re.IGNORECASE)
_STAMP = re.compile(r"\s*\[[a-z.-]+\].*$", re.IGNORECASE)
"""What follows the id on a PDF's margin: `[cs.CL] 12 Feb 2026`."""
_ARXIV_PATH = re.compile(r"^/(?:abs|pdf|html|format|src|e-print|ps|overview)/(?P<rest>.+)$", re.IGNORECASE)
_HUGGING_FACE_PATH = re.compile(r"^/(?:api/)?papers/(?P<rest>.+)$", re.IGNORECASE)
_ARXIV_HOSTS = ("arxiv.org", "alphaxiv.org", "ar5iv.org", "xxx.lanl.gov")
_HUGGING_FACE_HOSTS = ("huggingface.co", "hf.co")
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_DOI_PREFIX = re.compile(r"^doi:\s*", re.IGNORECASE)
_DOI_PATH = re.compile(r"^/(?:doi/)(?:(?:abs|full|pdf|epdf|book)/)?(?=10\.)", re.IGNORECASE)
_ARXIV_DOI = "10.48550/arxiv."
_HASHED_URL = re.compile(r"url:[0-9a-f]{16}")
_TRACKING = re.compile(r"utm_.*|fbclid|gclid|mc_[ce]id|ref_src", re.IGNORECASE)


def canonical_id(text: str) -> str | None:
    """The id of the paper that a text names: an arXiv id without version, else `doi:…`, else `url:` and 16 hex digits.

    Takes ids of both arXiv styles with a version or a prefix, OAI ids, DOIs, and addresses (those of arXiv, its mirrors
    and Hugging Face need no scheme). None when the text names no paper.
    """
    text = text.strip().strip("<>").partition("|")[0].strip()
    if _HASHED_URL.fullmatch(text):
        return text
    bare = _STAMP.sub("", _ARXIV_PREFIX.sub("", text))
    return _of_arxiv(bare) or _of_doi(_DOI_PREFIX.sub("", text)) or _of_url(text)


def named_paper(text: str) -> str | None:
    """The same, where it is an id or a paper's own address; None of any other address."""
    paper_id = canonical_id(text)
    return None if paper_id is None or paper_id.startswith("url:") else paper_id


def other_ids(paper: Paper) -> tuple[str, ...]:
    """The ids beside its own that a paper tells of itself: on arXiv, the DOI under which it was published."""
    other = canonical_id(paper.doi) if paper.doi and ":" not in paper.id else None
    return (other,) if other is not None and other.startswith("doi:") else ()


def arxiv_version(text: str) -> int | None:
    """The version that an arXiv id or address carries, from 1; None when it carries none."""
    found = re.search(rf"{_ARXIV_ID.pattern}(?:\.pdf)?$", text.strip(), re.IGNORECASE)
    return int(found["version"]) if found and found["version"] else None


def _of_arxiv(text: str) -> str | None:
    found = _ARXIV_ID.fullmatch(text)
    if found is None:
        return None
    archive, slash, number = found["id"].lower().rpartition("/")
    return f"{archive.partition('.')[0]}{slash}{number}"  # math.GT/0309136 is math/0309136


def _of_doi(text: str) -> str | None:
    text = text.rstrip(".,;)]")
    if not _DOI.fullmatch(text):
        return None
    name = text.lower()
    return (_of_arxiv(name.removeprefix(_ARXIV_DOI)) if name.startswith(_ARXIV_DOI) else None) or f"doi:{name}"


def _of_url(text: str) -> str | None:
    has_scheme = re.match(r"https?://", text, re.IGNORECASE)
    try:
        parts = urlsplit(text if has_scheme else f"https://{text}")
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:  # such as an unfinished [IPv6 address
        return None
    if re.search(r"\s", text) or "." not in host:
        return None
    path = unquote(parts.path)
    known = _of_paper_page(host, path)
    if known or not has_scheme:
        return known
    address = f"{host}{f':{port}' if port not in {None, 80, 443} else ''}{quote(path.rstrip('/'), safe='/')}"
    query = sorted((name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(name))
    normal = f"{address}?{urlencode(query)}" if query else address
    return f"url:{hashlib.sha256(normal.encode(errors='replace')).hexdigest()[:16]}"


def _of_paper_page(host: str, path: str) -> str | None:
    """The paper of an arXiv, Hugging Face or publisher's page."""
    found = None
    if any(host == known or host.endswith(f".{known}") for known in _ARXIV_HOSTS):
        found = _ARXIV_PATH.match(path)
    elif host in _HUGGING_FACE_HOSTS:
        found = _HUGGING_FACE_PATH.match(path)
    if found:
        return _of_arxiv(re.sub(r"(?:\.pdf|\.md)?/*$", "", found["rest"], flags=re.IGNORECASE))
    if host in {"doi.org", "dx.doi.org"}:
        return _of_doi(path.lstrip("/"))
    return _of_doi(_DOI_PATH.sub("", path)) if _DOI_PATH.match(path) else None


def merge(known: Paper, new: Paper) -> Paper:
    """One record of what two records say of one paper.

    Commutative and idempotent; merging either of the two again changes nothing. Associative too, save that a value an
    older record gave passes for as new as the merged record.

    Raises:
        ValueError: They are different papers.
    """
    if known.id != new.id:
        raise ValueError(f"{known.id} and {new.id} are two papers")
    return replace(
        known,
        title=_best(known, new, "title", _by_version),
        abstract=_best(known, new, "abstract", _by_version),
        comment=_best(known, new, "comment", _by_version),
        categories=_best(known, new, "categories", _by_version),
        authors=_best(known, new, "authors", _by_length),
        github_repo=_best(known, new, "github_repo", _by_curation),
        summary=_best(known, new, "summary", _by_curation),
        **{name: _best(known, new, name, _by_time) for name in _VOLATILE},
        version=max((v for v in (known.version, new.version) if v is not None), default=None),
        first_seen_at=min(known.first_seen_at, new.first_seen_at),
        published_at=_earliest(known.published_at, new.published_at),
        announced_at=_earliest(known.announced_at, new.announced_at),
        updated_at=max(known.updated_at, new.updated_at),
        discussions=tuple(sorted({*known.discussions, *new.discussions})),
        sources=tuple(sorted({*known.sources, *new.sources})),
    )


_VOLATILE = (
    "organization", "submitter", "keywords", "doi", "project_page", "thumbnail", "link",
)  # fmt: skip


def _by_version(paper: Paper, value: Any) -> tuple[object, ...]:
    return bool(value), paper.version or 0, paper.updated_at, len(value or ""), value or "", value is not None


def _by_length(paper: Paper, value: Any) -> tuple[object, ...]:
    return len(value), paper.version or 0, paper.updated_at, value


def _by_time(paper: Paper, value: Any) -> tuple[object, ...]:
    return bool(value), paper.updated_at, value or "", value is not None


def _by_curation(paper: Paper, value: Any) -> tuple[object, ...]:
    """Hugging Face's repository was linked by somebody, others read one out of an abstract; its summary stays too."""
    return bool(value), "hugging_face" in paper.sources, paper.updated_at, value or "", value is not None


def _best(one: Paper, other: Paper, name: str, key: Callable[[Paper, Any], Any]) -> Any:
    """The field of the record that ranks higher; what is empty ranks lowest, and equal ranks mean equal values."""
    return getattr(max(one, other, key=lambda paper: key(paper, getattr(paper, name))), name)


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier day, on one day the earlier time; midnight is a time that somebody cut away, so any other wins."""

    def key(moment: datetime) -> tuple[date, bool, datetime]:
        return moment.date(), moment.time() == time.min, moment

    return min((moment for moment in (one, other) if moment is not None), key=key, default=None)
