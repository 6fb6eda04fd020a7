"""The grey picture of a coloured page in which its writing shows best.

Red on green of the same brightness is nothing in the usual grey and plain to see in the red channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from documents.picture import Grey

Colour = npt.NDArray[np.uint8]
"""Red, green, blue; shape (height, width, 3)."""

USUAL = (0.299, 0.587, 0.114)
"""Brightness (ITU-R BT.601)."""
MIXTURES: dict[str, tuple[float, float, float]] = {
    "red": (1, 0, 0),
    "green": (0, 1, 0),
    "blue": (0, 0, 1),
    "red and green": (0.5, 0.5, 0),
}
COLOURFUL = 40
"""Between a pixel's channels; less is a grey page, whatever paper and lamp add."""
COLOURFUL_SHARE = 0.01
CLEAR_STEP = 60
"""Grey levels; an edge with more shows no better."""
CLEAR_GAIN = 1.15
"""By how much another grey must be better than the usual one."""


def best_grey(picture: Colour) -> tuple[Grey, str]:
    """The grey version of `picture` with most contrast at its edges, and what it is made of."""
    usual = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    step = max(1, max(picture.shape) // 700)
    small = picture[::step, ::step].astype(np.int16)
    if np.mean(np.ptp(small, axis=2) > COLOURFUL) < COLOURFUL_SHARE:
        return usual, "brightness"
    edges = _edges(small)
    before = _clearness(edges, USUAL)
    found = {name: _clearness(edges, mixture) for name, mixture in MIXTURES.items()}
    best = max(found, key=lambda name: found[name])
    if found[best] < CLEAR_GAIN * before:
        return usual, "brightness"
    mixed = cv2.transform(picture, np.array([MIXTURES[best]], np.float32))
    return np.asarray(mixed, np.uint8), best


def _edges(small: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """The steps between neighbours where any channel has a clear one; shape (n, 3)."""
    steps = np.concatenate([np.diff(small, axis=0).reshape(-1, 3), np.diff(small, axis=1).reshape(-1, 3)])
    return np.asarray(steps[np.abs(steps).max(axis=1) > COLOURFUL], np.int16)


def _clearness(edges: npt.NDArray[np.int16], mixture: tuple[float, float, float]) -> float:
    return float(np.minimum(np.abs(edges @ np.array(mixture)), CLEAR_STEP).mean()) if len(edges) else 0.0
