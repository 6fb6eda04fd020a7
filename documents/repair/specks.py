"""Single wrong pixels ("salt and pepper"), replaced by the middle value around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from documents.picture import Grey

BANDS, BAND_ROWS = 5, 24
"""How much of a page is looked at."""
STEP = 48
"""Grey levels by which a speck differs from everything around it."""
DENSE = 0.015
"""Of all pixels that stand alone: a third as many touch another then."""
FEWEST = 0.0015
"""Of all pixels; a sharp page of small print has a fifth of that."""


def speck_share(grey: Grey) -> float:
    """The share of pixels that stand out from all eight around them."""
    height = grey.shape[0]
    starts = np.linspace(0, max(0, height - BAND_ROWS), BANDS).astype(int)
    bands = [grey[start : start + BAND_ROWS] for start in starts]
    found = sum(int(np.count_nonzero(_specks(band))) for band in bands)
    return found / sum(band.size for band in bands)


def without_specks(grey: Grey, share: float) -> Grey:
    """`grey` with the middle value of its neighbourhood wherever a pixel stands alone; thin strokes stay.

    Where specks are so dense that many touch, every pixel gets it, and hairlines suffer.
    """
    middle = np.asarray(cv2.medianBlur(grey, 3), np.uint8)
    return middle if share > DENSE else np.where(_specks(grey) > 0, middle, grey)


def _specks(grey: Grey) -> Grey:
    """255 where a pixel is by `STEP` lighter or darker than each of its eight neighbours."""
    ring = np.ones((3, 3), np.uint8)
    ring[1, 1] = 0
    above = cv2.subtract(grey, cv2.dilate(grey, ring))
    below = cv2.subtract(cv2.erode(grey, ring), grey)
    return np.asarray(cv2.threshold(cv2.max(above, below), STEP, 255, cv2.THRESH_BINARY)[1], np.uint8)
