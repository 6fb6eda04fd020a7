"""Waiting for threads that a test has no other hold on."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST_S = 20.0


def until(holds: Callable[[], bool]) -> None:
    """Return when `holds` does. Fails after `LONGEST_S`, which only a machine that stands still needs."""
    limit = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.005)
