"""Dark boxes with light text (heads of tables, panels, buttons), made dark on light like the rest of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from documents.repair.contrast import ink_and_paper
from documents.repair.sketch import PAPER_STEP, Boxes, Sketch, as_large_as

if TYPE_CHECKING:
    from documents.picture import Grey, Mask

Box = npt.NDArray[np.int32]
"""One of `Boxes`."""

SOLID = 0.5
"""Of a box's area that is dark; the rest is its text."""
LEAST_HEIGHT, LEAST_WIDTH = 1.2, 4.0
"""Letter heights; a box is large enough to hold a word."""
LEAST_LETTER = 0.25
"""Of the usual height; what is lower, such as the dashes of a rule, tells nothing of the print."""
FEWEST_PIXELS = 8
"""Of the sketch, across and down."""
THIN_LINE = 5
"""Pixels of the sketch; the lines of a grid are thinner, and so are most strokes."""
DARKNESS = 0.4
"""By how much of the brightness of the paper boxes are darker, where ink is black; less on a faint page."""
NEAR_CELLS = (9, 17, 33, 999)
"""Of the map of paper: how far around the paper is sought that a box is darker than. The nearest that reaches beyond a
box tells it best from a shadow; the last is all of the page."""
JUMP = 0.25
"""By how much of the brightness outside it is darker just inside the side of a box, likewise."""
MOST_OF_A_SIDE = 0.75
"""Of its pixels, that the brightness jumps at; at the side of a word whose letters touch each other it is less."""
RIM = 3
"""Pixels of the sketch, inside and outside of a side, between which the brightness of a box jumps, a shadow's not."""
LEAST_CONTRAST = 40
"""Grey levels between a box and its text, likewise; in a box with less nothing is written."""
FAINTEST = 0.1
"""Contrast of the faintest page that boxes are sought on."""


def dark_boxes(sketch: Sketch) -> Boxes:
    """The dark boxes with light text or none, in pixels of the sketch; also those on which a shadow lies."""
    spots = [sketch.spots, *_bodies(sketch)]
    ink, usual = ink_and_paper(sketch.grey)
    contrast = max(FAINTEST, 1 - ink / max(1, usual))
    share = 1 - DARKNESS * contrast
    for cells in NEAR_CELLS if sketch.paper.min() < share * sketch.paper.max() else ():
        bright = np.asarray(cv2.dilate(sketch.paper, np.ones((cells, cells), np.uint8)), np.uint8)
        if (sketch.paper < share * bright).any():
            # so large that their inside passes for paper and not for ink
            bound = cv2.convertScaleAbs(as_large_as(bright, sketch.grey), alpha=share)
            dark = cv2.compare(sketch.grey, bound, cv2.CMP_LT)
            spots.append(np.asarray(cv2.connectedComponentsWithStats(dark, connectivity=8)[2][1:], np.int32))
    candidates = np.vstack(spots)
    wide, high, area = candidates[:, 2], candidates[:, 3], candidates[:, 4]
    letter = sketch.letter_height
    if len(sketch.letters):  # a headline may be larger than the print in boxes
        heights = sketch.letters[:, 3]
        letter = min(letter, float(np.median(heights[heights >= LEAST_LETTER * letter])))
    fits = (high >= max(FEWEST_PIXELS, LEAST_HEIGHT * letter)) & (wide >= max(FEWEST_PIXELS, LEAST_WIDTH * letter))
    fits &= area >= SOLID * wide * high
    found: list[Box] = []
    for spot in sorted(candidates[fits], key=lambda spot: -int(spot[4])):
        box = _trimmed(sketch.grey, spot)
        if not any(_overlap(box, other) for other in found) and _is_box(sketch.grey, box, contrast):
            found.append(box)
    return np.array(found, np.int32).reshape(-1, 5)


def _bodies(sketch: Sketch) -> list[Boxes]:
    """What is left of spots that are frames and grids without their thin lines: boxes that hang on them."""
    wide, high, area = sketch.spots[:, 2], sketch.spots[:, 3], sketch.spots[:, 4]
    least = LEAST_WIDTH * max(FEWEST_PIXELS, sketch.letter_height)
    if not ((wide > least) & (high > least) & (area < SOLID * wide * high)).any():
        return []
    bodies = cv2.morphologyEx(sketch.ink, cv2.MORPH_OPEN, np.ones((THIN_LINE, THIN_LINE), np.uint8))
    return [np.asarray(cv2.connectedComponentsWithStats(bodies, connectivity=8)[2][1:], np.int32)]


