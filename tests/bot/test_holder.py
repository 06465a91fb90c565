"""The names under which leases, deliveries and turns are held."""

import os

from bot.holder import new_holder


def test_two_holders_of_one_process_have_two_names() -> None:
    assert len({new_holder() for _ in range(100)}) == 100


def test_a_holder_tells_in_which_process_it_is() -> None:
    assert f":{os.getpid()}:" in new_holder()
