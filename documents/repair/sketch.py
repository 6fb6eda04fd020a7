"""A small version of a page, with its paper, ink and letters told apart: what all decisions of the repair are made on.

A decision must cost next to nothing, and hardly any needs more than a thousand pixels a side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from documents.picture import Grey

LONGEST_SIDE = 1400
"""Pixels of a sketch; pictures are halved until they fit, which costs least."""
PAPER_STEP = 8
"""Pixels of the sketch to one of its map of paper."""
PAPER_WINDOW = 9
"""Pixels of that map; in a window of this size most is paper, whatever is written on it."""
LEAST_CONTRAST = 14
"""Grey levels between paper and ink; less is the grain of the paper."""
DARKEST_PAPER, LIGHTEST_PAPER = 96, 128
"""Contrast counts against how much darker or lighter than its paper ink could be, but against no less than this."""
INK_SHARE = 0.35
"""Of the contrast of the clearest ink, from which on a pixel is ink."""
CLEAREST = 0.998
"""Quantile of the contrast that stands for the clearest ink: a page with a line or two has that much."""
SMALLEST_LETTER, LARGEST_LETTER = 3, 120
"""Pixels of the sketch, the height of a letter."""
TALLEST = 5
"""Times the middling height of what may be letters; what is higher is a sloping bar, or a headline."""

Boxes = npt.NDArray[np.int32]
"""Left, top, width, height, area; shape (n, 5)."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What a page looks like from afar."""

    grey: Grey
    factor: int
    """Pixels of the picture to one of the sketch."""
    paper: Grey
    """The brightness of the paper without what is written on it, one value for `PAPER_STEP` pixels."""
    ink: Grey
    """255 where ink is, of letters darker or lighter than their paper."""
    spots: Boxes
    """All connected spots of ink."""
    letters: Boxes
    """Those that may be letters or parts of them."""

    @property
    def letter_height(self) -> float:
        """The usual height of a letter in pixels of the sketch, small letters among them; 0 without letters."""
        return usual_height(self.letters)


def halved(grey: Grey) -> tuple[Grey, int]:
    """`grey`, halved until it fits `LONGEST_SIDE`, and by how much it was reduced."""
    factor = 1
    while max(grey.shape) > LONGEST_SIDE:
        height, width = grey.shape[0] // 2, grey.shape[1] // 2
        cut = grey[: 2 * height, : 2 * width]  # exact halves have a fast path in OpenCV
        grey = np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        factor *= 2
    return grey, factor


def sketch_of(grey: Grey, factor: int = 1) -> Sketch:
    """The sketch of a picture that is small already; `factor` says how much smaller than the page itself."""
    paper = paper_of(grey)
    ink = ink_on(grey, paper)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    spots = np.asarray(boxes[1:], np.int32)  # the first is the paper itself
    return Sketch(grey, factor, paper, ink, spots, letters_of(spots))


def paper_of(grey: Grey) -> Grey:
    """The paper under the writing: of every neighbourhood the middle value."""
    sampled = np.ascontiguousarray(grey[PAPER_STEP // 2 :: PAPER_STEP, PAPER_STEP // 2 :: PAPER_STEP])
    if min(sampled.shape) == 0:
        return np.full((1, 1), np.median(grey), np.uint8)
    return np.asarray(cv2.medianBlur(sampled, PAPER_WINDOW), np.uint8)


def as_large_as(paper: Grey, grey: Grey) -> Grey:
    """The map of paper at the size of `grey`, without steps."""
    return np.asarray(cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def ink_on(grey: Grey, paper: Grey) -> Grey:
    """255 where `grey` stands out from its paper, in either direction; in a shadow less suffices."""
    under = as_large_as(paper, grey)
    room_below, room_above = np.maximum(under, DARKEST_PAPER), np.maximum(255 - under, LIGHTEST_PAPER)
    dark = cv2.divide(cv2.subtract(under, grey), room_below, scale=255)
    light = cv2.divide(cv2.subtract(grey, under), room_above, scale=255)
    contrast = cv2.max(dark, light)
    counted = np.cumsum(cv2.calcHist([contrast], [0], None, [256], [0, 256]).ravel())
    clearest = int(np.searchsorted(counted, CLEAREST * counted[-1]))
    return np.asarray(cv2.threshold(contrast, max(LEAST_CONTRAST, INK_SHARE * clearest), 255, cv2.THRESH_BINARY)[1])


def letters_of(spots: Boxes) -> Boxes:
    """The spots that are as large as letters, and no rules."""
    width, height, area = spots[:, 2], spots[:, 3], spots[:, 4]
    fits = (height >= SMALLEST_LETTER) & (height <= LARGEST_LETTER) & (width <= 12 * height) & (height <= 12 * width)
    letters = spots[fits & (area >= 0.1 * width * height)]
    return letters[letters[:, 3] <= TALLEST * np.median(letters[:, 3])] if len(letters) else letters


def usual_height(boxes: Boxes) -> float:
    """The height that half of the letters' area lies below; dots and commas hardly count."""
    if not len(boxes):
        return 0.0
    order = np.argsort(boxes[:, 3])
    weights = np.cumsum((boxes[:, 2] * boxes[:, 3])[order])
    return float(boxes[order[np.searchsorted(weights, weights[-1] / 2)], 3])
