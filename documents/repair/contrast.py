"""Faint print and grey paper, stretched to black on white."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from documents.picture import Grey

INK_SHARE = 0.004
"""Of all pixels, the darkest, that stand for the ink: a page with a few lines has that much."""
DARK_ENOUGH, LIGHT_ENOUGH = 90, 215
"""Grey levels of ink and paper that need no stretching."""
BLACK, WHITE = 10, 255
LEAST_SPAN = 12
"""Grey levels between ink and paper; less is the grain of blank paper."""
PAPER_GRAIN = 0.06
"""Of the span, below the paper's level, that is made white too."""


def ink_and_paper(grey: Grey) -> tuple[int, int]:
    """Grey levels of the ink and of the paper."""
    sample = np.ascontiguousarray(grey[:: max(1, grey.shape[0] // 400)])
    counted = np.cumsum(cv2.calcHist([sample], [0], None, [256], [0, 256]).ravel())
    ink, paper = np.searchsorted(counted, np.array([INK_SHARE, 0.5]) * counted[-1])
    return int(ink), int(paper)


def needs_stretching(ink: int, paper: int) -> bool:
    """Whether ink and paper lie too close together, or too far from black and white."""
    return paper - ink >= LEAST_SPAN and (ink > DARK_ENOUGH or paper < LIGHT_ENOUGH)


def stretched(grey: Grey, ink: int, paper: int) -> Grey:
    """`grey` with `ink` black and `paper` white."""
    top = paper - PAPER_GRAIN * (paper - ink)
    levels = BLACK + (np.arange(256) - ink) * ((WHITE - BLACK) / (top - ink))
    return np.asarray(cv2.LUT(grey, np.clip(levels, 0, 255).astype(np.uint8)), np.uint8)
