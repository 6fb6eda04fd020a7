"""Variety for log-mel features (80, frames): other vocal tracts, channels, levels, noise, and gaps in time or frequency.

faster-whisper's features are (log10 power, cut at 8 below the loudest, plus 4) / 4; noise and level act on the power.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
BANDS = 80


def augment(features: Features, source: np.random.Generator) -> Features:
    """One random variant of a clip; the same shape."""
    if source.random() < 0.2:
        features = _warp_bands(features, source)
    if source.random() < 0.2:
        features = features + _smooth_curve(source.normal(0, 0.09, 5))
    power = features * 4 - 4 + source.uniform(-1.2, 0.4)
    if source.random() < 0.15:
        power = _add_noise(power, source)
    if source.random() < 0.1:
        power[int(source.integers(52, 60)) :] = -10.0  # a telephone carries nothing above 4 kHz
    features = _normalise(power)
    for axis in (0, 1):
        if source.random() < 0.5:
            _blank(features, axis, source)
    return features


def noise_clip(source: np.random.Generator) -> Features:
    """Features of 0.4 to 4 s of silence or of random, shaped noise."""
    frames = int(source.integers(40, 400))
    if source.random() < 0.2:
        return _normalise(np.full((BANDS, frames), -10.0))
    grain = np.log10(source.gamma(1.5, 0.5, (BANDS, frames)) + 1e-6)
    return _normalise(_noise_shape(source) + source.uniform(-7, 0) + grain)


def _warp_bands(features: Features, source: np.random.Generator) -> Features:
    """The frequency axis stretched by up to 12 %, as by a longer or shorter vocal tract."""
    position = np.clip(np.arange(BANDS) * source.uniform(0.88, 1.12) + source.uniform(-1, 1), 0, BANDS - 1.001)
    lower = position.astype(int)
    share = (position - lower)[:, None].astype(np.float32)
    warped: Features = features[lower] * (1 - share) + features[lower + 1] * share
    return warped


def _add_noise(power: Features, source: np.random.Generator) -> Features:
    level = np.log10(np.mean(10**power)) - source.uniform(0.4, 3.0)
    shape = _noise_shape(source)
    shape = shape - np.log10(np.mean(10**shape))
    noise = 10 ** (level + shape) * source.gamma(2.0, 0.5, power.shape)
    return np.asarray(np.log10(10**power + noise), dtype=np.float32)


def _noise_shape(source: np.random.Generator) -> Features:
    """A random spectrum that mostly falls with frequency, (80, 1) in log10 power."""
    return _smooth_curve(source.normal(0, 0.45, 6) - np.linspace(0, source.uniform(-0.5, 2.5), 6))


def _smooth_curve(points: NDArray[np.float64]) -> Features:
    curve = np.interp(np.arange(BANDS), np.linspace(0, BANDS - 1, len(points)), points)
    column: Features = curve[:, None].astype(np.float32)
    return column


def _normalise(power: NDArray[np.floating]) -> Features:
    features: Features = ((np.maximum(power, power.max() - 8) + 4) / 4).astype(np.float32)
    return features


def _blank(features: Features, axis: int, source: np.random.Generator) -> None:
    width = int(source.integers(1, 9))
    start = int(source.integers(0, max(1, features.shape[axis] - width)))
    window = (slice(start, start + width), slice(None)) if axis == 0 else (slice(None), slice(start, start + width))
    features[window] = features.mean()
