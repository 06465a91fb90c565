"""The index over many sets of topics says what each set's own matcher says; names are found among authors and labs."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.digest.options import TERMS
from bot.models import Combine, Paper, Topics
from bot.topics import TopicIndex, compile_topics, parse_terms

NOW = datetime(2026, 3, 10, tzinfo=UTC)
WORDS = (
    "graph",
    "graphs",
    "neural",
    "fine",
    "tuning",
    "finetuning",
    "rag",
    "storage",
    "C++",
    "语言",
    "模型",
    "a",
    "ies",
)
CATEGORIES = ("cs.CL", "cs.LG", "math.AG", "cond-mat.str-el", "cs.*")
PEOPLE = ("Ada Example", "A. Example", "Zoë Sample", "Li Wei")
LABS = ("Example Lab", "The Example Labs", "Institute of Samples")

texts = st.lists(st.sampled_from((*WORDS, ".", "-", "\n")), max_size=12).map(" ".join)
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
terms = st.one_of(
    phrases,
    st.sampled_from(CATEGORIES),
    st.sampled_from(PEOPLE).map("author:{}".format),
    st.sampled_from(LABS).map("org:{}".format),
)
sets = st.builds(
    lambda include, exclude, combine: Topics(include=tuple(include), exclude=tuple(exclude), combine=combine),
    st.lists(terms, max_size=3),
    st.lists(terms, max_size=2),
    st.sampled_from(list(Combine)),
)


def make(
    title: str = "", authors: tuple[str, ...] = (), organization: str | None = None, categories: tuple[str, ...] = ()
) -> Paper:
    return Paper(
        id="2603.00001",
        title=title,
        authors=authors,
        organization=organization,
        categories=categories,
        first_seen_at=NOW,
        updated_at=NOW,
    )


papers = st.builds(
    make,
    texts,
    st.lists(st.sampled_from(PEOPLE), max_size=2).map(tuple),
    st.one_of(st.none(), st.sampled_from(LABS)),
    st.lists(st.sampled_from(CATEGORIES[:4]), max_size=2).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(sets, max_size=8), papers)
def test_the_index_agrees_with_every_matcher(many: list[Topics], paper: Paper) -> None:
    expected = [number for number, topics in enumerate(many) if compile_topics(topics).match(paper) is not None]

    assert TopicIndex(many).match(paper).tolist() == expected


def fits(term: str, paper: Paper) -> bool:
    return compile_topics(Topics(include=(term,))).match(paper) is not None


@pytest.mark.parametrize("name", ["Zoe Sample", "sample", "Z. Sample", "Sample, Zoë"])
def test_an_author_is_found_by_name_initial_and_without_accents(name: str) -> None:
    assert fits(f"author:{name}", make(authors=("Ada Example", "Zoë Sample")))


@pytest.mark.parametrize("name", ["Ada Sample", "Zoe Samples", "B. Sample"])
def test_the_words_of_a_name_belong_to_one_author(name: str) -> None:
    assert not fits(f"author:{name}", make(authors=("Ada Example", "Zoë Sample")))


@pytest.mark.parametrize("name", ["Zimmermann", "Zimmermann Otto", "Z. O.", "Z"])
def test_initials_alone_are_nobody(name: str) -> None:
    """Else a family name would find whoever has a middle name that begins so."""
    assert not fits(f"author:{name}", make(authors=("Z. O. Example",)))


def test_a_name_of_one_sign_is_a_name() -> None:
    assert fits("author:花", make(authors=("大山 花",)))


def test_a_name_in_the_title_is_no_author() -> None:
    assert not fits("author:Bayes", make("Bayes again"))


def test_an_organization_is_found_by_whole_words_in_order() -> None:
    paper = make(organization="The Example Lab of Samples")

    assert fits("org:example lab", paper)
    assert not fits("org:lab example", paper)
    assert not fits("org:exam", paper)
    assert not fits("org:example lab", make())


def test_names_are_typed_in_quotation_marks() -> None:
    assert parse_terms('robotics author:"Ada Example" org:"Example Lab"') == (
        "robotics",
        "author:Ada Example",
        "org:Example Lab",
    )
    assert parse_terms("author:Example, org:Example Lab") == ("author:Example", "org:Example Lab")
    typed = TERMS.parse('robotics author:"Ada Example" -org:"Example Lab" colour:blue')
    assert typed == Topics(include=("robotics", "author:Ada Example", "colour:blue"), exclude=("org:Example Lab",))
