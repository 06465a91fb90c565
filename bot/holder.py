"""Who holds what one at a time may hold: a lease, a claimed delivery or a turn carries the name of its holder."""

import os
import socket
from secrets import token_hex


def new_holder() -> str:
    """A name nobody else has, as `machine:process:random`: whoever reads the table sees where the holder runs.

    The random part tells apart holders of one process, and processes of one number in containers of one name.
    """
    return f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}"
