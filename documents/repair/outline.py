"""Where the sheet lies in a photograph: four straight sides between paper and table-top.

Brightness is taken as its logarithm, so that a side in the shadow shows as well as one in the light. Long straight
edges are found by the Hough transform (Duda and Hart 1972), brighter on their inner side; of all quadrilaterals made of
two level and two upright ones, that is taken which has most edge along its sides and most area. The frame of the
picture stands in for a side that lies outside of it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from documents.repair.picture import Matrix
from documents.repair.sketch import Boxes, Sketch

if TYPE_CHECKING:
    from documents.picture import Grey

Float = npt.NDArray[np.float64]

EVEN_SPREAD = 0.08
"""Of the brightness: paper that varies less has no table around it."""
THUMB_SIDE = 480
"""Pixels of the picture that sides are sought in."""
TEXT_WINDOW = 7
"""Pixels of it; thinner strokes are wiped out before."""
EDGE_STEPS = (60, 24, 6)
"""Levels of the logarithm (78 are a factor of e) that brightness rises by at an edge: from paper on dark wood to paper
on a white table. The first that shows a sheet is taken."""
MOST_LINES = 10
"""Of each of the four kinds of side."""
SOFT_EDGE = 5.0
"""Pixels of it (sigma); edges that are softer are those of shadows."""
STEEPEST = 0.7
"""Slope of a side against the frame: 35 degrees."""
FRAME_SUPPORT = 0.35
"""What a side is worth that is the frame of the picture."""
STRIP = (3, 33)
"""Pixels from a side, where the sheet and the table are compared: a bar of ink on the sheet ends sooner."""
BOTH_SIDES_SHARE = 0.3
"""Of the step at the edge, by which the sheet is brighter than the table there."""
LEAST_SEEN = 0.2
"""Of a side, that must lie in the picture."""
LEAST_AREA = 0.15
"""Of the picture; what is smaller is no page."""
AREA_WORTH = 0.5
"""Of a full picture, against a whole side of edge."""
LEAST_SUPPORT, LEAST_OF_A_SIDE = 0.75, 0.5
"""Of the sides that are seen: mean and least. Sheets have 0.8 on a white table, 0.98 on others."""
MOST_OUTSIDE = 0.45
"""Of the area of all letters, that a sheet may leave outside: the grain of a table passes for letters."""
FARTHEST_OUTSIDE = 0.3
"""Of the picture's size, that a corner may lie outside of it."""
INSET_PX = 3.0
"""Pixels of the sketch by which the sides are moved inwards, off the shadow at the edge of the sheet."""


@dataclass(frozen=True, slots=True)
class _Side:
    """A line along which the sheet may end: level ones y = offset + slope x, upright ones x = offset + slope y."""

    offset: float
    slope: float
    edge: Float
    """How much edge lies along it up to each pixel."""
    seen: Float
    """How much of it lies in the picture up to each pixel."""
    is_frame: bool


