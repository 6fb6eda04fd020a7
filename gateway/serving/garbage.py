"""Python's collector of reference cycles, as a server wants it.

Calls leave no cycles behind (`tests/gateway/test_garbage.py`), but the collector looks for them whenever so many
more objects were made than freed; at 64 calls at once that took a seventh of the processor's time.
"""

from __future__ import annotations

import gc
import sys

MOST_YOUNG_OBJECTS = 20_000
"""More made than freed since the last look: some 64 calls under way. Python's own bound is 700 (2,000 from 3.12 on)."""


def put_off() -> None:
    """Not while all is loaded, which makes a million objects and no garbage."""
    gc.disable()


def begin() -> None:
    """From now on, and without what is loaded by now: that stays. To be called in the running event loop."""
    gc.freeze()
    gc.set_threshold(MOST_YOUNG_OBJECTS, *gc.get_threshold()[1:])
    gc.enable()
    # The loop would keep a list of all asynchronous generators, to close those that are left when it ends. Here each is
    # closed by who reads it, and a call makes some twenty. One that is forgotten is still closed when it is collected.
    sys.set_asyncgen_hooks(firstiter=None)
