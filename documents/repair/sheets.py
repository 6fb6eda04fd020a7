"""Two pages beside each other in one picture: sheets on a darker table, or the two sides of an open book or folder.

Looked for only in pictures that are broader than high. Where print stands in rows right across the picture, as in a
table, it is one page.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from documents.picture import Region
from documents.repair.sketch import Boxes, Sketch, halved, sketch_of
from documents.repair.skew import skew_deg
from documents.repair.tint import best_grey
from documents.repair.turn import runs_upright

BROADER = 1.1
"""Width by height of a picture that may show two pages."""
GRAIN_WINDOW, WRITING_WINDOW = 5, 11
"""Pixels of the sketch: grain on a table is less, and so are strokes of letters."""
DARKER = 0.75
"""Of the brightness of paper; what is darker is no sheet."""
LEAST_SHEET = 0.1
"""Of the picture's area."""
FILLED = 0.6
"""Of the upright box around a sheet; a turned one fills less of it."""
SAME_HEIGHT = 0.5
"""Of the lower sheet's height, that two beside each other have in common."""
MOST_LEANING = 0.06
"""Of the picture's width, by which the upright boxes around two sheets that are turned may overlap."""
MIDDLE = (0.35, 0.65)
"""Of the width, between which the fold of an open book lies."""
LEAST_GUTTER = 0.035
"""Of the width, that is free of print there."""
FEWEST_ROWS = 5
"""Of print, on either side."""
SAME_ROW = 0.3
"""Of a letter's height, that the middles of two rows may differ by when they are one."""
WIDE_GAP, MOST_PARTED = 2.5, 0.5
"""Between two cells, by a letter's height; and the share of rows that may hold such a gap on a page of a book."""
MOST_SHARED = 0.5
"""Of the rows on one side, that may go on on the other; in a table nearly all do."""


def sheets_in(picture: npt.NDArray[np.uint8]) -> list[Region]:
    """The parts of `picture`, grey or colour, that hold a page each, from left to right; one most often, all of it."""
    height, width = picture.shape[:2]
    whole = [Region(0, 0, width, height)]
    if width < BROADER * height:
        return whole
    step = max(1, min(height, width) // 1000)  # whether there are two shows from afar
    small = np.ascontiguousarray(picture[::step, ::step])
    sketch = sketch_of(*halved(small if small.ndim == 2 else best_grey(small)[0]))
    at = _between_sheets(sketch)
    if at is None:
        at = _fold(sketch)
    if at is None:
        return whole
    cut = min(width - 1, max(1, round(at * width)))
    return [Region(0, 0, cut, height), Region(cut, 0, width, height)]


def _between_sheets(sketch: Sketch) -> float | None:
    """Where the table shows between two sheets, as a share of the width."""
    smooth = np.asarray(cv2.medianBlur(sketch.grey, GRAIN_WINDOW), np.uint8)
    paper = cv2.dilate(smooth, np.ones((WRITING_WINDOW, WRITING_WINDOW), np.uint8))  # without what is written
    bright = (paper > DARKER * float(np.percentile(sketch.paper, 95))).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=4)
    found = [
        (left, top, wide, high)
        for left, top, wide, high, area in stats[1:].tolist()
        if area >= LEAST_SHEET * paper.size and area >= FILLED * wide * high
    ]
    if len(found) != 2:
        return None
    (left, top, wide, high), (other_left, other_top, _, other_high) = sorted(found)
    shared = min(top + high, other_top + other_high) - max(top, other_top)
    if shared < SAME_HEIGHT * min(high, other_high) or other_left + MOST_LEANING * paper.shape[1] < left + wide:
        return None
    return float((left + wide + other_left) / 2 / paper.shape[1])


def _fold(sketch: Sketch) -> float | None:
    """Where an open book is folded, as a share of the width: nothing is printed there, and rows do not go on."""
    letters = sketch.letters
    if len(letters) < 2 * FEWEST_ROWS or runs_upright(sketch):
        return None
    width = sketch.grey.shape[1]
    printed = np.zeros(width + 2, np.int32)
    np.add.at(printed, letters[:, 0] + 1, 1)
    np.add.at(printed, np.minimum(letters[:, 0] + letters[:, 2], width) + 1, -1)
    used = np.flatnonzero(np.cumsum(printed)[1:-1] > 0)
    gaps = [(int(used[at]) + 1, int(used[at + 1])) for at in np.flatnonzero(np.diff(used) > LEAST_GUTTER * width)]
    inner = [gap for gap in gaps if MIDDLE[0] * width < sum(gap) / 2 < MIDDLE[1] * width]
    if not inner:
        return None
    begin, end = max(inner, key=lambda gap: gap[1] - gap[0])
    spots = sketch.spots
    if np.any((spots[:, 0] <= begin) & (spots[:, 0] + spots[:, 2] >= end)):
        return None  # a rule of a table runs across
    fold = (begin + end) / 2
    sides = [_carried_to(letters[chosen], fold) for chosen in (letters[:, 0] < begin, letters[:, 0] >= end)]
    left, right = (_rows(side) for side in sides)
    if min(len(left), len(right)) < FEWEST_ROWS or any(_is_tabular(side, sketch.letter_height) for side in sides):
        return None
    near = np.abs(left[:, None] - right[None, :]).min(axis=0) <= SAME_ROW * sketch.letter_height
    return fold / width if float(near.mean()) <= MOST_SHARED else None


def _carried_to(letters: Boxes, column: float) -> Boxes:
    """The letters moved along the slope of their lines to where these reach `column`.

    Each side goes by its own slope: in a photograph the rows of a table do not run alike, but they meet.
    """
    carried = letters.copy()
    middles = letters[:, 0] + letters[:, 2] / 2
    rise = np.tan(np.radians(skew_deg(letters))) * (column - middles)
    carried[:, 1] = np.rint(np.maximum(0, letters[:, 1] + rise)).astype(np.int32)
    return carried


def _is_tabular(letters: Boxes, letter_height: float) -> bool:
    """Whether most rows are of cells far apart: then what lies between the halves is a gap between columns, too.

    In a photograph the rows of a table fan out, so that they need not seem to go on.
    """
    middles = letters[:, 1] + letters[:, 3] / 2
    parted = rows = 0
    for row in _rows(letters):
        found = letters[np.abs(middles - row) <= letter_height]
        found = found[np.argsort(found[:, 0])]
        ends = np.maximum.accumulate(found[:-1, 0] + found[:-1, 2])
        rows += 1
        parted += bool(np.any(found[1:, 0] - ends > WIDE_GAP * letter_height))
    return parted > MOST_PARTED * rows


def _rows(letters: Boxes) -> npt.NDArray[np.float64]:
    """The middles of the rows that these letters form."""
    covered = np.zeros(int((letters[:, 1] + letters[:, 3]).max()) + 2, np.int32)
    np.add.at(covered, letters[:, 1], 1)
    np.add.at(covered, letters[:, 1] + letters[:, 3], -1)
    edges = np.flatnonzero(np.diff(np.pad(np.cumsum(covered) > 0, 1).astype(np.int8)))
    return (edges[::2] + edges[1::2]) / 2.0
