"""Words with boxes, from wherever they come, put into rows as Tesseract gives them."""

from __future__ import annotations

from collections.abc import Sequence

from documents.layout.rows import measured
from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word

LEAST_SHARED = 0.5
"""Of the lower word's height, that two words of one row have in common."""


def rows_of(words: Sequence[Word]) -> list[ReadLine]:
    """The rows of `words` from the top, each from left to right, gaps told by the boxes."""
    return [measured([ReadWord(words[number], 0) for number in row]) for row in grouped(words)]


def grouped(boxes: Sequence[Word]) -> list[list[int]]:
    """The rows that `boxes` form, from the top, each as their places in `boxes` from left to right.

    A box is compared with the box at the row's end, so that rows may slope.
    """
    rows: list[list[int]] = []
    for number in sorted(range(len(boxes)), key=lambda number: (boxes[number].left, boxes[number].top)):
        found = max(rows, key=lambda row: _shared(boxes[row[-1]], boxes[number]), default=None)
        if found is not None and _shared(boxes[found[-1]], boxes[number]) > LEAST_SHARED:
            found.append(number)
        else:
            rows.append([number])
    return sorted(rows, key=lambda row: sum(2 * boxes[one].top + boxes[one].height for one in row) / len(row))


def _shared(one: Word, other: Word) -> float:
    """How much of the lower one's height both have in common."""
    common = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return common / max(1, min(one.height, other.height))
