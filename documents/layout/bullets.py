"""Bullets and dashes before the items of a list, and dots between the parts of a line, told by the shape of their ink:
Tesseract takes them for letters or dashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from documents.picture import DARK, Grey, Mask
from documents.read_words import ReadLine, ReadWord

TAKEN_FOR = frozenset("°*¢©®«»+-–—~=·.oeEO0@#¥.")
"""What a bullet or a dash is read as."""
SMALLEST, LARGEST = 0.12, 0.5
"""Of a bullet's height by that of its line."""
DISC = 0.07
"""Of the height of a dot inside of a line."""
ROUND = 0.75
"""Of the shorter by the longer side of a disc or square."""
FILLED = 0.7
"""Of a bullet's box, in ink; a disc has 0.785."""
THIN = 0.5
"""Of a dash's height by its width, at most."""


TAKEN_FOR_DOT = frozenset("-:.~=°*•+«»©'")
"""What a dot half way up, between two words, is read as."""
LARGEST_DOT = 0.24
"""Of its height by that of its line; what is larger is a bullet."""


def with_bullets(part: Grey, lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` with "•" and "-" for their first word, and "·" inside, where `part`, their picture, shows them."""
    return [_parted(part, _marked(part, line)) for line in lines]


def _parted(part: Grey, line: ReadLine) -> ReadLine:
    """The line with "·" or "•" for each word that is nothing but a disc between two others."""
    height = median(read.word.height for read in line)
    inner = [_as_disc(part, read, height) for read in line[1:-1]]
    return line if len(line) < 3 else (line[0], *inner, line[-1])


def _as_disc(part: Grey, read: ReadWord, height: float) -> ReadWord:
    word = read.word
    if len(word.text) > 1 or word.text not in TAKEN_FOR_DOT:
        return read
    room = round(0.15 * height)  # its box is too narrow at times
    left = max(0, word.left - room)
    ink = part[max(0, word.top) : word.top + word.height, left : word.left + word.width + room] < DARK
    rows = np.flatnonzero(ink.any(axis=1))
    if not len(rows) or _sign(ink, height, DISC) != "•":
        return read
    return replace(read, word=replace(word, text="·" if len(rows) <= LARGEST_DOT * height else "•"))


def _marked(part: Grey, line: ReadLine) -> ReadLine:
    first = line[0]
    if len(line) < 2 or not set(first.word.text) <= TAKEN_FOR or len(first.word.text) > 2:
        return line
    word = first.word
    room = line[1].word.left - word.left
    ink = part[word.top : word.top + word.height, word.left : word.left + min(word.width, room)] < DARK
    shown = _sign(ink, median(read.word.height for read in line[1:]))
    return line if shown is None else (replace(first, word=replace(word, text=shown)), *line[1:])


def _sign(ink: Mask, height: float, smallest: float = SMALLEST) -> str | None:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return None
    high, wide = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    filled = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].mean()
    if filled < FILLED:
        return None
    if smallest * height <= high <= LARGEST * height and min(high, wide) >= ROUND * max(high, wide):
        return "•"
    return "-" if high <= THIN * wide and wide < height else None
