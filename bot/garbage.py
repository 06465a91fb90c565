"""How often Python looks for garbage that reference counts do not find."""

import gc


def settle() -> None:
    """For a program that has started: what is here now stays, and is looked through no more.

    That would hold the loop for 70 ms each time. What comes later is looked at after 10,000 new objects in place of
    700: a batch of deliveries makes more than that at once, all of them still in use.
    """
    gc.set_threshold(10_000, 10, 10)
    gc.freeze()