def outline(sketch: Sketch) -> Float | None:
    """The corners of the sheet in pixels of the sketch, from the upper left clockwise; None where it fills the picture.

    Shape (4, 2); a corner may lie outside.
    """
    low, high = np.percentile(sketch.paper, (2, 98))
    if high - low < EVEN_SPREAD * high:
        return None
    scale = min(1.0, THUMB_SIDE / max(sketch.grey.shape))
    thumb = cv2.resize(sketch.grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    bright = _logarithm(np.asarray(cv2.medianBlur(thumb, TEXT_WINDOW), np.uint8))
    dark = np.asarray(255 - bright, np.uint8)
    for seen, step in [*((bright, step) for step in EDGE_STEPS), (dark, EDGE_STEPS[0])]:
        corners = _best_quadrilateral(seen, step)
        if corners is None:
            continue
        rough = (corners + 0.5) * (np.array(sketch.grey.shape[::-1]) / thumb.shape[::-1]) - 0.5
        if _share_outside(sketch.letters, rough) <= MOST_OUTSIDE:
            full = _logarithm(sketch.grey)
            return _refined(full if seen is bright else np.asarray(255 - full, np.uint8), rough, 1.5 / scale)
    return None


def flattening(corners: Float) -> tuple[Matrix, tuple[int, int]]:
    """The matrix that makes the sheet with these corners an upright rectangle, and the size of that."""
    top, right, bottom, left = (float(np.hypot(*(b - a))) for a, b in pairwise([*corners, corners[0]]))
    width, height = max(8, round((top + bottom) / 2)), max(8, round((left + right) / 2))
    inset = min(INSET_PX, 0.02 * min(width, height))
    near, far_x, far_y = -inset, width - 1 + inset, height - 1 + inset
    flat = np.array([[near, near], [far_x, near], [far_x, far_y], [near, far_y]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), flat)
    return np.asarray(matrix, np.float64), (width, height)


def _logarithm(grey: Grey) -> Grey:
    steps = 255 * np.log((np.arange(256) + 10) / 10) / np.log(26.5)
    return np.asarray(cv2.LUT(grey, np.rint(steps).astype(np.uint8)), np.uint8)


def _share_outside(letters: Boxes, corners: Float) -> float:
    """How much of the letters does not lie on the sheet, 0..1."""
    if not len(letters):
        return 0.0
    middles = letters[:, :2] + letters[:, 2:4] / 2
    outside = np.zeros(len(letters), np.bool_)
    for begin, end in pairwise([*corners, corners[0]]):
        across, down = end - begin
        outside |= across * (middles[:, 1] - begin[1]) < down * (middles[:, 0] - begin[0])
    return float(np.average(outside, weights=letters[:, 2] * letters[:, 3]))


def _best_quadrilateral(bright: Grey, step: int) -> Float | None:
    """The best corners in pixels of `bright`, whose inside is brighter; None when nothing looks like a sheet."""
    height, width = bright.shape
    sharp = bright.astype(np.float32)
    sharp -= cv2.GaussianBlur(sharp, (0, 0), SOFT_EDGE)
    across, down = (np.rint(cv2.Sobel(sharp, cv2.CV_32F, *way)).astype(np.int16) for way in ((1, 0), (0, 1)))
    edges = np.asarray(cv2.Canny(across, down, 1.4 * step, 3.5 * step, L2gradient=True)) > 0
    level, upright = np.abs(down) > np.abs(across), np.abs(across) >= np.abs(down)
    least = BOTH_SIDES_SHARE * step
    tops = _sides(edges & level & (down > 0), bright, 0, least)
    bottoms = _sides(edges & level & (down < 0), 255 - bright, height - 1, least)
    lefts = _sides((edges & upright & (across > 0)).T, bright.T, 0, least)
    rights = _sides((edges & upright & (across < 0)).T, 255 - bright.T, width - 1, least)
    best, found = 0.0, None
    for top in tops:
        for bottom in bottoms:
            for left in lefts:
                for right in rights:
                    score, corners = _score(top, bottom, left, right, width, height)
                    if score > best:
                        best, found = score, corners
    return found


def _sides(edges: npt.NDArray[np.bool_], bright: Grey, frame: int, least: float) -> list[_Side]:
    """The level lines with most edge on them, and the frame at row `frame`.

    What lies below a line is, by `least`, brighter than what lies above, not only at the line itself.
    """
    height, width = edges.shape
    marked = np.ascontiguousarray(edges).astype(np.uint8) * 255
    widest = float(np.arctan(STEEPEST))
    lines = cv2.HoughLines(
        marked, 1, np.pi / 360, max(20, width // 8), min_theta=np.pi / 2 - widest, max_theta=np.pi / 2 + widest
    )
    grown = np.asarray(cv2.dilate(marked, np.ones((3, 1), np.uint8))) > 0
    sides: list[_Side] = []
    along = np.arange(width)
    for distance, angle in [] if lines is None else np.asarray(lines).reshape(-1, np.asarray(lines).shape[-1])[:, :2]:
        offset, slope = float(distance / np.sin(angle)), float(-np.cos(angle) / np.sin(angle))
        middle = offset + slope * width / 2
        if any(abs(middle - (s.offset + s.slope * width / 2)) < 4 and abs(slope - s.slope) < 0.03 for s in sides):
            continue
        rows = np.rint(offset + slope * along).astype(int)
        inside = (rows >= 0) & (rows < height)
        hit = np.zeros(width)
        hit[inside] = grown[rows[inside], along[inside]]
        places = along[hit > 0]
        if _rise(bright, rows[places], places) < least:
            continue
        sides.append(_Side(offset, slope, _cumulated(hit), _cumulated(inside), is_frame=False))
        if len(sides) == MOST_LINES:
            break
    whole = np.arange(width + 1.0)
    return [*sides, _Side(float(frame), 0.0, whole * FRAME_SUPPORT, whole, is_frame=True)]


def _rise(bright: Grey, rows: npt.NDArray[np.int_], columns: npt.NDArray[np.int_]) -> float:
    """By how much it is brighter below these pixels than above them, up to `STRIP` away."""
    height = len(bright)
    steps = np.arange(*STRIP)[:, None]
    below, above = rows[None, :] + steps, rows[None, :] - steps
    counted = (below < height) & (above >= 0)
    if counted.sum() < 2 * len(rows):
        return 255.0  # too close to the frame to tell
    seen = [
        np.where(counted, bright[np.clip(there, 0, height - 1), columns[None, :]], np.float32(np.nan))
        for there in (below, above)
    ]
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # columns without a place in the picture
        return float(np.nanmedian(np.nanmedian(seen[0], axis=0) - np.nanmedian(seen[1], axis=0)))


def _cumulated(values: Float | npt.NDArray[np.bool_]) -> Float:
    return np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])


