"""How long a token rests that Slack did not exchange."""

from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.exchange import LONGEST_REST, REFUSED_REST, Failures, not_renewed
from bot.models import Outcome
from bot.ports import Installation
from tests.builders import NOON

ONE = Installation(
    platform="slack", workspace="T1", token="xoxe.xoxb-1-first", refresh_token="xoxe-1-first", installed_at=NOON
)


def answer(status: int, error: str, **headers: str) -> SlackApiError:
    told = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="",
        req_args={},
        data={"ok": False, "error": error},
        headers=headers,
        status_code=status,
    )
    return SlackApiError("", told)  # type: ignore[no-untyped-call]  # slack_sdk has no types there


def test_each_further_failure_is_waited_for_twice_as_long_up_to_five_minutes() -> None:
    failures, real, waits = Failures(), NOON, []
    for _ in range(40):
        failure = failures.note(ONE, TimeoutError(), real)
        waits.append(failure.until - real)
        real = failure.until
    assert [wait.total_seconds() for wait in waits[:5]] == [2, 4, 8, 16, 32]
    assert max(waits) == waits[-1] == LONGEST_REST


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (answer(200, "invalid_refresh_token"), True),
        (answer(200, "bad_client_secret"), True),
        (answer(200, "internal_error"), False),
        (answer(503, "service_unavailable"), False),
        (answer(429, "ratelimited"), False),
        (aiohttp.ServerDisconnectedError(), False),
        (KeyError("access_token"), False),
    ],
)
def test_what_slack_refuses_is_told_from_what_it_fails_to_do(error: Exception, refused: bool) -> None:
    failure = Failures().note(ONE, error, NOON)
    assert failure.refused is refused
    assert (failure.until == NOON + REFUSED_REST) is refused


def test_what_slack_asks_to_wait_is_waited() -> None:
    assert Failures().note(ONE, answer(429, "ratelimited", **{"Retry-After": "45"}), NOON).until == NOON + timedelta(
        seconds=45
    )


def test_another_token_of_the_same_workspace_does_not_rest() -> None:
    failures = Failures()
    until = failures.note(ONE, TimeoutError(), NOON).until
    assert failures.of(ONE, NOON) is not None
    assert failures.of(ONE, until) is None
    assert failures.of(replace(ONE, token="xoxe.xoxb-1-second"), NOON) is None
    failures.forget(ONE)
    assert failures.of(ONE, NOON) is None


def test_a_workspace_without_its_next_token_waits_and_is_not_asked_to_install() -> None:
    failure = not_renewed(NOON + timedelta(seconds=8), NOON).failure
    assert (failure.outcome, failure.retry_after) == (Outcome.LIMITED, 8.0)
    assert "nstall" not in failure.reason


def test_a_failure_shows_no_token() -> None:
    assert ONE.token not in repr(Failures().note(ONE, TimeoutError(), NOON))
