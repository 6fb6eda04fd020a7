"""Spaces between words that Tesseract did not see ("witha", "8.A", "Handinby"), found in the ink.

Within a line, the space between two words is much alike, and much wider than the room between two letters. Where a word
holds such a gap, it is two words. Figures are left alone: some typefaces set them as far apart as words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np

from documents.layout.glyphs import glyphs_of
from documents.picture import DARK, Grey, Mask
from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word
from text.script import has_ideographs

LEAST_SPACE = 0.75
"""Of the middling space of the line, in the gap inside of a word."""
LEAST_OF_NARROWEST = 0.95
"""Of the narrowest space of the line, where that asks for less."""
LEAST_BY_LETTERS = 2.3
"""The gap by the middling one between the letters of the line."""
LEAST_BY_HEIGHT = 0.14
"""The gap by the height of the line."""
LEAST_UNKNOWN = 0.36
"""The gap by the height of the line, where nothing on it shows how wide its spaces are."""
WIDEST_SPACE = 1.0
"""A space by the height of the line; what is wider parts cells or choices, and tells nothing of spaces."""
WIDEST_SPLIT = 1.5
"""A space of typewriters by the height of the line."""
_SPLIT_FIGURE = re.compile(r"\d[.,] \d|\w- \d|\w -\d")
"""Where figures may have been read in two."""
_FIGURE_AND_WORD = re.compile(r"(?:^|[^\W\d_])\d{1,4}\n[^\W\d_]{3}|[^\W\d_]{3}\n\d{1,4}(?:$|\W)")
"""A figure and a word ("2 Apr 2027", "Line 5"); shorter ones may be a code or a unit."""
FEWEST_SPACES, SPLIT = 2, 0.6
"""So many spaces show how wide they are on a line; a gap in a figure that is narrower than this share is none."""
WIDEST_PARTED, LEAST_OF_BESIDE = 1.35, 0.35
"""Of the narrowest gap between two words that is narrower than so many heights: typewriters set all letters apart."""
PIXEL = 1
"""By so much spaces of one width differ in print."""
_DASHES = ("-", "–", "—", "•")
_SIGNS = frozenset("%°=×÷+<>≤≥±~·|/-–)")
"""Signs between figures, or between a figure and its unit, with a space before or behind them or without."""
_HYPHENS = frozenset("-–/")
"""Those of them that stand inside of figures and names too."""
_NARROW, _WIDE = "iljtfrI1.,:;'!|()[]", "mwMWQ@%"
"""Letters that take half, and one and a half times, the room of others."""

_Gap = tuple[int, int]
"""(first free column, column after the last)."""


@dataclass(frozen=True, slots=True)
class _Least:
    """How many pixels wide a space is at least where more would be mistaken for one."""

    between_letters: float
    at_hyphens: float


def with_spaces(part: Grey, lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` with the words cut in two where a space is seen in `part`, the picture they were read from."""
    return [_spaced(part, line) for line in lines]


def _spaced(part: Grey, line: ReadLine) -> ReadLine:
    if any(has_ideographs(read.word.text) for read in line):
        return line
    if len(line) < FEWEST_SPACES and not any(_could_part(read.word.text) for read in line):
        return line
    left = min(read.word.left for read in line)
    right = max(read.word.left + read.word.width for read in line)
    top = min(read.word.top for read in line)
    bottom = max(read.word.top + read.word.height for read in line)
    ink: Mask = part[top:bottom, left:right] < DARK
    gaps = _gaps(np.logical_or.reduce(ink, axis=0), left)
    height = median(read.word.height for read in line)
    line = _without_splits(line, gaps, height)
    spaces, least = _spaces(gaps, line, height)
    return tuple(piece for read, its in zip(line, spaces, strict=True) for piece in _cut(part, read, its, least))


def _without_splits(line: ReadLine, gaps: Sequence[_Gap], height: float) -> ReadLine:
    """The line with figures joined that were read in two ("12. 80"), though the ink shows no space there."""
    if not gaps:
        return line
    rooms = [_room(gaps, before, after) for before, after in pairwise(line)]
    spaces = [
        room for room, after in zip(rooms, line[1:], strict=True) if after.gap == 1 and room < WIDEST_SPLIT * height
    ]
    usual = median(spaces) if len(spaces) >= FEWEST_SPACES else 0.0
    kept = [line[0]]
    for room, after in zip(rooms, line[1:], strict=True):
        before = kept[-1].word
        if after.gap == 1 and room < SPLIT * usual and _SPLIT_FIGURE.search(f"{before.text} {after.word.text}"):
            width = after.word.left + after.word.width - before.left
            sure = min(before.confidence, after.word.confidence)
            joined = replace(before, text=before.text + after.word.text, width=width, confidence=sure)
            kept[-1] = ReadWord(joined, kept[-1].gap)
        else:
            kept.append(after)
    return tuple(kept)


