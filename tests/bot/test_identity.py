"""The canonical id of whatever people call a paper, and the laws of merging."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.identity import arxiv_version, canonical_id, merge, named_paper, other_ids
from bot.models import Paper
from tests.builders import make_paper

DAY = datetime(2026, 3, 10, tzinfo=UTC)


def paper(**changes: object) -> Paper:
    base = Paper(id="2603.01234", title="A Title", first_seen_at=DAY, updated_at=DAY)
    return replace(base, **changes)  # type: ignore[arg-type]  # a test names fields by word


@pytest.mark.parametrize(
    "text",
    [
        "2603.01234",
        " 2603.01234v3 ",
        "arXiv:2603.01234",
        "arXiv: 2603.01234v2 [cs.CL] 3 Mar 2026",
        "oai:arXiv.org:2603.01234v4",
        "http://arxiv.org/abs/2603.01234v1",
        "https://www.arxiv.org/pdf/2603.01234v2.pdf",
        "https://arxiv.org/pdf/2603.01234",
        "https://arxiv.org/html/2603.01234v1/",
        "https://export.arxiv.org/abs/2603.01234?context=cs.LG#comments",
        "arxiv.org/abs/2603.01234",
        "<https://arxiv.org/abs/2603.01234|A title>",
        "https://huggingface.co/papers/2603.01234",
        "hf.co/papers/2603.01234",
        "https://huggingface.co/api/papers/2603.01234",
        "https://huggingface.co/papers/2603.01234.md",
        "https://www.alphaxiv.org/abs/2603.01234v2",
        "https://alphaxiv.org/overview/2603.01234",
        "https://ar5iv.labs.arxiv.org/html/2603.01234",
        "10.48550/arXiv.2603.01234",
        "https://doi.org/10.48550/ARXIV.2603.01234v2",
        "doi:10.48550/arxiv.2603.01234",
    ],
)
def test_all_names_of_an_arxiv_paper_are_one(text: str) -> None:
    assert canonical_id(text) == "2603.01234"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hep-th/9901001", "hep-th/9901001"),
        ("arXiv:hep-th/9901001v2", "hep-th/9901001"),
        ("https://arxiv.org/abs/hep-th/9901001", "hep-th/9901001"),
        ("https://arxiv.org/pdf/math.GT/0309136v1.pdf", "math/0309136"),
        ("math/0309136", "math/0309136"),
        ("0704.0001", "0704.0001"),
        ("10.1145/3474085.3475200", "doi:10.1145/3474085.3475200"),
        ("https://dl.acm.org/doi/abs/10.1145/3474085.3475200", "doi:10.1145/3474085.3475200"),
        ("https://DOI.org/10.1000/ABC.Def", "doi:10.1000/abc.def"),
        ("doi:10.1000/abc.def", "doi:10.1000/abc.def"),
        ("url:0123456789abcdef", "url:0123456789abcdef"),
    ],
)
def test_other_names(text: str, expected: str) -> None:
    assert canonical_id(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "attention", "2613.01234", "1.5", "lab/0101001", "file:///etc/passwd", "example.org/paper", "https://", "https://[",
     "http://a b.org/x", "10.1/x", "url:xyz", "arXiv:", "https://arxiv.org:99999/abs/x"],
)  # fmt: skip
def test_what_names_no_paper_has_no_id(text: str) -> None:
    assert canonical_id(text) is None


def test_another_address_is_hashed_without_what_does_not_matter() -> None:
    plain = canonical_id("https://example.org/papers/one?b=2&a=1")
    assert plain is not None
    assert plain.startswith("url:")
    assert len(plain) == 20
    for same in (
        "http://www.example.org/papers/one/?a=1&b=2#top",
        "https://EXAMPLE.org:443/papers/one?a=1&b=2&utm_source=x",
        "https://user:secret@example.org/papers/%6Fne?a=1&b=2",
    ):
        assert canonical_id(same) == plain
    assert canonical_id("https://example.org/papers/One?a=1&b=2") != plain
    assert canonical_id("https://example.org:8443/papers/one?a=1&b=2") != plain


def test_only_an_id_or_a_papers_own_address_names_a_paper() -> None:
    assert named_paper("https://arxiv.org/abs/2603.01234v2") == "2603.01234"
    assert named_paper("https://example.org/post") is None
    assert named_paper("nothing of the kind") is None


def test_an_arxiv_page_of_no_paper_is_an_address_like_any_other() -> None:
    assert (canonical_id("https://arxiv.org/list/cs.AI/recent") or "").startswith("url:")


@given(st.text() | st.from_regex(r"https?://\S{0,40}") | st.from_regex(r"(arXiv:|10\.)\S{0,30}"))
def test_an_id_names_itself_and_no_text_is_too_odd(text: str) -> None:
    found = canonical_id(text)
    assert found is None or canonical_id(found) == found


@pytest.mark.parametrize(
    ("text", "version"),
    [("2603.01234v3", 3), ("oai:arXiv.org:hep-th/9901001v2", 2), ("http://arxiv.org/abs/2603.01234v12", 12),
     ("https://arxiv.org/pdf/2603.01234v2.pdf", 2), ("2603.01234", None), ("", None), ("v2", None)],
)  # fmt: skip
def test_the_version_is_read_apart(text: str, version: int | None) -> None:
    assert arxiv_version(text) == version


def test_the_newest_version_gives_title_and_abstract_and_the_oldest_record_the_times() -> None:
    first = paper(title="Old", version=1, first_seen_at=DAY, published_at=DAY - timedelta(hours=9), sources=("arxiv",))
    later = paper(
        title="New", abstract="Better.", version=2, first_seen_at=DAY + timedelta(days=3),
        updated_at=DAY + timedelta(days=3), published_at=DAY + timedelta(days=3), sources=("hugging_face",),
    )  # fmt: skip
    merged = merge(first, later)
    assert (merged.title, merged.abstract, merged.version) == ("New", "Better.", 2)
    assert (merged.first_seen_at, merged.published_at) == (DAY, DAY - timedelta(hours=9))
    assert merged.updated_at == DAY + timedelta(days=3)
    assert merged.sources == ("arxiv", "hugging_face")


def test_a_newer_record_without_a_version_does_not_replace_a_versioned_title() -> None:
    versioned = paper(title="From arXiv", version=1)
    assert merge(versioned, paper(title="Elsewhere", updated_at=DAY + timedelta(days=9))).title == "From arXiv"


def test_what_is_empty_never_replaces_what_is_known() -> None:
    known = paper(abstract="Known.", version=1, github_repo="a/b", authors=("Ada",), comment="12 pages")
    silent = paper(version=2, title="", updated_at=DAY + timedelta(days=1))
    merged = merge(known, silent)
    assert (merged.title, merged.abstract, merged.github_repo) == ("A Title", "Known.", "a/b")
    assert (merged.authors, merged.comment, merged.version) == (("Ada",), "12 pages", 2)


def test_the_later_record_gives_what_changes() -> None:
    later = paper(github_repo="new/name", organization="B", updated_at=DAY + timedelta(days=1))
    merged = merge(paper(github_repo="old/name", organization="A", summary="S"), later)
    assert (merged.github_repo, merged.organization, merged.summary) == ("new/name", "B", "S")


def test_a_repository_that_somebody_linked_beats_one_read_out_of_an_abstract() -> None:
    linked = paper(github_repo="lab/code", sources=("hugging_face",))
    guessed = paper(github_repo="other/tool", sources=("arxiv",), updated_at=DAY + timedelta(days=1))
    assert merge(linked, guessed).github_repo == "lab/code"


def test_a_time_cut_to_midnight_gives_way_to_one_of_the_same_day() -> None:
    cut, whole = paper(published_at=DAY), paper(published_at=DAY + timedelta(hours=17))
    assert merge(cut, whole).published_at == DAY + timedelta(hours=17)
    assert merge(cut, paper(published_at=DAY + timedelta(days=2))).published_at == DAY


def test_two_papers_do_not_merge() -> None:
    with pytest.raises(ValueError, match="two papers"):
        merge(paper(), paper(id="2603.09999"))


_word = st.sampled_from(["", "a", "b", "long word"])
_optional = st.none() | st.sampled_from(["x", "y"])
_words = st.lists(st.sampled_from(["p", "q", "r"]), max_size=3).map(tuple)
_time = st.integers(0, 60).map(lambda hours: DAY + timedelta(hours=hours))
_papers = st.builds(
    Paper,
    id=st.just("2603.01234"),
    title=_word,
    abstract=_word,
    summary=_optional,
    authors=_words,
    organization=_optional,
    submitter=_optional,
    categories=_words,
    keywords=_words,
    version=st.none() | st.integers(1, 3),
    doi=_optional,
    comment=_optional,
    first_seen_at=_time,
    updated_at=_time,
    published_at=st.none() | _time,
    announced_at=st.none() | _time,
    github_repo=_optional,
    project_page=_optional,
    thumbnail=_optional,
    link=_optional,
    sources=st.sets(st.sampled_from(["arxiv", "hugging_face"])).map(lambda names: tuple(sorted(names))),
)


@given(_papers, _papers)
def test_the_order_of_merging_two_records_does_not_matter_and_repeating_it_changes_nothing(a: Paper, b: Paper) -> None:
    merged = merge(a, b)
    assert merged == merge(b, a)
    assert merge(a, a) == a
    assert merge(merged, a) == merged
    assert merge(merged, b) == merged


@given(_papers, _papers, _papers)
def test_what_can_be_counted_or_compared_merges_in_any_order(a: Paper, b: Paper, c: Paper) -> None:
    left, right = merge(merge(a, b), c), merge(a, merge(b, c))
    for name in ("version", "first_seen_at", "published_at", "announced_at", "updated_at", "sources"):
        assert getattr(left, name) == getattr(right, name)


def test_a_paper_on_arxiv_tells_the_doi_under_which_it_was_published() -> None:
    assert other_ids(make_paper("2603.00001", doi="https://doi.org/10.1000/A.b")) == ("doi:10.1000/a.b",)
    assert other_ids(make_paper("2603.00001", doi="10.48550/arXiv.2603.00001")) == ()
    assert other_ids(make_paper("2603.00001", doi=None)) == ()
    assert other_ids(make_paper("doi:10.1000/a", doi="10.1000/a")) == ()
