"""Whether the lines of a page run up and down: joined with their neighbours, its letters make tall bodies, not wide.

Letters of a word, and signs of a Chinese line, stand closer together than lines do.
"""

from __future__ import annotations

import cv2
import numpy as np

from documents.repair.sketch import Sketch

JOINING_SHARE = 0.15
"""Of a letter's height, by which each letter is grown on all sides; lines of Chinese lie half a height apart."""
BROADEST = 6.0
"""Letter heights; what is broader is several lines in one body, and tells nothing."""
LONG = 1.6
"""Times as long as broad: a body that says which way its line runs."""
CLEAR_MAJORITY = 2.5
"""Times as much area in bodies that stand as in those that lie."""
FEWEST_LETTERS = 6


def runs_upright(sketch: Sketch) -> bool:
    """True when the lines run up or down."""
    height = sketch.letter_height
    letters = sketch.letters[sketch.letters[:, 3] <= 3 * height]
    if len(letters) < FEWEST_LETTERS:
        return False
    scale = 8 / max(8.0, height)
    joined = np.zeros([int(side * scale) + 4 for side in sketch.grey.shape], np.uint8)
    grow = JOINING_SHARE * np.maximum(height, 1)
    first = np.floor((letters[:, :2] - grow) * scale).astype(int)
    last = np.ceil((letters[:, :2] + letters[:, 2:4] + grow) * scale).astype(int) - 1
    for (left, top), (right, bottom) in zip(np.maximum(first, 0).tolist(), last.tolist(), strict=True):
        joined[top : bottom + 1, left : right + 1] = 255
    _, _, bodies, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
    width, tall, area = bodies[1:, 2], bodies[1:, 3], bodies[1:, 4]
    is_line = np.minimum(width, tall) <= BROADEST * height * scale
    lying, standing = area[is_line & (width > LONG * tall)].sum(), area[is_line & (tall > LONG * width)].sum()
    return bool(standing > CLEAR_MAJORITY * lying)
