"""Python's collector of reference cycles, as a server wants it.

Calls leave no cycles behind (`tests/gateway/test_garbage.py`), but the collector looks for them whenever so many
more objects were made than freed; at 64 calls at once that took a seventh of the processor's time.
"""

from __future__ import annotations

import gc

MOST_YOUNG_OBJECTS = 20_000
"""More made than freed since the last look: some 64 calls under way. Python's own bound is 700 (2,000 from 3.12 on)."""


def put_off() -> None:
    """Not while all is loaded, which makes a million objects and no garbage."""
    gc.disable()


def begin() -> None:
    """From now on, and without what is loaded by now: that stays."""
    gc.freeze()
    gc.set_threshold(MOST_YOUNG_OBJECTS, *gc.get_threshold()[1:])
    gc.enable()
