"""Memory that pictures took is kept for the next ones: given back, it must be cleared again, page by page.

That clearing took a fifth of the time that is not Tesseract's: a picture's sums or labels are some 16 MB, and there are
several of them on the way through a page.
"""

from __future__ import annotations

import ctypes
import sys

MOST_KEPT_BYTES = 512 * 1024 * 1024
"""Of free memory at the end of the heap; what is above goes back."""
LARGEST_KEPT_BYTES = 32 * 1024 * 1024
"""What is larger in one piece goes back at once: glibc takes no higher bound."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of malloc.h


def keep_freed_memory() -> None:
    """For this process, from now on. Nothing where the C library is not glibc."""
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGEST_KEPT_BYTES)
        mallopt(_M_TRIM_THRESHOLD, MOST_KEPT_BYTES)
