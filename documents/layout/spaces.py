"""Spaces between words that Tesseract did not see ("witha", "8.A", "Handinby"), found in the ink.

Within a line, the space between two words is much alike, and much wider than the room between two letters. Where a word
holds such a gap, it is two words. Figures are left alone: some typefaces set them as far apart as words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from documents.picture import DARK, Grey, Mask
from documents.read_words import ReadLine, ReadWord
from text.script import has_ideographs

LEAST_SPACE = 0.75
"""Of the middling space of the line, in the gap inside of a word."""
LEAST_OF_NARROWEST = 0.95
"""Of the narrowest space of the line, where that asks for less."""
LEAST_BY_LETTERS = 2.3
"""The gap by the middling one between the letters of the line."""
LEAST_BY_HEIGHT = 0.14
"""The gap by the height of the line."""
LEAST_UNKNOWN = 0.3
"""The gap by the height of the line, where nothing on it shows how wide its spaces are."""
_DASHES = ("-", "–", "—", "•")
_NARROW, _WIDE = "iljtfrI1.,:;'!|()[]", "mwMWQ@%"
"""Letters that take half, and one and a half times, the room of others."""

_Gap = tuple[int, int]
"""(first free column, column after the last)."""


def with_spaces(part: Grey, lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` with the words cut in two where a space is seen in `part`, the picture they were read from."""
    return [_spaced(part, line) for line in lines]


def _spaced(part: Grey, line: ReadLine) -> ReadLine:
    if any(has_ideographs(read.word.text) for read in line) or not any(_could_part(read.word.text) for read in line):
        return line
    left = min(read.word.left for read in line)
    right = max(read.word.left + read.word.width for read in line)
    top = min(read.word.top for read in line)
    bottom = max(read.word.top + read.word.height for read in line)
    ink: Mask = part[top:bottom, left:right] < DARK
    gaps = _gaps(np.logical_or.reduce(ink, axis=0), left)
    height = median(read.word.height for read in line)
    spaces = _spaces(gaps, line, height)
    return tuple(piece for read, its in zip(line, spaces, strict=True) for piece in _cut(read, its))


def _could_part(text: str) -> bool:
    return any(_may_part(text, count) for count in range(1, len(text)))


def _gaps(inked: Mask, left: int) -> list[_Gap]:
    """Columns without ink, between those that have some."""
    used = np.flatnonzero(inked) + left
    return [(int(used[at]) + 1, int(used[at + 1])) for at in np.flatnonzero(np.diff(used) > 1)]


def _spaces(gaps: Sequence[_Gap], line: ReadLine, height: float) -> list[list[_Gap]]:
    """For each word the gaps inside of it that are as wide as spaces."""
    ends = [read.word.left + read.word.width for read in line]
    borders = {
        min(gaps, key=lambda gap: abs(sum(gap) - end - after.word.left) - (gap[1] - gap[0]))
        for end, after in zip(ends, line[1:], strict=False)
        if gaps
    }  # the gaps beside words: boxes are not exact, so that they may lie inside of one
    others = [gap for gap in gaps if gap not in borders]
    shares: list[list[_Gap]] = [[] for _ in line]
    if not others:
        return shares
    known = [end - begin for begin, end in borders if end - begin < 1.5 * height]  # not those between cells
    least = max(LEAST_BY_LETTERS * median(end - begin for begin, end in others), LEAST_BY_HEIGHT * height)
    usual = min(LEAST_SPACE * median(known), LEAST_OF_NARROWEST * min(known)) if known else LEAST_UNKNOWN * height
    for gap in others:
        if gap[1] - gap[0] < max(least, usual):
            continue
        for number, read in enumerate(line):
            if read.word.left < sum(gap) / 2 < ends[number]:
                shares[number].append(gap)
    return shares


def _cut(read: ReadWord, places: Sequence[_Gap]) -> list[ReadWord]:
    """The word in as many pieces as it holds spaces, from left to right."""
    pieces: list[ReadWord] = []
    rest = read
    for begin, end in places:
        at = (begin + end) / 2 - rest.word.left
        count = _letters_before(rest.word.text, (begin - rest.word.left) / max(1, rest.word.width - end + begin))
        if not 0 < count < len(rest.word.text) or not _may_part(rest.word.text, count):
            continue
        width = round(at)
        first = replace(rest.word, text=rest.word.text[:count], width=width)
        second = replace(
            rest.word, text=rest.word.text[count:], left=rest.word.left + width, width=rest.word.width - width
        )
        pieces.append(ReadWord(first, rest.gap))
        rest = ReadWord(second, 1)
    return [*pieces, rest]


def _letters_before(text: str, share: float) -> int:
    """How many letters of `text` stand in the first `share` of its width."""
    widths = [0.5 if letter in _NARROW else 1.5 if letter in _WIDE else 1.0 for letter in text]
    ends = np.cumsum(widths) / sum(widths)
    return int(np.abs(ends - share).argmin()) + 1


def _may_part(text: str, count: int) -> bool:
    """Whether there may be a space after `count` letters: not inside of numbers, codes, addresses and times."""
    before, after = text[:count], text[count:]
    if before[-1].isalpha() and after[0].isalpha():
        return True
    if not after[0].isalnum():
        return False
    if before in _DASHES or (before[-1] in ".)" and len(before) <= 4 and any(map(str.isalnum, before))):
        return before[-1] != "." or not before[:-1].isdigit() or after[0].isalpha()
    return before[-1] in ",;:" and after[0].isalpha()