def _score(top: _Side, bottom: _Side, left: _Side, right: _Side, width: int, height: int) -> tuple[float, Float | None]:
    """How well these four sides hold a sheet, and its corners; 0 when they do not."""
    sides = (top, bottom, left, right)
    if (top.is_frame and bottom.is_frame) or (left.is_frame and right.is_frame):
        return 0.0, None  # what is left are two edges across the page: those of a bar, not of a sheet
    corners = np.array([_crossing(top, left), _crossing(top, right), _crossing(bottom, right), _crossing(bottom, left)])
    size = np.array([width, height])
    if (corners < -FARTHEST_OUTSIDE * size).any() or (corners > (1 + FARTHEST_OUTSIDE) * size).any():
        return 0.0, None
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = corners
    area = ((x3 - x1) * (y4 - y2) - (x4 - x2) * (y3 - y1)) / 2 / (width * height)
    if area < LEAST_AREA or min(x2 - x1, x3 - x4) < 0.2 * width or min(y4 - y1, y3 - y2) < 0.2 * height:
        return 0.0, None
    supports = (_support(top, x1, x2), _support(bottom, x4, x3), _support(left, y1, y4), _support(right, y2, y3))
    mean = sum(supports) / 4
    real = [support for support, side in zip(supports, sides, strict=True) if not side.is_frame]
    if sum(real) < LEAST_SUPPORT * len(real) or min(real) < (LEAST_OF_A_SIDE if len(real) == 4 else LEAST_SUPPORT):
        return 0.0, None
    return mean + AREA_WORTH * min(1.0, area), corners


def _crossing(level: _Side, upright: _Side) -> tuple[float, float]:
    x = (upright.offset + upright.slope * level.offset) / (1 - upright.slope * level.slope)
    return x, level.offset + level.slope * x


def _support(side: _Side, begin: float, end: float) -> float:
    """The share of edge between two places along a side, of what lies in the picture; 0 where that is too little."""
    last = len(side.edge) - 1
    first, after = (int(min(last, max(0, round(place)))) for place in (begin, end))
    seen = float(side.seen[after] - side.seen[first])
    return float(side.edge[after] - side.edge[first]) / seen if seen > LEAST_SEEN * max(1.0, end - begin) else 0.0


def _refined(bright: Grey, corners: Float, reach: float) -> Float:
    """`corners`, with each side moved to where `bright` rises most, at most `reach` pixels off."""
    soft = cv2.GaussianBlur(bright, (0, 0), 1.0).astype(np.float32)
    lines = []
    for begin, end in pairwise([*corners, corners[0]]):
        lines.append(_fitted(soft, begin, end, int(np.ceil(reach)) + 1))
    return np.array([_meeting(lines[number - 1], lines[number]) for number in range(4)])


def _fitted(soft: npt.NDArray[np.float32], begin: Float, end: Float, reach: int) -> tuple[Float, Float]:
    """A point and a direction of the steepest line near the one from `begin` to `end`."""
    direction = (end - begin) / np.hypot(*(end - begin))
    inwards = np.array([-direction[1], direction[0]])
    places = begin + np.linspace(0.04, 0.96, 80)[:, None] * (end - begin)
    depths = np.arange(-reach - 1, reach + 2)
    seen = places[:, None, :] + depths[None, :, None] * inwards
    sampled = cv2.remap(
        soft, seen[..., 0].astype(np.float32), seen[..., 1].astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=-1,
    )  # fmt: skip
    rises = np.asarray(sampled)[:, 2:] - np.asarray(sampled)[:, :-2]
    rises[(np.asarray(sampled) < 0).any(axis=1)] = 0
    best = rises.argmax(axis=1)
    clear = rises[np.arange(len(rises)), best] > EDGE_STEPS[-1] / 2
    if clear.sum() < 12:
        return begin, direction
    points = (places + depths[1:-1][best][:, None] * inwards)[clear].astype(np.float32)
    along_x, along_y, x, y = np.asarray(cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01)).ravel()
    return np.array([x, y], np.float64), np.array([along_x, along_y], np.float64)


def _meeting(one: tuple[Float, Float], other: tuple[Float, Float]) -> Float:
    """Where two lines cross."""
    steps = np.linalg.solve(np.column_stack([one[1], -other[1]]), other[0] - one[0])
    return np.asarray(one[0] + steps[0] * one[1])
