"""Frames around what was filled in or ticked, taken out of the picture: Tesseract reads their sides as letters."""

from __future__ import annotations

import numpy as np

from documents.outer_boxes import outer_boxes
from documents.picture import DARK, Grey
from documents.rules import RULE_THICKNESS

LEAST_SIDE = 20
"""Pixels, of the side of a frame."""
SIDE_GAP = 8
"""Pixels from the side of a frame to the rules that it joins, which took their seams with them."""
SEAM = 2
"""Pixels beside a stroke that are grey."""


def without_frame_sides(ruled: Grey, cleaned: Grey) -> Grey:
    """`cleaned`, which is `ruled` without its rules, also without upright strokes that stood between two rules.

    They are too short for rules: no higher than a line of text. Returns `cleaned` itself where there are none.
    """
    import cv2

    if cleaned is ruled:
        return cleaned
    rules = ruled != cleaned
    upright = np.ones((LEAST_SIDE, 1), np.uint8)
    strokes = cv2.morphologyEx((cleaned < DARK).astype(np.uint8), cv2.MORPH_OPEN, upright)
    sides = []
    for left, top, width, high in outer_boxes(np.asarray(strokes, np.uint8)).tolist():
        above = rules[max(0, top - SIDE_GAP) : top + SEAM, left : left + width]
        below = rules[top + high - SEAM : top + high + SIDE_GAP, left : left + width]
        if width <= RULE_THICKNESS and above.any() and below.any():
            rows = slice(max(0, top - SIDE_GAP), top + high + SIDE_GAP)  # with the corners
            sides.append((rows, slice(max(0, left - 2 * SEAM), left + width + 2 * SEAM)))
    if not sides:
        return cleaned
    bare = cleaned.copy()
    for side in sides:
        bare[side] = 255
    return bare
