"""Boxes to tick that are drawn: small square frames beside a word, empty, crossed or ticked.

Tesseract reads them as letters ("LJ Adult X] Student"); so they are taken out of the picture and given as words, "☐"
and "☒". Characters that are frames themselves (口, 回, 田) stand close to their neighbours, hold level and upright
strokes, or have legs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from documents.layout.rows import bottom, inserted, top
from documents.outer_boxes import Boxes, outer_boxes
from documents.picture import DARK, Grey, Mask, Region
from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word

EMPTY, TICKED = "☐", "☒"
CONFIDENCE = 0.9
"""Of a box: it is measured, not read."""
SMALLEST, LARGEST = 12, 110
"""Pixels, of a side."""
SQUARE = 0.78
"""Of the longer by the shorter side, at least."""
BAND = 0.14
"""Of the side, from the edge inwards, that the frame's stroke lies in."""
COVERED = 0.9
"""Of each side, that its stroke covers."""
THICKEST = 0.2
"""Of the side, a stroke of the frame."""
BLANK, MARKED = 0.02, 0.05
"""Share of ink inside, of an empty box at most and of a ticked one at least."""
STRAIGHT, MOST_STRAIGHT = 0.7, 0.35
"""Of the side, a level or upright stroke inside; and the share of the ink inside that such strokes may hold: a cross or
a tick has none."""
LETTER_SIZED = 20
"""Pixels of a side, below which a box is told from a round letter by the very pixels of its corners."""
STEM = 0.8
"""Of the height above a box, in one column: ink that stands straight on it."""
SHARP = 4
"""Pixels of ink in the nine at a corner; a rounded one has fewer."""
APART = 0.25
"""Of the side, that is white around a box, at least: characters stand closer together."""
AROUND = 0.8
"""Of the side, within which ink on all four sides makes it part of a character."""
NEAR = 3.0
"""Sides, within which its label stands."""
ALIKE = 0.25
"""Of the side, by which boxes of one form differ."""
DIAGONAL, MOST_BETWEEN = 0.7, 0.25
"""Of both diagonals, in ink, that are a cross, however thick; and of the fields between them, at most."""

Ink = npt.NDArray[np.uint8]
"""1 where there is ink."""


@dataclass(frozen=True, slots=True)
class TickBox:
    """A box, in pixels of the picture that it was found in."""

    place: Region
    spot: Region
    """The same with a tick that reaches beyond it."""
    ticked: bool
    label: int
    """The column at which the ink nearest to it begins or ends: where its label stands."""


def tick_boxes(grey: Grey) -> list[TickBox]:
    """The boxes to tick on a page, dark on light; none on most pages, which cost some milliseconds."""
    ink = (grey < DARK).astype(np.uint8)
    spots = _framed(outer_boxes(ink), ink)
    found = [box for spot in spots if (box := _box_at(ink, spot)) is not None]
    empty = [box for box in found if not box.ticked]
    return [box for box in found if not box.ticked or _is_cross(ink, box.place) or any(_alike(box, e) for e in empty)]


