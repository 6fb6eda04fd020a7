"""Uneven light and shadows, taken out: each pixel is divided by the brightness of the paper around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from documents.repair.boxes import cells_under
from documents.repair.sketch import Boxes, Sketch, as_large_as

if TYPE_CHECKING:
    from documents.picture import Grey

EVEN_SPREAD = 0.06
"""Of the brightness of the paper: Tesseract bears that much unevenness."""
DARKEST = 8
"""Grey level of paper in the deepest shadow that is still lifted."""


def unevenness(sketch: Sketch, boxes: Boxes) -> float:
    """By how much the paper differs in brightness, as a share of its brightest; under dark boxes there is none."""
    cells = sketch.paper[~cells_under(boxes, sketch.paper)]
    if not cells.size:
        return 0.0
    low, high = np.percentile(cells, (2, 98))
    return float((high - low) / max(1.0, high))


def evened(grey: Grey, sketch: Sketch, boxes: Boxes) -> Grey:
    """`grey` as if all its paper were white. Dark boxes stay dark: the paper under them is taken from around them."""
    paper = np.maximum(sketch.paper, DARKEST)
    hidden = cells_under(boxes, paper)
    if hidden.any() and not hidden.all():
        paper = np.asarray(cv2.inpaint(paper, hidden.astype(np.uint8), 3, cv2.INPAINT_TELEA), np.uint8)
    soft = cv2.GaussianBlur(paper, (0, 0), 1.0)
    return np.asarray(cv2.divide(grey, as_large_as(np.asarray(soft, np.uint8), grey), scale=255), np.uint8)
