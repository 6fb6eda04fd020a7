"""Changing the sample rate of mono audio as it streams by, with FFmpeg's resampler."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.events import Samples

SLOWEST_RATE, FASTEST_RATE = 4_000, 768_000
"""Sample rates, per second, that sound is recorded at. A header that says otherwise is damaged."""


class Resampler:
    """One stream of mono audio from `source_rate` to `target_rate`; keeps its filter's state between calls.

    The output does not depend on how the input was cut, and stays aligned with it: sample n of the output is at
    n / `target_rate` seconds of the input.
    """

    def __init__(self, source_rate: int, target_rate: int) -> None:
        """Rates are samples per second. Raises `ValueError` outside 4 to 768 kHz."""
        for rate in (source_rate, target_rate):
            if not SLOWEST_RATE <= rate <= FASTEST_RATE:
                raise ValueError(f"a sample rate of {rate} Hz; sound has {SLOWEST_RATE} to {FASTEST_RATE} Hz")
        self._source_rate = source_rate
        self._graph = None if source_rate == target_rate else _graph(target_rate)

    def feed(self, samples: Samples) -> Samples:
        """The next stretch at the target rate; shorter than its share by what the filter holds back."""
        if self._graph is None:
            return samples
        if not len(samples):
            return np.empty(0, np.float32)
        import av

        plane = np.ascontiguousarray(samples, np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(plane, format="flt", layout="mono")
        frame.sample_rate = self._source_rate
        return _joined(self._graph.resample(frame))

    def flush(self) -> Samples:
        """What the filter still holds. The stream is over after it."""
        if self._graph is None:
            return np.empty(0, np.float32)
        return _joined(self._graph.resample(None))


def _graph(target_rate: int) -> Any:
    import av

    return av.AudioResampler(format="flt", layout="mono", rate=target_rate)


def _joined(frames: list[Any]) -> Samples:
    stretches = [frame.to_ndarray().reshape(-1) for frame in frames]
    return np.concatenate(stretches) if stretches else np.empty(0, np.float32)
