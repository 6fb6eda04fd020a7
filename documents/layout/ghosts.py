"""Signs that were read into white paper, such as a bar, a dash or a quotation mark between cells: taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from documents.layout.glyphs import glyphs_of
from documents.picture import DARK, Grey
from documents.read_words import ReadLine, ReadWord
from text.script import has_ideographs

LEAST_INK = 3
"""Pixels that a sign has at least; a full stop of the smallest print has four."""

_QUOTES = '“”"'
HIGHEST_QUOTE, QUOTE_ROOM = 0.5, 0.3
"""Of a word's height: how high a quotation mark is at most, and how far before the word's box it may stand."""
LEAST_CHINESE = 0.1
"""Confidence that a Chinese sign on white must have."""


def without_ghosts(part: Grey, lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` without signs where `part`, which they were read from, is white; a line of nothing else goes too."""
    rid = (
        tuple(_without_quote(part, read) for read in line if not _is_ghost(part, read, _trusted(line)))
        for line in lines
    )
    return [framed for line in rid if (framed := _without_sides(line))]


def _without_sides(line: ReadLine) -> ReadLine:
    """`line` without bars that are the sides of a frame: at its ends, and between a label and its value."""
    closed = any("]" in read.word.text for read in line)
    kept: list[ReadWord] = []
    for number, read in enumerate(line):
        text = read.word.text
        label = bool(kept) and kept[-1].word.text.endswith((":", "："))
        if text == "|" and (label or number in (0, len(line) - 1)):
            continue
        side = label and not closed and text.startswith("[")
        if not side:
            kept.append(read)
        elif text != "[":
            kept.append(replace(read, word=replace(read.word, text=text[1:])))
    return tuple(kept)


def _without_quote(part: Grey, read: ReadWord) -> ReadWord:
    """`read` without a quotation mark at its beginning, where no such small piece of ink is seen."""
    word = read.word
    if len(word.text) < 2 or word.text[0] not in _QUOTES:
        return read
    room = round(QUOTE_ROOM * word.height)
    begun = replace(word, left=max(0, word.left - room), width=min(word.width, 2 * word.height) + room)
    small = (glyph for glyph in glyphs_of(part, begun) if glyph.bottom - glyph.top <= HIGHEST_QUOTE * word.height)
    if any(glyph.top + glyph.bottom < 2 * word.top + word.height for glyph in small):
        return read
    return replace(read, word=replace(word, text=word.text[1:]))


def _trusted(line: ReadLine) -> float:
    """Confidence above which a sign is no ghost whatever its box shows: boxes of Chinese signs are not exact."""
    return LEAST_CHINESE if any(has_ideographs(read.word.text) for read in line) else 1.0


def _is_ghost(part: Grey, read: ReadWord, trusted: float) -> bool:
    word = read.word
    if word.confidence > trusted or any(map(str.isalnum, word.text)):
        return False
    ink = part[word.top : word.top + word.height, word.left : word.left + word.width] < DARK
    return int(ink.sum()) < LEAST_INK
