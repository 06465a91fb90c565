"""What topics match, and how people type them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.models import Combine, Paper, Topics
from bot.topics import LONGEST_TERM, MOST_TERMS, compile_topics, parse_terms

NOW = datetime(2026, 3, 10, tzinfo=UTC)
words = st.text("abcdefghijklmnopqrstuvwxyzäéλж", min_size=1, max_size=9)


def paper(
    title: str = "", abstract: str = "", *, categories: tuple[str, ...] = (), keywords: tuple[str, ...] = ()
) -> Paper:
    return Paper(
        id="2603.00001",
        title=title,
        abstract=abstract,
        categories=categories,
        keywords=keywords,
        first_seen_at=NOW,
        updated_at=NOW,
    )


def matches(term: str, text: str) -> bool:
    return compile_topics(Topics(include=(term,))).match(paper(text)) is not None


# --- matching ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "text"),
    [
        *(("RAG", "A rag pipeline"), ("agents", "One agent, alone"), ("agent", "Multi-agents at work")),
        *(("fine-tuning", "Finetuning costs"), ("finetuning", "on fine tuning it"), ("fine tuning", "FINE-TUNING!")),
        *(
            ("policy", "Safe policies"),
            ("losses", "a loss"),
            ("cache", "Two caches"),
            ("box", "boxes"),
            ("bias", "biases"),
        ),
        *(("reinforcement learning", "Reinforcement-learning robots"), ("LLM", "LLMs"), ("Pokemon", "Pokémon agents")),
        *(
            ("C++", "Agents in C++, fast"),
            ("GPT-4", "We ask GPT4."),
            ("A.I.", "AI for all"),
            ("Bayes’ rule", "Bayes' rule"),
        ),
        *(("ﬁne-tuning", "fine-tuning"), ("ＬＬＭ", "an LLM"), ("graph neural network", "graph neural networks")),
        *(
            ("语言", "大语言模型的推理"),
            ("言語モデル", "大規模言語モデル"),
            ("언어", "거대 언어모델은"),
            ("RAG 检索", "基于rag检索的方法"),
        ),
        *(("трансформер", "ТРАНСФОРМЕР"), ("k-means", "kmeans"), ("data sets", "a dataset")),
    ],
)
def test_spelling_makes_no_difference(term: str, text: str) -> None:
    assert matches(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        *(
            ("RAG", "storage"),
            ("RAG", "fragments rage"),
            ("agent", "agentic"),
            ("reinforcement learning", "learning reinforcement"),
        ),
        *(
            ("graph learning", "We draw a graph. Learning follows."),
            ("C++", "grade C, plus"),
            ("がん", "かん"),
            ("GAN", "organ"),
        ),
        *(("vision language", "vision and language"), ("cs.CL", "cs.CL is a category"), ("gate", "a gateway")),
    ],
)
def test_other_words_do_not_match(term: str, text: str) -> None:
    assert not matches(term, text)


def test_all_texts_of_a_paper_are_read() -> None:
    matcher = compile_topics(Topics(include=("grasping",)))
    assert matcher.match(paper("Hands", "About grasping.")) == ("grasping",)
    assert matcher.match(paper("Hands", keywords=("grasping",))) == ("grasping",)
    assert matcher.match(paper("Hands grasp", "ing")) is None


@pytest.mark.parametrize(
    ("term", "fits"),
    [
        *(("cs.CL", True), ("CS.cl", True), ("cs.LG", False), ("math.*", True), ("cs.*", True), ("stat.*", False)),
        *(("cond-mat", True), ("cond-mat.str-el", False), ("quant-ph", False)),
    ],
)
def test_a_category_matches_the_papers_categories(term: str, fits: bool) -> None:
    subject = paper("Title", categories=("cs.CL", "math.CO", "cond-mat.mes-hall"))
    assert (compile_topics(Topics(include=(term,))).match(subject) is not None) is fits


def test_matched_terms_keep_order_and_spelling() -> None:
    topics = Topics(include=("Robots", "LLM", "grasping"))
    assert compile_topics(topics).match(paper("Grasping robots")) == ("Robots", "grasping")


def test_nothing_included_fits_everything_without_terms() -> None:
    assert compile_topics(Topics()).match(paper("Anything")) == ()
    assert compile_topics(Topics(exclude=("survey",))).match(paper("Anything")) == ()


def test_an_excluded_term_wins() -> None:
    matcher = compile_topics(Topics(include=("robots",), exclude=("survey",)))
    assert matcher.match(paper("A survey of robots")) is None
    assert matcher.match(paper("Robots")) == ("robots",)


def test_all_asks_for_each_term() -> None:
    matcher = compile_topics(Topics(include=("robots", "grasping"), combine=Combine.ALL))
    assert matcher.match(paper("Robots")) is None
    assert matcher.match(paper("Grasping robots")) == ("robots", "grasping")


@settings(max_examples=150, deadline=None)
@given(st.lists(words, min_size=1, max_size=12), st.data())
def test_every_phrase_of_a_title_finds_it(title: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(title) - 1))
    phrase = " ".join(title[start : start + 8])[:LONGEST_TERM].rpartition(" ")[0] or title[start]
    assert matches(phrase, " ".join(title))
    assert matches(phrase.upper(), "-".join(title))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(words, min_size=1, max_size=6),
    st.lists(words, max_size=3),
    st.lists(words, max_size=3),
    st.sampled_from(Combine),
)
def test_any_all_and_exclude_agree_with_single_terms(
    title: list[str], include: list[str], exclude: list[str], combine: Combine
) -> None:
    text = " ".join(title)
    found = tuple(term for term in include if matches(term, text))
    fits = not any(matches(term, text) for term in exclude)
    fits &= len(found) == len(include) if combine is Combine.ALL else bool(found) or not include
    topics = Topics(include=tuple(include), exclude=tuple(exclude), combine=combine)
    assert compile_topics(topics).match(paper(text)) == (found if fits else None)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.text(max_size=40))
def test_no_text_breaks_matching(text: str, term: str) -> None:
    refused = False
    try:
        matcher = compile_topics(Topics(include=(term,)))
    except UsageError:
        refused = True
    assert refused or matcher.match(paper(text)) in {(term,), None}


# --- what people type -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("agents robots", ("agents", "robots")),
        ("reinforcement learning, agents", ("reinforcement learning", "agents")),
        ('"reinforcement learning" agents', ("reinforcement learning", "agents")),
        ("“graph  neural networks” „safety“", ("graph neural networks", "safety")),
        ('"unclosed phrase', ("unclosed phrase",)),
        ('"a, b" c', ("a, b", "c")),
        ("语言模型，机器人", ("语言模型", "机器人")),
        ("Agent, agents, AGENT, agent-s", ("Agent", "agent-s")),
        ("cs.CL math.*", ("cs.CL", "math.*")),
        (" , agents ,, ", ("agents",)),
    ],
)
def test_words_phrases_and_lists(text: str, terms: tuple[str, ...]) -> None:
    assert parse_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *(("", "No topic"), ('""', "No topic"), (" , ", "No topic"), ("🙂", "no word"), ('"..."', "no word")),
        ("x" * (LONGEST_TERM + 1), "at most 80 characters"),
        ("a b c d e f g h i,", "at most 8 words"),
        (" ".join(f"word{number}" for number in range(MOST_TERMS + 1)), "50 are the most"),
    ],
)
def test_what_cannot_be_a_topic_is_refused_with_an_example(text: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_terms(text)
    assert caught.value.code == "topic"
    assert reason in caught.value.message
    assert caught.value.hint
    assert len(caught.value.message) < 150


def test_too_many_terms_are_refused_when_compiled() -> None:
    with pytest.raises(UsageError, match="50 are the most"):
        compile_topics(Topics(include=tuple(f"word{number}" for number in range(MOST_TERMS + 1))))


@settings(max_examples=150, deadline=None)
@given(st.lists(words, min_size=1, max_size=8))
def test_terms_written_as_quoted_phrases_read_back(phrase: list[str]) -> None:
    text = " ".join(phrase)[:LONGEST_TERM].strip()
    assert parse_terms(f'"{text}"') == (text,)
