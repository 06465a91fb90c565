"""What people type becomes terms; nothing typed reaches the index's own language."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.search_query import LONGEST, MOST_TERMS, build_query


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Diffusion Transformers", ("diffusion", "transformers")),
        ("the state of the art", ("state", "art")),
        ("to be or not to be", ("not",)),
        ("what is the", ("what", "is", "the")),
        ("graph graph GRAPH", ("graph",)),
        ('"state space" models', ("state space", "models")),
        ("“state space” models", ("state space", "models")),
        ('"the who"', ("the who",)),
        ('"unfinished phrase', ("unfinished", "phrase")),
        ('""', ()),
        ("GPT-4o", ("gpt", "4o")),
        ("C++", ("c",)),
        ("foo* NEAR(bar, 2) NOT ^baz title:x", ("foo", "near", "bar", "2", "not", "baz", "title", "x")),
        ("snake_case", ("snake", "case")),
        ("ﬁne ＴＥＸＴ", ("fine", "text")),
        ("a\x00b\nc\u200bd", ("b", "c", "d")),
        ("naïve Bayes", ("naïve", "bayes")),
        ("🦉 🔥", ()),
        ("", ()),
        ("   ", ()),
        ("语言 model", ("语言", "model")),
    ],
)
def test_terms_of_a_query(typed: str, terms: tuple[str, ...]) -> None:
    assert build_query(typed).terms == terms


def test_a_long_query_is_cut_and_its_terms_are_limited() -> None:
    assert len(build_query(" ".join(f"word{number}" for number in range(5000))).terms) == MOST_TERMS
    assert max(len(term) for term in build_query("x" * 10_000).terms) == LONGEST


@pytest.mark.parametrize("typed", ["语言", "ことば", "한국어", "graph 语言"])
def test_scripts_without_spaces_are_looked_for_as_parts(typed: str) -> None:
    assert build_query(typed).by_parts
    assert not build_query("graphs").by_parts


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="\"*^:-+(){}[]\x00 ANDORNT'%_;", max_size=40))
def test_any_text_makes_a_query_that_the_index_understands(typed: str) -> None:
    query = build_query(typed)

    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE body USING fts5(title, abstract)")
        for match in (query.all_of, query.any_of):
            if match:
                assert connection.execute("SELECT * FROM body WHERE body MATCH ?", (match,)).fetchall() == []