def _room(gaps: Sequence[_Gap], before: ReadWord, after: ReadWord) -> int:
    """How wide the white is where two words meet."""
    end = before.word.left + before.word.width
    begin, last = min(gaps, key=lambda gap: abs(sum(gap) - end - after.word.left) - (gap[1] - gap[0]))
    return last - begin


def _could_part(text: str) -> bool:
    return any(_may_part(text, count) for count in range(1, len(text)))


def _gaps(inked: Mask, left: int) -> list[_Gap]:
    """Columns without ink, between those that have some."""
    used = np.flatnonzero(inked) + left
    return [(int(used[at]) + 1, int(used[at + 1])) for at in np.flatnonzero(np.diff(used) > 1)]


def _spaces(gaps: Sequence[_Gap], line: ReadLine, height: float) -> tuple[list[list[_Gap]], _Least]:
    """For each word the gaps inside of it that may be spaces, and how wide they must be where it takes more."""
    ends = [read.word.left + read.word.width for read in line]
    borders = {
        min(gaps, key=lambda gap: abs(sum(gap) - end - after.word.left) - (gap[1] - gap[0]))
        for end, after in zip(ends, line[1:], strict=False)
        if gaps
    }  # the gaps beside words: boxes are not exact, so that they may lie inside of one
    others = [gap for gap in gaps if gap not in borders]
    shares: list[list[_Gap]] = [[] for _ in line]
    if not others:
        return shares, _Least(0.0, 0.0)
    known = [end - begin for begin, end in borders if end - begin < WIDEST_SPACE * height]
    usual = min(LEAST_SPACE * median(known), LEAST_OF_NARROWEST * min(known)) if known else LEAST_UNKNOWN * height
    by_letters = LEAST_BY_LETTERS * median(end - begin for begin, end in others)
    least = max(usual - PIXEL, LEAST_BY_HEIGHT * height)
    for gap in others:
        if gap[1] - gap[0] < least:
            continue
        for number, read in enumerate(line):
            if read.word.left < sum(gap) / 2 < ends[number]:
                shares[number].append(gap)
    beside = [end - begin for begin, end in borders if end - begin < WIDEST_PARTED * height]
    between_letters = max(usual, by_letters, LEAST_BY_HEIGHT * height)
    return shares, _Least(between_letters, max(least, LEAST_OF_BESIDE * min(beside, default=0)))


def _cut(part: Grey, read: ReadWord, places: Sequence[_Gap], least: _Least) -> list[ReadWord]:
    """The word in as many pieces as it holds spaces, from left to right."""
    pieces: list[ReadWord] = []
    rest = read
    for begin, end in places:
        at = (begin + end) / 2 - rest.word.left
        count = _letters_left(part, rest.word, begin)
        if count is None:
            share = (begin - rest.word.left) / max(1, rest.word.width - end + begin)
            count = _letters_before(rest.word.text, share)
        text = rest.word.text
        if not 0 < count < len(text) or not _may_part(text, count):
            continue
        beside = {text[count - 1], text[count]}
        wide = least.at_hyphens if beside & _HYPHENS else 0 if beside & _SIGNS else least.between_letters
        if end - begin < wide:
            continue
        width = round(at)
        first = replace(rest.word, text=text[:count], width=width)
        second = replace(rest.word, text=text[count:], left=rest.word.left + width, width=rest.word.width - width)
        pieces.append(ReadWord(first, rest.gap))
        rest = ReadWord(second, 1)
    return [*pieces, rest]


def _letters_left(part: Grey, word: Word, column: int) -> int | None:
    """How many letters stand left of `column`; None where letters and pieces of ink cannot be told to be the same."""
    glyphs = glyphs_of(part, word)
    if len(glyphs) != len(word.text):
        return None
    return sum(glyph.left + glyph.right <= 2 * column for glyph in glyphs)


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
    if before[-1] in _SIGNS or after[0] in _SIGNS:
        return True
    if not after[0].isalnum():
        return False
    if _FIGURE_AND_WORD.search(f"{before}\n{after}"):
        return True
    if before in _DASHES or (before[-1] in ".)" and len(before) <= 4 and any(map(str.isalnum, before))):
        return before[-1] != "." or not before[-2:-1].isdigit() or after[0].isalpha()
    return before[-1] in ",;:" and after[0].isalpha()
