"""Stars and forks, by GraphQL and by REST."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given

from bot.models import Counts
from bot.sources import Needs, Parsed, SourceError
from bot.sources.github import PER_QUERY, GitHub, parse_graphql, parse_repository
from tests.bot.documents import any_document

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PAPER = ("2603.01234",)


def test_rest_tells_stars_and_forks_of_every_paper_of_a_repository() -> None:
    document = {"full_name": "lab/code", "stargazers_count": 12, "forks_count": 3}
    parsed = parse_repository("lab/code", ("2603.01234", "2603.00002"), document, NOW)
    assert parsed.moved == {}
    assert [observation.paper_id for observation in parsed.batch.observations] == ["2603.01234", "2603.00002"]
    assert parsed.batch.observations[0].counts == Counts(github_stars=12, github_forks=3)
    assert parsed.batch.observations[0].source == "github"


def test_a_renamed_repository_gets_its_new_name() -> None:
    document = {"full_name": "lab/new-name", "stargazers_count": 12, "forks_count": 3}
    assert parse_repository("lab/code", PAPER, document, NOW).moved == {"2603.01234": "lab/new-name"}


def test_a_repository_that_is_gone_says_nothing() -> None:
    parsed = parse_repository("lab/code", PAPER, {"message": "Not Found"}, NOW)
    assert (parsed.batch.observations, parsed.skipped) == ((), 1)


@pytest.mark.parametrize("document", [None, [], "x", {}, {"full_name": "lab/code"}])
def test_what_is_no_repository_is_an_error_in_words(document: Any) -> None:
    with pytest.raises(SourceError, match="not a repository"):
        parse_repository("lab/code", PAPER, document, NOW)


def test_graphql_answers_by_alias_and_misses_are_null() -> None:
    document = {
        "data": {
            "r0": {"nameWithOwner": "lab/code", "stargazerCount": 5, "forkCount": 1},
            "r1": None,
            "r2": {"nameWithOwner": "lab/moved", "stargazerCount": 0, "forkCount": None},
            "rateLimit": {"cost": 1, "remaining": 4999},
        },
        "errors": [{"type": "NOT_FOUND", "path": ["r1"], "message": "Could not resolve"}],
    }
    wanted = [("lab/code", ("1",)), ("lab/gone", ("2",)), ("lab/old", ("3",))]
    parsed = parse_graphql(wanted, document, NOW)
    assert [observation.counts for observation in parsed.batch.observations] == [
        Counts(github_stars=5, github_forks=1), Counts(github_stars=0),
    ]  # fmt: skip
    assert parsed.moved == {"3": "lab/moved"}
    assert parsed.skipped == 1


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"errors": [{"message": "Something went wrong."}]}, r"could not answer: Something went wrong\."),
        ({"data": None}, "could not answer"),
        ([], "could not answer"),
        ({"errors": ["odd"]}, "could not answer"),
    ],
)
def test_a_query_that_failed_as_a_whole_is_an_error_in_words(document: Any, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse_graphql([("lab/code", PAPER)], document, NOW)


def test_without_a_token_each_repository_is_asked_for_by_itself() -> None:
    asks = GitHub().asks(Needs(now=NOW, repositories={"lab/code": PAPER, "../etc": PAPER}))
    assert [ask.request.url for ask in asks] == ["https://api.github.com/repos/lab/code"]
    assert 404 in asks[0].request.expected


def test_with_a_token_many_are_asked_for_at_once() -> None:
    repositories = {f"lab/code-{number}": PAPER for number in range(PER_QUERY + 1)} | {'a"b/c': PAPER}
    source = GitHub(token="secret")
    first, second = source.asks(Needs(now=NOW, repositories=repositories))
    assert first.request.json is not None
    assert second.request.json is not None
    assert first.request.json["query"].count("repository(") == PER_QUERY
    assert second.request.json["query"].startswith('query { r0: repository(owner: "lab", name: "code-80")')
    assert (first.request.token, first.request.url) == ("secret", "https://api.github.com/graphql")
    assert "secret" not in repr(source)
    answer = {"data": {"r0": {"nameWithOwner": "lab/code-0", "stargazerCount": 1, "forkCount": 0}}}
    assert first.parse(answer, NOW).skipped == PER_QUERY - 1


@pytest.mark.parametrize(
    ("token", "left", "asks"), [(None, 30, 12), (None, 9, 4), (None, 5, 0), (None, 0, 0), ("t", 5, 0), ("t", 6, 1)]
)
def test_some_of_a_quota_is_left_for_others(token: str | None, left: int, asks: int) -> None:
    repositories = {f"lab/code-{number}": PAPER for number in range(30)}
    wanted = Needs(now=NOW, repositories=repositories, requests_left=left)
    assert len(GitHub(token=token).asks(wanted)) == asks


@given(any_document)
def test_no_document_breaks_the_parsers(document: Any) -> None:
    readings: tuple[Callable[[Any, datetime], Parsed], ...] = (
        partial(parse_graphql, [("lab/code", PAPER)]),
        partial(parse_repository, "lab/code", PAPER),
    )
    for odd in (document, {"data": document}, {"data": {"r0": document}}, {"stargazers_count": document}):
        for parse in readings:
            try:
                parse(odd, NOW)
            except SourceError as error:
                assert error.reason  # noqa: PT017  # either outcome is right; anything else would surface
