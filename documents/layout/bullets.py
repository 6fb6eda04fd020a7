"""Bullets and dashes before the items of a list, told by the shape of their ink: Tesseract takes them for letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from documents.picture import DARK, Grey, Mask
from documents.read_words import ReadLine

TAKEN_FOR = frozenset("°*¢©®«»+-–—~=·.oeEO0@#¥.")
"""What a bullet or a dash is read as."""
SMALLEST, LARGEST = 0.12, 0.5
"""Of a bullet's height by that of its line."""
ROUND = 0.75
"""Of the shorter by the longer side of a disc or square."""
FILLED = 0.7
"""Of a bullet's box, in ink; a disc has 0.785."""
THIN = 0.5
"""Of a dash's height by its width, at most."""


def with_bullets(part: Grey, lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` with "•" and "-" for their first word, where `part`, which they were read from, shows them."""
    return [_marked(part, line) for line in lines]


def _marked(part: Grey, line: ReadLine) -> ReadLine:
    first = line[0]
    if len(line) < 2 or not set(first.word.text) <= TAKEN_FOR or len(first.word.text) > 2:
        return line
    word = first.word
    room = line[1].word.left - word.left
    ink = part[word.top : word.top + word.height, word.left : word.left + min(word.width, room)] < DARK
    shown = _sign(ink, median(read.word.height for read in line[1:]))
    return line if shown is None else (replace(first, word=replace(word, text=shown)), *line[1:])


def _sign(ink: Mask, height: float) -> str | None:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return None
    high, wide = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    filled = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].mean()
    if filled < FILLED:
        return None
    if SMALLEST * height <= high <= LARGEST * height and min(high, wide) >= ROUND * max(high, wide):
        return "•"
    return "-" if high <= THIN * wide and wide < height else None