def without_boxes(grey: Grey, boxes: Sequence[TickBox]) -> Grey:
    """`grey` with white in place of `boxes`; itself where there is none."""
    if not boxes:
        return grey
    bare = grey.copy()
    for box in boxes:
        place, spot = box.place, box.spot
        bare[max(0, place.top - 2) : place.bottom + 2, max(0, place.left - 2) : place.right + 2] = 255
        if spot != place:
            part = slice(max(0, spot.top - 2), spot.bottom + 2), slice(max(0, spot.left - 2), spot.right + 2)
            labels = cv2.connectedComponents((grey[part] < DARK).astype(np.uint8), connectivity=8)[1]
            its = labels == labels[place.bottom - 1 - part[0].start, (place.left + place.right) // 2 - part[1].start]
            bare[part][cv2.dilate(its.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0] = 255
    return bare


def with_boxes(lines: Sequence[ReadLine], boxes: Sequence[TickBox], region: Region) -> list[ReadLine]:
    """`lines`, read from `region` of the page, with those of `boxes` that belong to one of them."""
    told = list(lines)
    for box in boxes:
        place = box.place
        middle = (place.top + place.bottom) / 2 - region.top
        if not region.left <= box.label <= region.right:
            continue
        near = [at for at, line in enumerate(told) if top(line) <= middle <= bottom(line)]
        if near:
            at = min(near, key=lambda at: abs(top(told[at]) + bottom(told[at]) - 2 * middle))
            left, upper = place.left - region.left, place.top - region.top
            sign = TICKED if box.ticked else EMPTY
            word = Word(sign, left, upper, place.right - place.left, place.bottom - place.top, CONFIDENCE)
            told[at] = inserted(told[at], [ReadWord(word, 1)])
    return told


def _framed(boxes: Boxes, ink: Ink) -> list[tuple[int, int, int, int]]:
    """(left, top, width, height) of the spots with ink along their left and lower sides, as long as these are.

    A tick may reach beyond the box at its upper and right side.
    """
    width, height = boxes[:, 2], boxes[:, 3]
    sized = (np.minimum(width, height) >= SMALLEST) & (np.maximum(width, height) <= 2 * LARGEST)
    sized &= np.minimum(width, height) >= 0.5 * np.maximum(width, height)
    left, top_, width, height = boxes[sized].T
    summed = cv2.integral(ink)
    band = np.maximum(2, (BAND * np.minimum(width, height)).astype(np.int64))

    def inked(
        x: npt.NDArray[np.int64], y: npt.NDArray[np.int64], w: npt.NDArray[np.int64], h: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        total = summed[y + h, x + w] - summed[y, x + w] - summed[y + h, x] + summed[y, x]
        return np.asarray(total, np.int64)

    side = np.minimum(width, height)
    upright = inked(left, top_ + height - side, band, side) >= COVERED * side
    level = inked(left, top_ + height - band, side, band) >= COVERED * side
    return [
        (int(x), int(y), int(w), int(h))
        for x, y, w, h, ok in zip(left, top_, width, height, upright & level, strict=True)
        if ok
    ]


def _box_at(ink: Ink, spot: tuple[int, int, int, int]) -> TickBox | None:
    place = _frame_of(ink, spot)
    if place is None:
        return None
    side = min(place.right - place.left, place.bottom - place.top)
    ticked = _is_cross(ink, place) or _is_marked(ink, place, side)
    if ticked is None or _is_surrounded(ink, place, round(AROUND * side)):
        return None
    label = _label(ink, place, side)
    return None if label is None else TickBox(place, Region(*_ends(spot)), ticked, label)


def _is_marked(ink: Ink, place: Region, side: int) -> bool | None:
    """Whether there is more than a speck in the frame; None where this is no box, or what it holds is no mark."""
    thick = _thickness(ink[place.top : place.bottom, place.left : place.right])
    if thick > THICKEST * side:
        return None
    inset = thick + 1
    inside = ink[place.top + inset : place.bottom - inset, place.left + inset : place.right - inset]
    share = float(inside.mean()) if inside.size else 1.0
    if BLANK < share < MARKED or share > 0.8 or (share >= MARKED and _has_strokes(inside)):
        return None
    return share >= MARKED


def _ends(spot: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top_, width, height = spot
    return left, top_, left + width, top_ + height


def _frame_of(ink: Ink, spot: tuple[int, int, int, int]) -> Region | None:
    """The square frame in a spot of ink; a tick may reach beyond it to the right and upwards."""
    left, top_, width, height = spot
    part = ink[top_ : top_ + height, left : left + width]
    shorter = min(width, height)
    run = max(8, round(0.6 * shorter))
    level = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    upright = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((run, 1), np.uint8))
    rows, columns = np.flatnonzero(level.any(axis=1)), np.flatnonzero(upright.any(axis=0))
    if len(rows) < 2 or len(columns) < 2:
        return None
    first_row, last_row, first, last = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    wide, high = last - first, last_row - first_row
    if min(wide, high) < max(SMALLEST, SQUARE * max(wide, high)) or max(wide, high) > LARGEST:
        return None
    if height - last_row > 1 or first > 1:
        return None  # legs, or a tail
    frame = part[first_row:last_row, first:last]
    edge = max(2, round(BAND * min(wide, high)))
    sides = (frame[:edge], frame[-edge:], frame[:, :edge].T, frame[:, -edge:].T)
    if any(_longest(side) < COVERED for side in sides):
        return None
    corners = (frame[:3, :3], frame[:3, -3:], frame[-3:, :3], frame[-3:, -3:])
    if any(int(corner.sum()) < SHARP for corner in corners):
        return None  # rounded: O, 0, D
    tips = (frame[0, 0], frame[0, -1], frame[-1, 0], frame[-1, -1])
    if min(wide, high) < LETTER_SIZED and sum(map(int, tips)) < 3:
        return None  # an o, of which so little is left that it might be one
    above, near = part[: first_row - 1], max(2, wide // 4)
    if first_row > 2 and (
        above[:, first : first + near].any() or above[:, last - near : last].mean(axis=0).max() > STEM
    ):
        return None  # a stem: b, h; d, which unlike a tick goes straight up
    return Region(left + first, top_ + first_row, left + last, top_ + last_row)


def _longest(side: Ink) -> float:
    """Share of a side's length that one straight stroke covers; the bow of a letter covers it row by row."""
    depth = max(2, side.shape[1] // 25)
    rows = [side[at : at + depth].any(axis=0).mean() for at in range(max(1, len(side) - depth + 1))]
    return float(max(rows))


def _thickness(frame: Ink) -> int:
    """Pixels of the frame's stroke: the middling run of ink from its sides inwards."""
    runs = []
    for turned in (frame, frame[::-1], frame.T, frame.T[::-1]):
        begin = turned.argmax(axis=0)
        ends = [
            int(np.argmin(column[at:])) if not column[at:].all() else len(column)
            for column, at in zip(turned.T, begin, strict=True)
        ]
        runs.append(float(np.median(ends)) + float(np.median(begin)))
    return max(1, round(float(np.median(runs))))


def _has_strokes(inside: Ink) -> bool:
    """Whether much of the ink lies in level or upright strokes, as in a character or a table."""
    height, width = inside.shape
    level = cv2.morphologyEx(inside, cv2.MORPH_OPEN, np.ones((1, max(3, round(STRAIGHT * width))), np.uint8))
    upright = cv2.morphologyEx(inside, cv2.MORPH_OPEN, np.ones((max(3, round(STRAIGHT * height)), 1), np.uint8))
    return int(np.count_nonzero(cv2.max(level, upright))) > MOST_STRAIGHT * int(np.count_nonzero(inside))


def _is_surrounded(ink: Ink, place: Region, far: int) -> bool:
    """Whether there is ink close by on all four sides: the inner square of 回."""
    rows, columns = slice(place.top, place.bottom), slice(place.left, place.right)
    near = (
        ink[max(0, place.top - far) : max(0, place.top - 1), columns],
        ink[place.bottom + 1 : place.bottom + far, columns],
        ink[rows, max(0, place.left - far) : max(0, place.left - 1)],
        ink[rows, place.right + 1 : place.right + far],
    )
    return all(side.any() for side in near)


def _label(ink: Ink, place: Region, side: int) -> int | None:
    """Where the label begins behind the box, or else ends before it; None where something touches the box."""
    apart, far = max(2, round(APART * side)), round(NEAR * side)
    rows = slice((place.top + place.bottom) // 2, place.bottom)  # a tick may reach out above
    after = np.flatnonzero(ink[rows, place.right + 1 : place.right + far].any(axis=0))
    begin = max(0, place.left - far)
    before = np.flatnonzero(ink[rows, begin : max(begin, place.left - 1)].any(axis=0))
    if len(before) and place.left - 1 - begin - int(before[-1]) <= apart:
        return None
    if len(after) and int(after[0]) + 1 <= apart:
        return None
    if len(after):
        return place.right + 1 + int(after[0])
    return begin + int(before[-1]) if len(before) else None


def _is_cross(ink: Ink, place: Region) -> bool:
    """Whether both diagonals of the box are inked, and the four fields between them white."""
    inside = ink[place.top : place.bottom, place.left : place.right]
    size = 24
    small: Mask = np.asarray(cv2.resize(inside, (size, size), interpolation=cv2.INTER_AREA)) > 0
    at = np.arange(5, size - 5)
    middle, near = slice(size // 2 - 2, size // 2 + 2), slice(size // 5 + 1, size // 5 + 3)
    far = slice(size - near.stop, size - near.start)
    between = (small[near, middle], small[far, middle], small[middle, near], small[middle, far])
    crossed = min(small[at, at].mean(), small[at, size - 1 - at].mean()) >= DIAGONAL
    return bool(crossed and max(field.mean() for field in between) <= MOST_BETWEEN)


def _alike(one: TickBox, other: TickBox) -> bool:
    high, wide = (box.place.bottom - box.place.top for box in (one, other))
    return abs(high - wide) <= ALIKE * max(high, wide)