def lightened(grey: Grey, boxes: Boxes, factor: int) -> Grey:
    """`grey` with what lies in `boxes` (pixels of the sketch, `factor` times smaller) turned to dark on light."""
    changed = grey.copy()
    for left, top, width, height, _ in boxes.tolist():
        first_row, first_column = max(0, (top - 2) * factor), max(0, (left - 2) * factor)
        part = changed[first_row : (top + height + 2) * factor, first_column : (left + width + 2) * factor]
        light, dark = float(np.percentile(part, 98)), float(np.median(part))
        body = part < (light + dark) / 2
        rows = np.flatnonzero(body.mean(axis=1) > 0.5)
        columns = np.flatnonzero(body.mean(axis=0) > 0.5)
        if len(rows) and len(columns):
            inside = part[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            inside[:] = cv2.LUT(np.ascontiguousarray(inside), _turned_levels(dark, light))
    return changed


def cells_under(boxes: Boxes, paper: Grey) -> Mask:
    """The cells of the map of paper that the boxes touch, or have in their neighbourhood."""
    touched = np.zeros(paper.shape, np.bool_)
    for left, top, width, height, _ in boxes.tolist():
        rows = slice(max(0, top // PAPER_STEP - 2), (top + height) // PAPER_STEP + 3)
        touched[rows, max(0, left // PAPER_STEP - 2) : (left + width) // PAPER_STEP + 3] = True
    return touched


def _turned_levels(dark: float, light: float) -> Grey:
    """For each level of grey its new one: the fill of a box becomes white, its text black."""
    levels = (light - np.arange(256)) * (255 / max(light - dark, LEAST_CONTRAST))
    return np.asarray(np.clip(levels, 0, 255), np.uint8)


def _trimmed(grey: Grey, spot: Box) -> Box:
    """`spot` without what hangs on to a box, such as a letter that touches it."""
    left, top, width, height, area = spot.tolist()
    inside = grey[top : top + height, left : left + width]
    dark = inside < (float(np.percentile(inside, 10)) + float(np.percentile(inside, 95))) / 2
    rows, columns = np.flatnonzero(dark.mean(axis=1) > 0.5), np.flatnonzero(dark.mean(axis=0) > 0.5)
    if not len(rows) or not len(columns):
        return spot
    trimmed = [left + columns[0], top + rows[0], columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0], area]
    return np.array(trimmed, np.int32)


def _overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share pixels: the same box was found twice, or a word inside of it."""
    first = np.maximum(one[:2], other[:2])
    last = np.minimum(one[:2] + one[2:4], other[:2] + other[2:4])
    return bool((first < last).all())


def _is_box(grey: Grey, box: Box, contrast: float) -> bool:
    """Whether the brightness jumps at all sides but one at most, and what is written inside is not darker still."""
    left, top, width, height = box[:4].tolist()
    inside = grey[top : top + height, left : left + width]
    jumps = []
    for turns, room in enumerate((top, grey.shape[1] - left - width, grey.shape[0] - top - height, left)):
        if room < RIM + 1:
            continue  # at the edge of the picture
        turned = np.rot90(grey, turns)
        rows, columns = _turned_place(box, grey.shape, turns)
        outer = np.median(turned[rows.start - RIM - 1 : rows.start - 1, columns], axis=0)
        inner = np.median(turned[rows.start + 1 : rows.start + 1 + RIM, columns], axis=0)
        # pixel by pixel: where a slanting shadow covers half of a side, the median of all its pixels jumps too
        jumps.append(float((inner < (1 - JUMP * contrast) * outer).mean()) > MOST_OF_A_SIDE)
    if sum(jumps) < max(2, len(jumps) - 1):
        return False
    darkest, fill, lightest = np.percentile(inside, (1, 50, 99))
    return bool(lightest - fill >= fill - darkest or fill - darkest < LEAST_CONTRAST * contrast)


def _turned_place(box: Box, shape: tuple[int, ...], turns: int) -> tuple[slice, slice]:
    """Rows and columns of `box` when the picture is turned by so many quarters against the clock."""
    left, top, width, height = box[:4].tolist()
    right, bottom = shape[1] - left - width, shape[0] - top - height
    first_row, first_column, high, wide = (
        (top, left, height, width),
        (right, top, width, height),
        (bottom, right, height, width),
        (left, bottom, width, height),
    )[turns]
    return slice(first_row, first_row + high), slice(first_column, first_column + wide)
