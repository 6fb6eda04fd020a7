"""Gaps in rows that hold Chinese, told by the ink: Tesseract counts their spaces by the pitch of the characters.

White that is wider than any full-width mark leaves parts two cells; what was read into the middle of it is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from documents.layout.rows import WIDE_GAP, bottom, left, right, top
from documents.picture import DARK, Grey
from documents.read_words import ReadLine, ReadWord
from text.script import has_ideographs

CELLS_APART = 1.3
"""White between two cells, by the height of the characters; the white of two marks beside each other is less."""
SPACE = 0.2
"""White between a character and a Latin letter or figure, by the same, from which on there is a space."""
CLEAR = 0.3
"""By the same: so far from all ink a sign that was read is not there."""
MOST_LETTERS = 2
"""Characters of what may have been read into white."""

_Gap = tuple[int, int]
"""(first free column, column after the last)."""


def with_gaps_measured(part: Grey, lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines`, read from `part`, with the gaps between cells of Chinese rows; other lines as they are."""
    return [_measured(part, line) if any(has_ideographs(read.word.text) for read in line) else line for line in lines]


def _measured(part: Grey, line: ReadLine) -> ReadLine:
    height = median(read.word.height for read in line)
    white = _white(part, line)
    gaps = [gap for gap in white if gap[1] - gap[0] >= CELLS_APART * height]
    real = [read for read in line if not any(_is_inside(read, gap, CLEAR * height) for gap in gaps)]
    if not real:
        return line
    parted = {_place(real, gap) for gap in gaps}
    measured = [real[0]]
    for place, (before, read) in enumerate(pairwise(real), 1):
        if place in parted:
            measured.append(replace(read, gap=WIDE_GAP))
        elif read.gap == 1 and _scripts_meet(before, read) and _room(white, before, read, height) < SPACE * height:
            measured.append(replace(read, gap=0))
        else:
            measured.append(read)
    return tuple(measured)


def _scripts_meet(before: ReadWord, after: ReadWord) -> bool:
    """Whether a Chinese character and a Latin letter or figure stand beside each other."""
    one, other = before.word.text[-1], after.word.text[0]
    return one.isalnum() and other.isalnum() and has_ideographs(one) != has_ideographs(other)


def _room(white: Sequence[_Gap], before: ReadWord, after: ReadWord, height: float) -> float:
    """The widest white near where two words meet."""
    first = before.word.left + before.word.width - 0.5 * height
    last = after.word.left + 0.4 * height
    return max((end - begin for begin, end in white if first <= (begin + end) / 2 <= last), default=0)


def _white(part: Grey, line: ReadLine) -> list[_Gap]:
    """Columns without ink between those of the row that have some."""
    begin = max(0, left(line))
    inked = (part[max(0, top(line)) : bottom(line), begin : right(line)] < DARK).any(axis=0)
    used = np.flatnonzero(inked) + begin
    return [(int(used[at]) + 1, int(used[at + 1])) for at in np.flatnonzero(np.diff(used) > 1)]


def _is_inside(read: ReadWord, gap: _Gap, clear: float) -> bool:
    word = read.word
    inside = gap[0] + clear <= word.left and word.left + word.width <= gap[1] - clear
    return inside and len(word.text) <= MOST_LETTERS


def _place(line: Sequence[ReadWord], gap: _Gap) -> int:
    """Before which word of `line` the gap lies: where one ends and the next begins; boxes are not exact."""
    ends = [before.word.left + before.word.width + after.word.left for before, after in pairwise(line)]
    return 1 + min(range(len(ends)), key=lambda place: abs(ends[place] - sum(gap)), default=-1)
