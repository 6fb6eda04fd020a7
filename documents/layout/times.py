"""Clock times in columns of a timetable: what stands among them and is none is read again, or marked unsure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word

TIME = re.compile(r"(?:[01]?\d|2[0-4]):[0-5]\d")
_LIKE_TIME = re.compile(r"[\dTtIlOoSBZ]{1,2}[:.;,'-]?[\dTtIlOoSBZ]{2}")
FEWEST, TIMES_TO_OTHERS = 2, 2
"""Times that make a column, and how many of them there are at least to one that is none."""
BESIDE = 0.7
"""Of the height of a word, by which the edges of a column's words lie apart at most."""
UNSURE = 0.5
"""Confidence of what stands among times and is none."""
SURE = 0.8
"""Least confidence of a time that was told by a reading of it alone."""

Readings = Callable[[Sequence[ReadWord]], Sequence[Sequence[ReadLine]]]
"""Reads words again, each alone; for each, all that it was read as."""


def with_times_mended(lines: Sequence[ReadLine], again: Readings) -> list[ReadLine]:
    """`lines` with what is no time in a column of times read again; what stays none is unsure."""
    times = [read.word for line in lines for read in line if TIME.fullmatch(read.word.text)]
    places = list(_odd(lines, times)) if len(times) >= FEWEST else []
    if not places:
        return list(lines)
    mended = [list(line) for line in lines]
    odd = [lines[line][at] for line, at in places]
    for (line, at), read, told in zip(places, odd, again(odd), strict=True):
        found = Counter(time[0] for reading in told for time in TIME.finditer(_spelt(reading)))
        best = found.most_common(1)
        text, sure = (best[0][0], SURE) if best else (read.word.text, min(UNSURE, read.word.confidence))
        mended[line][at] = replace(read, word=replace(read.word, text=text, confidence=sure))
    return [tuple(line) for line in mended]


def _odd(lines: Sequence[ReadLine], times: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Line and place of each word that looks like a time, is none, and stands among times alone."""
    likes = [
        (number, at, read.word)
        for number, line in enumerate(lines)
        for at, read in enumerate(line)
        if _LIKE_TIME.fullmatch(read.word.text) and not TIME.fullmatch(read.word.text)
    ]
    for number, at, word in likes:
        column = sum(_in_one_column(word, time) for time in times)
        others = sum(_in_one_column(word, other) for _, _, other in likes)
        if column >= max(FEWEST, TIMES_TO_OTHERS * others):
            yield number, at


def _in_one_column(one: Word, other: Word) -> bool:
    near = BESIDE * other.height
    ends = one.left + one.width - other.left - other.width
    return abs(one.left - other.left) <= near and abs(ends) <= near


def _spelt(reading: ReadLine) -> str:
    return "".join(read.word.text for read in reading)
