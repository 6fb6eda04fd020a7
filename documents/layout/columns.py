"""Columns of running text on a page, found in its picture, so that each is read on its own and from top to bottom.

Only columns of prose count: the columns of a table, and labels with their values, stay together, because there a row
is what belongs together. A column of prose has lines that are filled from side to side and follow closely.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from documents.picture import DARK, Grey, Mask, Region

COARSE = 4
"""Pixels of the picture to one of the coarse map that is searched."""
FEWEST_LINES = 5
"""Lines that a column must have."""
LEAST_FILLED = 0.6
"""Of a column's width, by its middling line."""
WIDEST_PITCH = 2.0
"""Line pitch by line height; the rows of a table stand further apart."""
LOOSEST_PITCH, LEAST_FILLED_LOOSE = 2.6, 0.8
"""Lines that stand further apart are prose too when they fill the column better than cells do."""
BROAD, FULLER = 14, 0.65
"""Line heights; a column that is broader is no column of a table, however loosely its lines are set: there the fuller
third of the lines tells."""
HIGHEST_HEAD = 0.5
"""Of the height of a strip, that may lie between the words of headings above the columns."""
SAME_GUTTER = 0.6
"""Of a gutter's breadth, that it must keep beside every line of its columns."""
MOST_CUTS = 3
"""Columns inside of columns are followed so deep: up to eight columns side by side."""


def text_regions(grey: Grey) -> list[Region]:
    """The parts of a page in reading order; one part, the page, where there are no columns of prose."""
    height, width = grey.shape
    rows, columns = height // COARSE, width // COARSE
    if rows < 4 * FEWEST_LINES or columns < 4 * FEWEST_LINES:
        return [Region(0, 0, width, height)]
    darkest = cv2.erode(grey, np.ones((COARSE, COARSE), np.uint8), anchor=(0, 0))
    coarse: Mask = darkest[: rows * COARSE : COARSE, : columns * COARSE : COARSE] < DARK
    parts = _parts(coarse, Region(0, 0, columns, rows), MOST_CUTS)
    return [
        Region(
            part.left * COARSE,
            part.top * COARSE,
            width if part.right == columns else part.right * COARSE,
            height if part.bottom == rows else part.bottom * COARSE,
        )
        for part in parts
    ]


def _parts(ink: Mask, area: Region, depth: int) -> list[Region]:
    """`area` cut at its clearest gutter: what is above, left, right, below; each cut further."""
    found = _gutter(ink[area.top : area.bottom, area.left : area.right]) if depth else None
    if found is None:
        return [area]
    middle, top, bottom = area.left + found[0], area.top + found[1], area.top + found[2]
    left, right = Region(area.left, top, middle, bottom), Region(middle, top, area.right, bottom)
    parts = [Region(area.left, area.top, area.right, top)] if top > area.top else []
    parts += _parts(ink, left, depth - 1) + _parts(ink, right, depth - 1)
    if bottom < area.bottom:
        parts += _parts(ink, Region(area.left, bottom, area.right, area.bottom), depth - 1)
    return [part for part in parts if ink[part.top : part.bottom, part.left : part.right].any()]


