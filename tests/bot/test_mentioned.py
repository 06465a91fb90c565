"""Which of the papers that a message names are shown, and that none is passed over without a word."""

from hypothesis import given
from hypothesis import strategies as st

from bot.mentioned import MOST, first_of, mentioned

IDS = [f"2603.{number:05}" for number in range(30)]


def test_known_ones_are_shown_however_many_unknown_ones_stand_before_them() -> None:
    named = mentioned(IDS, {IDS[12], IDS[13]}, 4)
    assert named.shown == (IDS[12], IDS[13])
    assert named.words == (f"I do not know yet: {', '.join(IDS[:10])} and 18 more.",)


def test_those_without_room_are_named() -> None:
    named = mentioned(IDS[:6], IDS, 4)
    assert named.shown == tuple(IDS[:4])
    assert named.words == (f"It names 2 more: {IDS[4]}, {IDS[5]}. See one with /papers paper ID.",)


def test_nothing_known_says_so_of_one_and_of_several() -> None:
    assert mentioned(IDS[:1], (), 4).words == (f"That message names {IDS[0]}; I have not seen it yet.",)
    assert "I have not seen them yet" in mentioned(IDS[:2], (), 4).words[0]
    assert mentioned((), (), 4).words == ()


@given(st.lists(st.sampled_from(IDS), unique=True), st.sets(st.sampled_from(IDS)), st.integers(0, 12))
def test_each_is_shown_or_counted_once(ids: list[str], known: set[str], room: int) -> None:
    named = mentioned(ids, known, room)
    assert sorted((*named.shown, *named.left, *named.unknown)) == sorted(ids)
    assert len(named.shown) <= room
    assert bool(named.words) == (set(named.shown) != set(ids))


def test_a_message_of_thousands_is_read_to_a_limit() -> None:
    assert first_of(f"{number // 2}" for number in range(5000)) == [str(number) for number in range(MOST)]
