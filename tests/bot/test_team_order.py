"""Where a team's votes put a paper, told without making the whole list."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import Tally
from bot.ranking import rank
from bot.service.votes import Say, place_among, reordered
from tests.bot.papers_seen import crowd, evidence

RANKING = rank(evidence(crowd(40)))
IDS = st.sampled_from(RANKING.order)
SAYS = st.dictionaries(
    IDS, st.builds(Tally, up=st.integers(0, 9), down=st.integers(0, 9)).map(Say.of), max_size=6
)  # fmt: skip
MATCHED = st.just(RANKING.order) | st.lists(IDS, min_size=1, unique=True).map(
    lambda ids: tuple(sorted(ids, key=RANKING.order.index))
)


@settings(max_examples=60)
@given(MATCHED, SAYS, st.data())
def test_a_papers_place_is_that_of_the_list(
    matched: tuple[str, ...], votes: dict[str, Say], data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(matched))
    place = place_among(dict.fromkeys(matched), RANKING, votes, one)
    assert reordered(matched, RANKING, votes)[place] == one
