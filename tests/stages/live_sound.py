"""Microphones for tests: sound that comes as its time comes, on whatever clock the loop has."""

from __future__ import annotations

import asyncio
from itertools import count

import numpy as np

from benchmarks.noisy_speech import noise
from pipeline.events import Audio, Samples
from tests.stages.sounds import RATE


class PacedSource:
    """A microphone on the loop's clock: each chunk comes when its last sample has been captured."""

    live = True

    def __init__(self, sound: Samples, sizes: list[int] | None = None, rate: int = RATE) -> None:
        self._sound, self._rate = sound, rate
        self._sizes = sizes or [512]
        self._chunk = count()
        self._at = 0
        self.started = 0.0
        """When its first sample was captured, on the loop's clock."""
        self._running = False
        self.closed = False

    @property
    def position(self) -> int:
        """Samples that were handed over."""
        return self._at

    def __aiter__(self) -> PacedSource:
        return self

    async def __anext__(self) -> Audio:
        loop = asyncio.get_running_loop()
        if not self._running:
            self._running, self.started = True, loop.time()
        size = self._sizes[next(self._chunk) % len(self._sizes)]
        end = min(self._at + size, len(self._sound))
        if end == self._at:
            raise StopAsyncIteration
        await asyncio.sleep(max(0.0, self.started + end / self._rate - loop.time()))
        chunk, self._at = self._sound[self._at : end], end
        return Audio(chunk, self._rate)

    async def aclose(self) -> None:
        self.closed = True


ROOM = noise("pink", 12.0)[: 12 * RATE] * np.float32(0.003)
"""No two stretches of it are equal, so that nothing can be lost or doubled unseen."""


def spoken_at(*places: tuple[float, Samples], seconds: float = 8.0) -> Samples:
    """A quiet room in which these sounds begin at these seconds."""
    sound = ROOM[: round(seconds * RATE)].copy()
    for start_s, part in places:
        start = round(start_s * RATE)
        sound[start : start + len(part)] += part
    return sound
