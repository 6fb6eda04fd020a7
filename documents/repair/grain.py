"""Grain all over a page, as dark rooms and bad scanners make it: softened as far as the letters bear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from documents.picture import Grey

BANDS, BAND_ROWS = 5, 24
"""How much of a page is looked at."""
COARSE_LEVELS = 8.0
"""Standard deviation of the paper's grey level, from which on Tesseract takes grain for ink."""
MAD_TO_SIGMA = 1.4826
"""From the median of absolute deviations to the standard deviation of normal noise."""
SOFTENING = 0.07
"""Of a letter's height: the sigma that reads best on the development pages."""
MOST_SOFTENING_PX = 1.6


def grain_levels(grey: Grey) -> float:
    """The standard deviation of the grain in grey levels; what is written on the page hardly counts."""
    height = grey.shape[0]
    starts = np.linspace(0, max(0, height - BAND_ROWS), BANDS).astype(int)
    deviations = [
        cv2.absdiff(band, cv2.medianBlur(band, 5)).ravel()
        for band in (np.ascontiguousarray(grey[start : start + BAND_ROWS]) for start in starts)
    ]
    return MAD_TO_SIGMA * float(np.median(np.concatenate(deviations)))


def softened(grey: Grey, letter_height_px: float) -> Grey:
    """`grey` without its grain."""
    sigma = min(MOST_SOFTENING_PX, SOFTENING * letter_height_px)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.uint8) if sigma > 0 else grey
