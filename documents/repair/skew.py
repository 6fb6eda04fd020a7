"""By how much the lines of a page slope, from the feet and heads of its letters.

Seen along the lines, the feet of all letters of a line fall together; the sum of squares of how many fall where is
largest at the slope of the lines (Postl 1986: projection profiles). Letters are fewer than pixels: all angles cost
about a millisecond.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from documents.repair.sketch import Boxes

WIDEST_DEG = 20.0
COARSE_DEG, FINE_DEG = 0.5, 0.05
LEAST_SKEW_DEG = 0.15
"""Tesseract follows lines that slope less as well as level ones."""
FEWEST_LETTERS = 12
MOST_LETTERS = 900
"""More make the angle no better known."""
LINES_GAIN = 1.6
"""By how much the sharpest profile surpasses the usual one where there are lines at all."""
CLEAR_GAIN = 1.01
"""By how much the profile at the best angle is sharper than at none, where the page is turned."""


def skew_deg(letters: Boxes) -> float:
    """Degrees by which the lines fall to the right; 0 where there are too few letters to tell."""
    if len(letters) < FEWEST_LETTERS:
        return 0.0
    tall = letters[letters[:, 3] * 2 >= np.median(letters[:, 3])]
    chosen = tall[:: 1 + len(tall) // MOST_LETTERS].astype(np.float64)
    middle = chosen[:, 0] + chosen[:, 2] / 2
    coarse = np.arange(-WIDEST_DEG, WIDEST_DEG + COARSE_DEG / 2, COARSE_DEG)
    rough_scores = [_sharpness(chosen, middle, angle, 2.0) for angle in coarse]
    if max(rough_scores) < LINES_GAIN * np.median(rough_scores):
        return 0.0
    fine = coarse[np.argmax(rough_scores)] + np.arange(-COARSE_DEG, COARSE_DEG + FINE_DEG / 2, FINE_DEG)
    scores = np.array([_sharpness(chosen, middle, angle, 1.0) for angle in fine])
    best = float(fine[np.argmax(scores)])
    if scores.max() < CLEAR_GAIN * _sharpness(chosen, middle, 0.0, 1.0):
        return 0.0
    return best


def line_gain(letters: Boxes) -> float:
    """By how much the sharpest profile surpasses the usual one, along lines or across them; 1 without any lines.

    Pages of print have 4 and more, noise, leaves and other photographs 1.0 to 1.3.
    """
    if len(letters) < FEWEST_LETTERS:
        return 1.0
    best = 0.0
    for boxes in (letters, letters[:, [1, 0, 3, 2, 4]]):
        tall = boxes[boxes[:, 3] * 2 >= np.median(boxes[:, 3])]
        chosen = tall[:: 1 + len(tall) // MOST_LETTERS].astype(np.float64)
        middle = chosen[:, 0] + chosen[:, 2] / 2
        angles = np.arange(-WIDEST_DEG, WIDEST_DEG + COARSE_DEG, 2 * COARSE_DEG)
        scores = [_sharpness(chosen, middle, angle, 2.0) for angle in angles]
        best = max(best, max(scores) / float(np.median(scores)))
    return best


def _sharpness(
    letters: npt.NDArray[np.float64], middle: npt.NDArray[np.float64], angle: float, bin_height: float
) -> float:
    """How closely the feet and the heads of the letters fall together, seen along `angle` degrees."""
    drop = np.tan(np.radians(angle)) * middle
    total = 0.0
    for edge in (letters[:, 1], letters[:, 1] + letters[:, 3]):
        places = (edge - drop) / bin_height
        places -= places.min()
        low = places.astype(np.int64)
        share = places - low
        counted = np.bincount(low, letters[:, 2] * (1 - share), int(low.max()) + 2)
        counted[1:] += np.bincount(low, letters[:, 2] * share, len(counted) - 1)
        total += float(counted @ counted)
    return total
