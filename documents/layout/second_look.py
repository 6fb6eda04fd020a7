"""Doubtful words read again: each cut out with what stands beside it, at another size, all in one small picture.

A recogniser reads by context and by size: what it mistakes in a wide row it often gets right in a piece of it. What the
readings tell together is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from documents.languages import CHINESE, ENGLISH
from documents.layout.missed import print_size, put_back_by_strip, stacked
from documents.layout.rows import CELL_GAP, bottom, left, right, top
from documents.layout.times import with_times_mended
from documents.layout.trimming import without_neighbours
from documents.layout.votes import voted
from documents.picture import DARK, Grey, Region
from documents.read_words import PartReader, ReadLine, ReadWord
from text.script import has_ideographs

DOUBTFUL = {ENGLISH: 0.4, CHINESE: 0.5}
"""Confidence of a word below which it is read again. In English that seldom mends a thing."""
BESIDE = {ENGLISH: 1, CHINESE: 2}
"""Words on each side that are read with it; a Chinese one is a character or two."""
PRINT_PX = (28.0,)
"""Heights of the print in the pictures that are read. Measured on pages set in 16 to 22 pixels: 23 to 28 are best; a
second size (34) mends about twice as many letters and takes twice the time."""
MOST_PIECES = 80
"""A part with more is damaged or scrawled throughout, and reading it again is in vain."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words beside each other that are read again."""

    line: int
    begin: int
    end: int
    place: Region


def looked_again(part: Grey, lines: Sequence[ReadLine], read: PartReader) -> list[ReadLine]:
    """`lines` with their doubtful words as all readings together tell them; those that were sure stay as they are."""
    mended = list(lines)
    whole = mostly_chinese(lines)
    for language in (ENGLISH, CHINESE):
        pieces = [
            _Piece(number, begin, end, _place(part, line[begin:end]))
            for number, line in enumerate(lines)
            for first, after in _cells(line)
            if (language == CHINESE) == (whole or _has_chinese(line[first:after]))
            for begin, end in _doubtful(line, first, after, language)
        ]
        if len(pieces) > MOST_PIECES:
            continue
        told = zip(pieces, _read_alone(part, [piece.place for piece in pieces], language, read), strict=True)
        for piece, others in sorted(told, key=lambda pair: -pair[0].begin):
            line = mended[piece.line]
            ours = line[piece.begin : piece.end]
            better = voted(ours, others, [_is_doubtful(one, language) for one in ours])
            mended[piece.line] = (*line[: piece.begin], *better, *line[piece.end :])
    return with_times_mended([line for line in mended if line], lambda words: _readings(part, words, read))


def _readings(part: Grey, words: Sequence[ReadWord], read: PartReader) -> list[list[ReadLine]]:
    """What each of `words` was read as when read alone, in both languages: two models make different mistakes."""
    places = [_place(part, [word]) for word in words]
    told = (_read_alone(part, places, language, read) for language in (ENGLISH, CHINESE))
    return [[*english, *chinese] for english, chinese in zip(*told, strict=True)]


def mostly_chinese(lines: Sequence[ReadLine]) -> bool:
    """Whether more than half of `lines` hold Chinese."""
    return 2 * sum(map(_has_chinese, lines)) > len(lines)


def _has_chinese(words: Sequence[ReadWord]) -> bool:
    return any(has_ideographs(read.word.text) for read in words)


def _cells(line: ReadLine) -> Iterator[tuple[int, int]]:
    """First word of each cell of `line`, and the one after its last."""
    return pairwise([0, *(at for at, read in enumerate(line) if at and read.gap >= CELL_GAP), len(line)])


def _doubtful(line: ReadLine, first: int, after: int, language: str) -> Iterator[tuple[int, int]]:
    """The stretches of a cell that are to be read again, in the same way: doubtful words and those beside them."""
    begin = end = first
    for at in range(first, after):
        if not _is_doubtful(line[at], language):
            continue
        if at - BESIDE[language] > end > begin:
            yield begin, end
            begin = end
        if begin == end:
            begin = max(first, at - BESIDE[language])
        end = min(after, at + BESIDE[language] + 1)
    if end > begin:
        yield begin, end


def _is_doubtful(read: ReadWord, language: str) -> bool:
    text = read.word.text
    return read.word.confidence < DOUBTFUL[language] and any(map(str.isalnum, text)) and "_" not in text.strip("_")


def _place(part: Grey, words: Sequence[ReadWord]) -> Region:
    """Where `words` stand, out to the next white on either side: boxes of Chinese are not exact."""
    height, width = part.shape
    high = bottom(words) - top(words)
    room = max(2, high // 8)
    above, below = max(0, top(words) - room), min(height, bottom(words) + room)
    first, last = max(0, left(words) - high // 2), min(width, right(words) + high // 2)
    white = np.flatnonzero(~(part[top(words) : bottom(words), first:last] < DARK).any(axis=0)) + first
    before, behind = white[white <= left(words) + 1], white[white >= right(words) - 2]
    begin = before[-1] if len(before) else left(words)
    end = behind[0] + 1 if len(behind) else right(words)
    if end - begin < high // 2:
        begin, end = first, last
    above, below = without_neighbours(part[:, begin:end], above, below)
    return Region(int(begin), above, int(end), below)


def _read_alone(part: Grey, places: Sequence[Region], language: str, read: PartReader) -> list[tuple[ReadLine, ...]]:
    """What stands at each of `places`, from left to right, at each size; empty where nothing was read."""
    if not places:
        return []
    import cv2

    small, strips = stacked(part, places)
    print_px = max(1.0, print_size(small))
    pictures: list[Grey] = []
    for wished in PRINT_PX:
        scale = wished / print_px
        way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        pictures.append(np.asarray(cv2.resize(small, None, fx=scale, fy=scale, interpolation=way), np.uint8))
    width = max(picture.shape[1] for picture in pictures)
    whole = np.concatenate([_widened(picture, width) for picture in pictures])
    lines = [line for line in read(whole, language, light_on_dark=False) if line]
    told = []
    above = 0
    for picture, wished in zip(pictures, PRINT_PX, strict=True):
        below = above + picture.shape[0]
        own = [line for line in lines if above <= (top(line) + bottom(line)) / 2 < below]
        told.append(put_back_by_strip(own, strips, (wished / print_px, above)))
        above = below
    return list(zip(*told, strict=True))


def _widened(picture: Grey, width: int) -> Grey:
    return np.pad(picture, ((0, 0), (0, width - picture.shape[1])), constant_values=255)