def _gutter(ink: Mask) -> tuple[int, int, int] | None:
    """(column, first row, row after the last) of the tallest white strip between two columns of prose."""
    used = np.flatnonzero(ink.any(axis=0))
    if not len(used):
        return None
    left, right = int(used[0]), int(used[-1]) + 1
    ink = ink[: int(np.flatnonzero(ink.any(axis=1))[-1]) + 1]  # white paper below is no gutter
    breadth = max(4, ink.shape[1] // 70)
    counted = np.cumsum(np.pad(ink, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    free = counted[:, breadth:] == counted[:, :-breadth]
    span = right - left
    columns = range(left + span // 5, min(free.shape[1], right - span // 5 - breadth), 2)
    strips = sorted(((*_longest_run(free[:, x]), x) for x in columns), key=lambda strip: strip[0] - strip[1])
    tried: list[int] = []
    for first, after, x in strips[:200]:
        if any(abs(x - other) < breadth for other in tried):
            continue
        tried.append(x)
        middle, top, bottom = _whole_gutter(ink, x + breadth // 2, first, after)
        if _is_prose(ink[top:bottom, left:middle]) and _is_prose(ink[top:bottom, middle:right]):
            return middle, top, bottom
    return None


def _whole_gutter(ink: Mask, x: int, top: int, bottom: int) -> tuple[int, int, int]:
    """(middle, top, bottom) of the gutter around `x`, as wide as it is between the columns.

    A strip may run on into a heading above, between two words of it; the whole gutter does not.
    """
    begins = [
        top,
        *(top + begin for begin, _ in _runs(_any(ink[top:bottom], 1)) if begin < HIGHEST_HEAD * (bottom - top)),
    ]
    sides = [_sides(_any(ink[begin:bottom], 0), x) for begin in begins]
    widest = max(right - left for left, right in sides)
    left, right = next(side for side in sides if side[1] - side[0] >= SAME_GUTTER * widest)
    first, after = _longest_run(~_any(ink[:, left:right], 1))
    return (left + right) // 2, *_between_lines(ink, first, after)


def _sides(taken: Mask, x: int) -> tuple[int, int]:
    """(first free, after the last free) around `x`."""
    used = np.flatnonzero(taken)
    return int(used[used < x].max(initial=-1)) + 1, int(used[used > x].min(initial=len(taken)))


def _longest_run(free: Mask) -> tuple[int, int]:
    """(first, after the last) of the longest run of true."""
    edges = np.flatnonzero(np.diff(np.pad(free, 1).astype(np.int8)))
    if not len(edges):
        return 0, 0
    begins, ends = edges[::2], edges[1::2]
    longest = int((ends - begins).argmax())
    return int(begins[longest]), int(ends[longest])


def _between_lines(ink: Mask, top: int, bottom: int) -> tuple[int, int]:
    """Move both cuts inwards to rows without ink, so that no line is cut through."""
    blank = np.flatnonzero(~ink[top:bottom].any(axis=1))
    if not len(blank):
        return top, top
    first = top + int(blank[0]) if top > 0 else 0
    after = top + int(blank[-1]) + 1 if bottom < len(ink) else bottom
    return first, after


def _is_prose(ink: Mask) -> bool:
    """Whether this strip holds lines that fill it and follow closely."""
    used = np.flatnonzero(ink.any(axis=0))
    lines = _runs(_any(ink, 1))
    if len(lines) < FEWEST_LINES:
        return False
    width = int(used[-1]) - int(used[0]) + 1
    height = float(np.median([end - begin for begin, end in lines]))
    pitch = float(np.median(np.diff([begin for begin, _ in lines])))
    if height < 2 or pitch > LOOSEST_PITCH * height or width < 10 * height:
        return False
    filled = [_filled(_any(ink[begin:end], 0), round(height)) for begin, end in lines]
    if width >= BROAD * height:  # headings and the last lines of paragraphs are short
        return float(np.quantile(filled, FULLER)) >= LEAST_FILLED * width
    least = LEAST_FILLED if pitch <= WIDEST_PITCH * height else LEAST_FILLED_LOOSE
    return float(np.median(filled)) >= least * width


def _filled(line: Mask, gap: int) -> int:
    """How many columns a line covers, spaces up to `gap` counted in."""
    runs = _runs(line)
    spaces = sum(after - end for (_, end), (after, _) in pairwise(runs) if after - end <= gap)
    return int(line.sum()) + spaces


def _any(mask: Mask, axis: int | tuple[int, ...]) -> Mask:
    return np.asarray(mask.any(axis=axis))


def _runs(mask: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.pad(mask, 1).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
