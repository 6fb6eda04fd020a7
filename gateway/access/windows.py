"""What was used lately, counted: requests in a moving window, tokens in a sliding one.

A moving window remembers when each request came, so that there is no border at which twice as many fit. Tokens come in
thousands at a time, and remembering each would cost megabytes: two counters, of this window and the one before, tell
how many there were, as if those of the one before had come evenly (`estimate`).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Used:
    """Counts of a sliding window."""

    before: int
    """In the last whole window."""
    now: int
    """In the one that runs."""
    elapsed: float
    """The share of it that is over, 0 to 1."""

    @property
    def estimate(self) -> float:
        """In the window that ends now."""
        return self.before * (1 - self.elapsed) + self.now

    def wait_share(self, most: int) -> float:
        """How many windows from now the estimate will be below `most`, if nothing comes on top; 0 to 2."""
        if self.estimate < most:
            return 0.0
        if self.now < most:
            return 1 - (most - self.now) / self.before - self.elapsed
        return 1 - self.elapsed + 1 - most / self.now


class Windows(Protocol):
    """Counts by key."""

    async def take(self, key: str, most: int, window_s: int) -> float:
        """Count one, unless `most` came within the last `window_s`; the seconds until there is room, 0 if counted."""
        ...

    async def used(self, key: str, window_s: int) -> Used:
        """What was added."""
        ...

    async def add(self, key: str, amount: int, window_s: int) -> None:
        """Add to the window that runs."""
        ...


@dataclass(slots=True)
class _Counts:
    index: int
    before: int = 0
    now: int = 0


class MemoryWindows:
    """Counts for this process, by a clock that never goes back: setting the machine's clock locks nobody out.

    Its keys are clients, so that it stays small without a sweep.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._moments: dict[str, deque[float]] = {}
        self._counts: dict[str, _Counts] = {}

    async def take(self, key: str, most: int, window_s: int) -> float:
        now, moments = self._clock(), self._moments.setdefault(key, deque())
        while moments and moments[0] <= now - window_s:
            moments.popleft()
        if len(moments) >= most:
            return moments[len(moments) - most] + window_s - now
        moments.append(now)
        return 0.0

    async def used(self, key: str, window_s: int) -> Used:
        counts, elapsed = self._running(key, window_s)
        return Used(counts.before, counts.now, elapsed)

    async def add(self, key: str, amount: int, window_s: int) -> None:
        self._running(key, window_s)[0].now += amount

    def _running(self, key: str, window_s: int) -> tuple[_Counts, float]:
        index, within_s = divmod(self._clock(), window_s)
        counts = self._counts.setdefault(key, _Counts(int(index)))
        if counts.index != index:
            followed = counts.index == index - 1
            counts.index, counts.before, counts.now = int(index), counts.now if followed else 0, 0
        return counts, within_s / window_s
