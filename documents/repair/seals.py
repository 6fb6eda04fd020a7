"""Coloured seals, marker strokes and panels that lie over dark print: bleached, so that the print alone is left.

Ink that is put over print swallows light of its own colour least: in the brightest of its channels it is nearly paper,
and black print is black in all of them. Coloured writing beside the print stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from documents.picture import Grey, Mask

Colour = npt.NDArray[np.uint8]
"""Red, green, blue; shape (height, width, 3)."""

LONGEST_SIDE = 1400
"""Pixels of the picture that seals are sought in."""
COLOURED = 55
"""Between a pixel's channels, from which on it may belong to a seal."""
NEUTRAL, DARK = 40, 110
"""Between the channels of black print, and the brightest of them, at most."""
FEWEST_LETTERS = 12
"""Of black print; a page with less is written in colour."""
LEAST_LENGTH, LEAST_BREADTH = 4.0, 1.2
"""Of a seal, by the height of the print: coloured letters are less, and so are rules and underlines."""
LEAST_PRINT = 1.5
"""Pixels of print that touch a seal, by the height of the print."""
LARGEST = 0.5
"""Of the picture's area; what is larger, or reaches its edge, is paper or a table-top."""
PALEST = 90
"""Level of the brightest channel; a darker seal hides what lies below it."""


def bleached(picture: Colour, grey: Grey) -> tuple[Grey, int]:
    """`grey`, made of `picture`, without the seals over its print, and how many there are; itself where none is."""
    step = max(1, -(-max(grey.shape) // LONGEST_SIDE))
    small = np.ascontiguousarray(picture[::step, ::step])
    bright, spread = _bright_and_spread(small)
    coloured = (spread > COLOURED).astype(np.uint8)
    if not coloured.any():
        return grey, 0
    print_ = ((spread < NEUTRAL) & (bright < DARK)).astype(np.uint8)
    letter = _letter_height(print_)
    if letter == 0:
        return grey, 0
    changed = grey.copy()
    found = 0
    joined = np.asarray(cv2.morphologyEx(coloured, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for number, (left, top, width, height, _) in enumerate(stats[1:].tolist(), 1):
        if not _has_the_size(left, top, width, height, joined.shape, letter):
            continue
        box = slice(max(0, top - 2), top + height + 2), slice(max(0, left - 2), left + width + 2)
        seal = (labels[box] == number).astype(np.uint8)
        near = np.asarray(cv2.dilate(seal, np.ones((5, 5), np.uint8)), np.uint8) > 0
        own = (seal > 0) & (coloured[box] > 0)
        level = float(np.median(bright[box][own]))
        if np.count_nonzero(near & (print_[box] > 0)) >= LEAST_PRINT * letter and level >= PALEST:
            _bleach(
                picture, changed, (box[0].start, box[1].start), near, step, (level, float(np.median(spread[box][own])))
            )
            found += 1
    return (changed, found) if found else (grey, 0)


def _bright_and_spread(picture: Colour) -> tuple[Grey, Grey]:
    """The brightest channel of each pixel, and by how much the darkest lies below it."""
    red, green, blue = cv2.split(picture)
    bright = cv2.max(cv2.max(red, green), blue)
    return np.asarray(bright, np.uint8), np.asarray(cv2.subtract(bright, cv2.min(cv2.min(red, green), blue)), np.uint8)


def _letter_height(print_: Grey) -> float:
    """The middling height of the spots of print; 0 where there are too few."""
    heights = cv2.connectedComponentsWithStats(print_, connectivity=8)[2][1:, cv2.CC_STAT_HEIGHT]
    letters = heights[heights >= 4]
    return float(np.median(letters)) if len(letters) >= FEWEST_LETTERS else 0.0


def _has_the_size(left: int, top: int, width: int, height: int, shape: tuple[int, ...], letter: float) -> bool:
    at_edge = left == 0 or top == 0 or left + width == shape[1] or top + height == shape[0]
    large = max(width, height) >= LEAST_LENGTH * letter and min(width, height) >= LEAST_BREADTH * letter
    return large and not at_edge and width * height <= LARGEST * shape[0] * shape[1]


def _bleach(
    picture: Colour, grey: Grey, corner: tuple[int, int], near: Mask, step: int, usual: tuple[float, float]
) -> None:
    """Give `grey` the brightest channel where the seal is, made as light as paper as far as a pixel has its colour.

    `usual` are the seal's own brightest channel and spread.
    """
    top, left = (side * step for side in corner)
    rows, columns = slice(top, top + near.shape[0] * step), slice(left, left + near.shape[1] * step)
    bright, spread = _bright_and_spread(np.ascontiguousarray(picture[rows, columns]))
    where = np.repeat(np.repeat(near, step, axis=0), step, axis=1)[: bright.shape[0], : bright.shape[1]]
    level, colourful = usual
    share = np.minimum(1.0, spread / np.float32(colourful))
    lifted = bright * (1 + (255 / level - 1) * share)
    part = grey[rows, columns]
    part[where] = np.minimum(255, lifted)[where].astype(np.uint8)
