"""Blanks to be filled in: rules on the foot of a line with nothing written above them, given as underscores.

Tesseract leaves out most of them, and with them where an answer belongs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np
import numpy.typing as npt

from documents.layout.rows import bottom, inserted, left, right, top
from documents.picture import DARK, Grey, Mask
from documents.read_words import ReadLine, ReadWord
from documents.rules import RULE_THICKNESS
from pipeline.events import Word
from text.script import has_ideographs

Ink = npt.NDArray[np.uint8]
"""1 where there is ink."""
SHORTEST = 1.4
"""Of the height of its line."""
ABOVE, BELOW = 0.35, 0.3
"""How far from the foot of its line a blank may lie, by the height of the line."""
UNDERSCORE, UNDERSCORE_IN_CHINESE = 0.53, 0.6
"""Width of an underscore by the height of its line, from ascender to descender, or of Chinese characters."""
MOST_UNDERSCORES = 30
"""Of one blank, however long its rule is."""
SIDE = 5
"""Pixels around the end of a rule, where the side of a frame would be."""
PALE = 215
"""Grey level below which a rule of a frame shows, though parts of it may be no ink in a photograph."""
SWAY, GAP = 2, 15
"""Pixels by which a rule wavers, and that it may be broken for."""
WRITTEN = 0.6
"""Of the height of its line: so much writing above a rule, beside a blank, shows that it belongs to a table."""
ACROSS = 0.6
"""Of a blank, that the box of a character may cover at most, if it is true."""
CHARACTER = 0.5
"""Of the height of the line: room that a Chinese character takes at least."""
CONFIDENCE = 0.9
"""Of a blank: it is measured, not read."""


def with_blanks(ruled: Grey, lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` with their blanks, out of `ruled`: the picture that they were read from, with its rules still in it."""
    if not lines:
        return []
    usual = median(bottom(line) - top(line) for line in lines)
    return [_with_blanks(ruled, line, min(usual, bottom(line) - top(line))) for line in lines]


def _with_blanks(ruled: Grey, line: ReadLine, height: float) -> ReadLine:
    foot = round(median(read.word.top + read.word.height for read in line))
    first, last = max(0, foot - round(1.4 * height)), foot + round(0.55 * height)
    begin, end = max(0, round(left(line) - 8 * height)), round(right(line) + 8 * height)
    seen = ruled[first:last, begin:end]
    filled = line
    for x, y, width in _blanks(seen, foot - first, height):
        filled = _filled_in(filled, begin + x, first + y, width, _inked_height(ruled, line))
    return filled


def _blanks(seen: Grey, foot: int, height: float) -> list[tuple[int, int, int]]:
    """(left, top, width) of the rules near row `foot` of `seen` that have white above and below, and are no frame's."""
    import cv2

    ink = (seen < DARK).astype(np.uint8)
    above, below = max(0, foot - round(ABOVE * height)), foot + round(BELOW * height)
    band = ink[above:below]
    if not band.size or int(band.sum(axis=1).max()) < SHORTEST * height:
        return []
    joined = cv2.morphologyEx(band, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))  # some underscores stand apart
    levels = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, max(8, round(SHORTEST * height))), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(levels, connectivity=8)
    pale = (seen < PALE).astype(np.uint8)
    blanks = []
    for x, y, width, thick, _ in sorted(stats[1:].tolist()):
        upper = above + y
        inner = slice(x + round(0.1 * width), x + round(0.9 * width))  # its neighbours may lean over its ends
        over = ink[max(0, upper - round(0.7 * height)) : max(0, upper - 2), inner]
        under = ink[upper + thick + 2 : upper + thick + round(0.2 * height), inner]
        if thick > min(RULE_THICKNESS, 0.25 * height) or over.any() or under.any():
            continue  # a bar, a line under something written, or a row of serifs
        rows = slice(max(0, upper - round(1.05 * height)), upper + thick)
        if not _is_frame(pale[rows.start : upper], x, x + width) and not _runs_on(pale[rows], thick, x, x + width):
            blanks.append((x, upper, width))
    return blanks


