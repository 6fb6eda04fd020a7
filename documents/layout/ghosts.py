"""Signs that were read into white paper, such as a bar or a dash between a label and its value: taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from documents.picture import DARK, Grey
from documents.read_words import ReadLine, ReadWord
from text.script import has_ideographs

LEAST_INK = 3
"""Pixels that a sign has at least; a full stop of the smallest print has four."""

LEAST_CHINESE = 0.1
"""Confidence that a Chinese sign on white must have."""


def without_ghosts(part: Grey, lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` without signs where `part`, which they were read from, is white; a line of nothing else goes too."""
    rid = (tuple(read for read in line if not _is_ghost(part, read, _trusted(line))) for line in lines)
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


def _trusted(line: ReadLine) -> float:
    """Confidence above which a sign is no ghost whatever its box shows: boxes of Chinese signs are not exact."""
    return LEAST_CHINESE if any(has_ideographs(read.word.text) for read in line) else 1.0


def _is_ghost(part: Grey, read: ReadWord, trusted: float) -> bool:
    word = read.word
    if word.confidence > trusted or any(map(str.isalnum, word.text)):
        return False
    ink = part[word.top : word.top + word.height, word.left : word.left + word.width] < DARK
    return int(ink.sum()) < LEAST_INK
