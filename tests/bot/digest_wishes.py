"""A channel with a digest, and whatever a channel may wish of one."""

from datetime import UTC, date

from hypothesis import strategies as st

from bot.models import Combine, Filters, Period, Preferences, Topics, Weekdays
from bot.views import Notice, Tone, View
from tests.builders import NOON, days, hours, make_batch, make_observation, make_paper, make_schedule, make_subscription
from tests.service import Desk, make_desk

DATES = st.dates(date(2026, 1, 1), date(2027, 12, 31))
SPANS = st.tuples(DATES, DATES).map(lambda pair: (min(pair), max(pair)))
FILTERS = st.builds(
    Filters,
    minimum_upvotes=st.none() | st.integers(1, 1000),
    minimum_score=st.none() | st.floats(0.01, 99),
    sources=st.lists(st.sampled_from(["arxiv", "github"]), unique=True).map(tuple),
    only_with_code=st.booleans(),
    maximum_age=st.none() | st.integers(1, 45),
)
PREFERENCES = st.builds(
    Preferences,
    paused_until=st.none() | DATES,
    skip_slot=st.none() | DATES,
    quiet_dates=st.lists(SPANS, max_size=4).map(tuple),
    most_per_week=st.none() | st.integers(1, 7),
    skip_when_empty=st.booleans(),
    filters=FILTERS,
    compact=st.booleans(),
    details=st.booleans(),
    learn=st.booleans(),
    learn_since=st.none() | st.datetimes(timezones=st.just(UTC)),
    tags=st.lists(st.sampled_from(["papers", "off topic"]), unique=True).map(tuple),
    publish=st.booleans(),
    ping=st.sampled_from(["", "here", "S0123456", "123456789012345678"]),
)
TERMS = st.lists(st.from_regex(r"[a-z]{3,9}", fullmatch=True), max_size=4, unique=True).map(tuple)
SUBSCRIPTIONS = st.builds(
    make_subscription,
    schedule=st.builds(
        make_schedule,
        zone=st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]),
        at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
        on=st.integers(1, 127).map(Weekdays),
        period=st.sampled_from(Period),
    ),
    topics=st.builds(Topics, include=TERMS, exclude=TERMS, combine=st.sampled_from(Combine)),
    limit=st.integers(3, 10),
    preferences=PREFERENCES,
)


async def a_digest() -> Desk:
    """Six new papers, a day apart, with 10, 20 … 60 upvotes; every second has code. The channel has a digest."""
    desk = make_desk()
    for number in range(1, 7):
        paper_id = f"2603.{number:05}"
        paper = make_paper(
            paper_id,
            summary="What we found.",
            first_seen_at=NOON - days(number),
            github_repo="example/code" if number % 2 else None,
            sources=("arxiv",) if number > 3 else ("hugging_face",),
        )
        await desk.store.papers.add(make_batch(paper, make_observation(paper_id, NOON - hours(1), upvotes=number * 10)))
    await desk.ask("digest subscribe")
    return desk


async def notice(desk: Desk, text: str) -> Notice:
    view = await desk.ask(text)
    assert isinstance(view, Notice), view
    return view


def told(view: View) -> dict[str, str]:
    assert isinstance(view, Notice), view
    assert view.tone is not Tone.ERROR, view
    return {field.label: field.text for field in view.fields}
