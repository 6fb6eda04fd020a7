"""Numbers and letters before the items of a Chinese worksheet or list, put right by those of their neighbours.

Tesseract loses the white of full-width marks, and takes "（1）" for "GD)" at times; the numbers count, and all items of
a list are marked alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from documents.layout.rows import CELL_GAP
from documents.picture import DARK, Grey
from documents.read_words import ReadLine, ReadWord
from text.script import has_ideographs

FULL_WIDTH = 0.55
"""White behind a full-width bracket, by its height; a half-width one and a space have less."""
FEWEST_CHOICES = 3
"""Of one row, that tell that it is one of choices."""
MOST_SURE = 0.9
"""Confidence from which on what was read is no misread number."""
_LETTERS = "ABCDEFGH"
_CHOICE = re.compile(r"(?P<letter>[A-H])[a-h]?(?P<mark>[.,，、]?)(?P<rest>.*)")
_NUMBER = re.compile(r"\((?P<number>\d{1,2})\)")
_MISREAD_NUMBER = re.compile(r"[(（〈《]?(?P<inside>[A-Za-z0-9]{0,2})[)）]|[(（〈《](?P<open>\d{1,2})")


def with_numbering(part: Grey, lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` with their numbers and letters put right, as `part`, their picture, shows; only in Chinese."""
    if 2 * sum(map(_is_chinese, lines)) <= len(lines):
        return list(lines)
    return [_with_full_width(part, _with_choices(line)) for line in _counted(lines)]


def _with_choices(line: ReadLine) -> ReadLine:
    """A row of choices ("A, 22   B、35   Cc. 42") with one mark behind all its letters."""
    begins = [place for place, read in enumerate(line) if not place or read.gap >= CELL_GAP]
    found = [_CHOICE.fullmatch(line[place].word.text) for place in begins]
    letters = "".join(one["letter"] if one else " " for one in found)
    if len(letters) < FEWEST_CHOICES or letters != _LETTERS[: len(letters)]:
        return line
    marks = [one["mark"] for one in found if one]
    if sum(mark != "" for mark in marks) < FEWEST_CHOICES - 1:
        return line
    mark = "、" if any(mark in {",", "，", "、"} for mark in marks) else "."
    words = list(line)
    for place, one in zip(begins, found, strict=True):
        if one is not None:
            words[place] = replace(line[place], word=replace(line[place].word, text=one["letter"] + mark + one["rest"]))
            if mark == "、" and not one["rest"] and place + 1 < len(line) and place + 1 not in begins:
                words[place + 1] = replace(line[place + 1], gap=0)
    return tuple(words)


def _counted(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` with the number in brackets that those before and behind call for, where something like one was read."""
    numbered = [(place, int(found["number"])) for place, line in enumerate(lines) if (found := _number(line))]
    told = list(lines)
    ends = [(-1, 0), *numbered, (len(lines), 0)]
    for (before, low), (after, high) in pairwise(ends):
        gaps = [place for place in range(before + 1, after) if _looks_misread(lines[place])]
        missing = high - low - 1 if high else 1
        if len(gaps) == missing and numbered:
            for at, place in enumerate(gaps, low + 1):
                first = lines[place][0]
                told[place] = (replace(first, word=replace(first.word, text=f"({at})")), *lines[place][1:])
    return told


def _number(line: ReadLine) -> re.Match[str] | None:
    return _NUMBER.fullmatch(line[0].word.text)


def _looks_misread(line: ReadLine) -> bool:
    first = line[0].word
    found = _MISREAD_NUMBER.fullmatch(first.text)
    return found is not None and first.confidence < MOST_SURE and len(line) > 1 and not _number(line)


def _with_full_width(part: Grey, line: ReadLine) -> ReadLine:
    """The line with "（1）" for "(1)" at its begin where the white behind shows that its brackets are full-width."""
    if len(line) == 1 or not _number(line) or not _is_chinese(line):
        return line
    first, second = line[0].word, line[1]
    ink = np.logical_or.reduce(part[max(0, first.top) : first.top + first.height, first.left :] < DARK, axis=0)
    inked = np.flatnonzero(ink[max(0, first.width - 2) :])
    behind = inked[np.flatnonzero(np.diff(inked) > 1)[:1] + 1] if len(inked) and inked[0] < 3 else inked[:1]
    if not len(behind) or int(behind[0]) - 2 < FULL_WIDTH * first.height:
        return line
    full: ReadWord = replace(line[0], word=replace(first, text=f"（{first.text[1:-1]}）"))
    return (full, replace(second, gap=0), *line[2:])


def _is_chinese(line: ReadLine) -> bool:
    return any(has_ideographs(read.word.text) for read in line)
