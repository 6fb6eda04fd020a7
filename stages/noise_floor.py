"""How far a sound stands out of what is always there: an adaptive noise floor.

The voice activity model hears speech in the murmur of other people, rightly. What tells the user from them is that he
is nearer, so louder than the sound that never stops. The floor is the quietest quarter of a second of the last seconds
(minimum statistics: R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum
statistics", 2001), in the band where voices are, so that hum and a microphone's offset do not count.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from pipeline.events import Samples

_LOWEST_HZ, _HIGHEST_HZ = 200, 4_000
_LEVEL_FRAMES = 3
"""A level is the mean over so many frames: shorter than a syllable."""
_FLOOR_FRAMES = 8
"""The floor is a mean over so many frames, a quarter of a second: longer than the gaps between words."""
QUIETEST_DB = -75.0
"""No floor lies below this, in dB of full scale: the noise of a good microphone in a quiet room."""


@dataclass(frozen=True, slots=True)
class NoiseGate:
    """How far speech must stand out of the noise floor, in dB.

    With these values twelve voices and more, as loud as the user at -5 dB, are noise; four are a conversation.
    """

    onset_rise_db: float = 7.0
    """Speech begins this far above the floor."""
    offset_rise_db: float = 5.0
    """Speech goes on while it is this far above the floor."""
    memory_s: float = 8.0
    """The floor is the quietest moment of so many seconds; noise that sets in is speech for that long."""

    def __post_init__(self) -> None:
        if not 0 <= self.offset_rise_db <= self.onset_rise_db:
            raise ValueError(
                f"rises of {self.onset_rise_db} and {self.offset_rise_db} dB: 0 <= offset <= onset is needed"
            )


class NoiseFloor:
    """The floor of one stream, frame by frame. Memory and cost of a frame do not grow."""

    def __init__(self, frame: int, rate: int, memory_s: float) -> None:
        """`frame` is the length of the frames in samples, `rate` samples per second."""
        self._memory = max(1, round(memory_s * rate / frame))
        self._shape = np.hanning(frame).astype(np.float32)
        self._band = slice(_LOWEST_HZ * frame // rate, _HIGHEST_HZ * frame // rate)
        self._scale = 2.0 / (frame * float(np.square(self._shape).sum()))
        self._powers: deque[float] = deque(maxlen=_FLOOR_FRAMES)
        self._minima: deque[tuple[int, float]] = deque()  # (frame, power), both rising: the first is the floor
        self._count = 0

    def rise_db(self, frame: Samples) -> float:
        """How far the sound up to and with `frame` stands above the floor, in dB; about 0 for steady noise."""
        spectrum = np.fft.rfft(frame * self._shape)[self._band]
        self._powers.append(float(np.square(np.abs(spectrum)).sum()) * self._scale)
        self._count += 1
        if len(self._powers) == _FLOOR_FRAMES:
            self._remember(sum(self._powers) / _FLOOR_FRAMES)
        recent = list(self._powers)[-_LEVEL_FRAMES:]
        floor = self._minima[0][1] if self._minima else 0.0
        return _decibels(sum(recent) / len(recent)) - _decibels(floor)

    def _remember(self, power: float) -> None:
        while self._minima and self._minima[-1][1] >= power:
            self._minima.pop()
        self._minima.append((self._count, power))
        if self._minima[0][0] <= self._count - self._memory:
            self._minima.popleft()


def _decibels(power: float) -> float:
    return 10.0 * float(np.log10(power + 10 ** (QUIETEST_DB / 10)))
