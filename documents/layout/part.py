"""The rows of one part of a page: read, read again where the first reading is unsure or has left something out.

A clean part costs one run of Tesseract. Lines that make no sense in English are read in Chinese in a second one, and
print that no word was read from in a third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from documents.languages import AUTO, CHINESE, ENGLISH
from documents.layout.blanks import with_blanks
from documents.layout.bullets import with_bullets
from documents.layout.chinese_gaps import with_gaps_measured
from documents.layout.chinese_print import with_signs_mended
from documents.layout.figures import with_figures_mended, with_ones_mended
from documents.layout.ghosts import without_ghosts
from documents.layout.missed import missed_strips, print_size, put_back, stacked
from documents.layout.numbering import with_numbering
from documents.layout.rows import bottom, confidence_of, doubtful, left, merged, right, top, with_found
from documents.layout.second_look import looked_again, mostly_chinese
from documents.layout.spaces import with_spaces
from documents.layout.trimming import without_neighbours
from documents.picture import DARK, Grey, Region
from documents.read_words import PartReader, ReadLine, ReadWord

LEAST_FOUND_CONFIDENCE = 0.5
"""A line that is found again must reach it: among what was missed are specks and parts of pictures."""

ROOM = 0.12
"""Of a line's height, above and below it, when it is cut out."""

SMALL_LINE_PX = 34
"""Height of a usual line below which doubtful words are worth a second look; larger print needs none."""

MOST_INK = 0.25
"""Share of ink from which on a part is a picture, which takes long to read and holds little; print has up to 0.15."""
MOST_ROWS = 1.3
"""Height of all that is cut out by that of the part; more is no page of text."""
LEAST_PRINT_PX, WISHED_PRINT_PX = 24, 28
"""Height of Chinese print; what is lower is enlarged to the second."""


def read_part(part: Grey, ruled: Grey, languages: Sequence[str], read: PartReader) -> list[ReadLine]:
    """The rows of `part` from the top. `ruled` is the same part of the page before its rules were taken out."""
    auto = AUTO in languages
    codes = ENGLISH if auto else "+".join(languages)
    lines = [line for line in read(part, codes, light_on_dark=not auto) if line]
    if np.count_nonzero(part < DARK) > MOST_INK * part.size:
        return lines
    doubted = doubtful(lines) if auto else []
    strips = missed_strips(part, lines)
    if doubted or (auto and not lines and strips):
        rows = sorted([*(_row(line, part) for line in doubted), *strips], key=lambda row: row.top)
        lines = merged(lines, _reread(part, rows, CHINESE, read))
        strips = missed_strips(part, lines)
    if strips:
        again = CHINESE if auto and mostly_chinese(lines) else codes
        found = _reread(part, strips, again, read)
        lines = with_found(lines, [line for line in found if confidence_of(line) >= LEAST_FOUND_CONFIDENCE])
    if auto and lines and median(bottom(line) - top(line) for line in lines) < SMALL_LINE_PX:
        lines = looked_again(part, lines, read)
    lines = with_ones_mended(part, without_ghosts(part, lines))
    lines = with_signs_mended(with_gaps_measured(part, lines))
    lines = with_numbering(part, lines)
    return with_blanks(ruled, with_bullets(part, with_spaces(part, with_figures_mended(part, lines))))


def _reread(part: Grey, rows: Sequence[Region], languages: str, read: PartReader) -> list[ReadLine]:
    """What stands in `rows`, each cut out, so that none can be dropped for its neighbours."""
    if sum(row.bottom - row.top for row in rows) > MOST_ROWS * part.shape[0]:
        return [line for line in read(part, languages, light_on_dark=False) if line]  # rows that overlap are dirt
    small, strips = stacked(part, rows)
    scale = _enlargement(small) if languages == CHINESE else 1.0
    if scale == 1:
        return put_back([line for line in read(small, languages, light_on_dark=False) if line], strips)
    import cv2

    large = np.asarray(cv2.resize(small, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    found = read(large, languages, light_on_dark=False)
    return put_back([tuple(_reduced(word, scale) for word in line) for line in found if line], strips)


def _enlargement(rows: Grey) -> float:
    """By how much rows of small Chinese are enlarged: its signs need more pixels than letters do."""
    usual = print_size(rows)
    return WISHED_PRINT_PX / usual if 0 < usual < LEAST_PRINT_PX else 1.0


def _reduced(read: ReadWord, scale: float) -> ReadWord:
    word = read.word
    left, top_, width, height = (round(side / scale) for side in (word.left, word.top, word.width, word.height))
    return replace(read, word=replace(word, left=left, top=top_, width=width, height=height))


def _row(line: ReadLine, part: Grey) -> Region:
    """The row that `line` was read from, from side to side: its first reading may have left out half of it."""
    height, width = part.shape
    room = max(2, round(ROOM * (bottom(line) - top(line))))
    above, below = without_neighbours(part, max(0, top(line) - room), min(height, bottom(line) + room))
    inked = np.flatnonzero((part[above:below] < DARK).any(axis=0))
    beyond = 4 * room
    return Region(
        max(0, int(inked[0]) - beyond) if len(inked) else left(line),
        above,
        min(width, int(inked[-1]) + beyond) if len(inked) else right(line),
        below,
    )