def _is_frame(over: Ink, begin: int, end: int) -> bool:
    """Whether a stroke goes up from either end of a rule, in the ink `over` it, higher than letters are."""
    sides = (over[:, max(0, side - SIDE) : side + SIDE] for side in (begin, end))
    return any(side.size and bool((side.mean(axis=0) > 0.9).any()) for side in sides)


def _runs_on(ink: Ink, thick: int, begin: int, end: int) -> bool:
    """Whether the rule at the foot of `ink`, `thick` rows high, goes on below other writing, as a table's does."""
    import cv2

    runs = cv2.morphologyEx(ink[-thick - SWAY :], cv2.MORPH_OPEN, np.ones((1, max(8, ink.shape[0])), np.uint8))
    level = runs.max(axis=0, keepdims=True)  # no feet of letters
    joined = cv2.morphologyEx(np.pad(level, ((0, 0), (GAP, GAP))), cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8))
    rule = joined[0, GAP:-GAP]
    left = begin - int(np.argmin(rule[:begin][::-1])) if begin and not rule[:begin].all() else 0
    right = end + int(np.argmin(rule[end:])) if end < len(rule) and not rule[end:].all() else len(rule)
    beside = np.r_[left:begin, end:right]
    written = ink[: -thick - SWAY - 1, beside].any(axis=0) if ink.shape[0] > thick + SWAY + 1 else np.zeros(0)
    return bool(np.count_nonzero(written) > WRITTEN * ink.shape[0])


def _inked_height(ruled: Grey, line: ReadLine) -> int:
    """From the highest to the lowest ink of `line`; boxes of Chinese characters are not exact."""
    ink: Mask = ruled[top(line) : bottom(line), left(line) : right(line)] < DARK
    rows = np.flatnonzero(np.logical_or.reduce(ink, axis=1))
    return int(rows[-1] - rows[0]) + 1 if len(rows) else bottom(line) - top(line)


def _filled_in(line: ReadLine, x: int, y: int, width: int, height: int) -> ReadLine:
    """The line with the blank in place of what Tesseract took it for."""
    chinese = any(has_ideographs(read.word.text) for read in line)
    unit = (UNDERSCORE_IN_CHINESE if chinese else UNDERSCORE) * height
    count = min(MOST_UNDERSCORES, max(3, round(width / unit)))
    kept = [read for read in line if _lettered(read) or _over(read, x, width) <= 0.5 * read.word.width]
    kept = _beside(kept, x, x + width, height)
    upper = min(top(line), y)
    blank = ReadWord(Word("_" * count, x, upper, width, bottom(line) - upper, CONFIDENCE), 0)
    return inserted(kept, [blank])


def _beside(line: Sequence[ReadWord], begin: int, end: int, height: int) -> list[ReadWord]:
    """`line` with the boxes that reach across a blank cut to the side of it that their character stands on.

    Tesseract gives the white of a blank to the Chinese character before or behind it; where there is ink left over
    between the word before and the blank, it is that character's.
    """
    beside: list[ReadWord] = []
    for place, read in enumerate(line):
        word = read.word
        if not has_ideographs(word.text) or _over(read, begin, end - begin) < ACROSS * (end - begin):
            beside.append(read)
            continue
        free = beside[-1].word.left + beside[-1].word.width if beside else word.left
        after = line[place + 1].word.left if place + 1 < len(line) else word.left + word.width
        if begin - free >= CHARACTER * height:
            left, right = free, begin
        else:
            left, right = end, max(after, end + 1)
        beside.append(replace(read, word=replace(word, left=left, width=max(1, right - left))))
    return beside


def _lettered(read: ReadWord) -> bool:
    return any(map(str.isalnum, read.word.text))


def _over(read: ReadWord, x: int, width: int) -> int:
    return min(read.word.left + read.word.width, x + width) - max(read.word.left, x)
