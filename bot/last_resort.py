"""The end of a process that was asked to end and cannot, as before a database that holds on and says nothing."""

import os
import sys
import threading

import structlog

log = structlog.get_logger(__name__)


def end_for_certain(seconds: float) -> None:
    """End this process then, with 0, whatever it waits for, unless it has ended before.

    A kill at any moment loses nothing: the ledger has the marks of what was on its way, and leases end by themselves.
    """
    timer = threading.Timer(seconds, _end, [seconds])
    timer.daemon = True
    timer.start()


def _end(seconds: float) -> None:
    log.warning("something did not let go; ending without it", after_seconds=seconds)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
