"""Rows of words: two readings of the same rows made one, words found later put where they stand, gaps measured.

A row is read twice when the first reading, in English, is unsure; then each stretch of it is taken from the reading
that makes more sense, so that Chinese, Latin words and figures of one row all come out right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from documents.read_words import ReadLine, ReadWord
from text.script import has_ideographs, is_cjk

UNSURE = 0.7
"""Confidence below which a word is unsure. Tesseract's English model gives Chinese 0 to 0.6, clean English over 0.9."""
UNSURE_SHARE = 0.15
"""Of a line's width in unsure words, from which on the line is read in Chinese too."""
MANY = 0.35
"""Share of unsure lines, from which on a page is taken for Chinese."""
SURE = 0.85
"""Confidence from which on an English word stands against the Chinese reading of it."""
MUCH_SURER = 0.28
"""By which English must be surer of a word than Chinese is of a character that looks like no letter."""
LEAST_SENSE = 0.5
"""Confidence below which a Chinese word says nothing."""
_LATIN = re.compile(r"[A-Za-z0-9$€£¥#&%@.,:/+()-]*[A-Za-z0-9][A-Za-z0-9$€£¥#&%@.,:/+()-]*")
_FIGURES = re.compile(r"[0-9][0-9.,]*")
LOOKALIKES = frozenset("工一丨口日人入了丫兰关半羊羌几二三十上下土王与可")
"""What the Chinese model reads Latin letters, figures and signs as, such as 工 for 1 and 半 for ¥."""
SAME_READING = 0.75
"""Share of characters that two models must agree in, for their reading to be believed against its confidence."""
AGREED_CONFIDENCE = 0.8
"""Of a line that both models read alike."""
SPACE, WIDE_SPACE = 0.15, 1.1
"""Gaps, by the height of the line, that count as a space and as the gap between two cells."""
CELL_GAP = 3
"""Spaces from which on a gap parts two cells."""
WIDE_GAP = 9
"""Spaces that a gap between two cells counts as."""


def is_unsure(line: ReadLine) -> bool:
    """Whether so much of `line` is unsure that it may be in another language."""
    width = sum(read.word.width for read in line)
    return sum(read.word.width for read in line if read.word.confidence < UNSURE) > UNSURE_SHARE * width


def confidence_of(line: Sequence[ReadWord]) -> float:
    """Mean over the line; a wide word counts more."""
    width = sum(read.word.width for read in line)
    return sum(read.word.confidence * read.word.width for read in line) / width if width else 0.0


def doubtful(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """The lines that may be Chinese: those that are unsure; all of them where those are many, for English sees words
    in a few Chinese characters and is sure of them.
    """
    unsure = [line for line in lines if is_unsure(line)]
    return list(lines) if len(unsure) > MANY * len(lines) else unsure


def merged(first: Sequence[ReadLine], second: Sequence[ReadLine]) -> list[ReadLine]:
    """`first` (English) with its doubtful lines mended by those of `second` (Chinese) that stand in their place.

    Lines of `second` that stand where `first` has nothing are added when they are Chinese.
    """
    doubted = doubtful(first)
    lines = [line for line in first if line not in doubted]
    for other in second:
        rivals = [rival for rival in doubted if on_one_row(rival, other)]
        doubted = [rival for rival in doubted if rival not in rivals]
        if rivals:
            lines.append(_one_of_two(_in_order([read for rival in rivals for read in rival]), other))
        elif _is_chinese(other) and not any(_covers(line, other) for line in lines):
            lines.append(other)
    return sorted([*lines, *doubted], key=lambda line: top(line) + bottom(line))


def with_found(lines: Sequence[ReadLine], found: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` with the words of `found` where they stand: in the row that they belong to, else in rows of their own."""
    rows = list(lines)
    for line in found:
        for number, row in enumerate(rows):
            if on_one_row(row, line):
                rows[number] = inserted(row, line)
                break
        else:
            rows.append(line)
    return sorted(rows, key=lambda line: top(line) + bottom(line))


def measured(words: Sequence[ReadWord]) -> ReadLine:
    """`words` from left to right, the gaps between them told by their boxes."""
    row = _in_order(words)
    height = median(read.word.height for read in row if len(read.word.text) > 1 or len(row) == 1) if _tall(row) else 0
    height = height or max(read.word.height for read in row)
    line = [replace(row[0], gap=0)]
    for before, read in pairwise(row):
        room = read.word.left - before.word.left - before.word.width
        line.append(replace(read, gap=_gap(before.word.text, read.word.text, room / height)))
    return tuple(line)


def inserted(line: Sequence[ReadWord], words: Sequence[ReadWord]) -> ReadLine:
    """`line` with `words` where they stand; the gaps between its own words stay as they were."""
    return _with_gaps([*line, *words], line)


def _with_gaps(words: Sequence[ReadWord], known: Sequence[ReadWord]) -> ReadLine:
    """`words` in order, with the gaps of `known` where two of its words are neighbours still, else measured."""
    row = measured(words)
    gaps = {(before.word, after.word): after.gap for before, after in pairwise(known)}
    rest = (replace(after, gap=gaps.get((before.word, after.word), after.gap)) for before, after in pairwise(row))
    return (row[0], *rest)


def _gap(before: str, after: str, room: float) -> int:
    """Spaces for a gap of `room` line heights: full-width marks have white around them, which is none."""
    both = is_cjk(before[-1]) and is_cjk(after[0])
    mark = is_cjk(before[-1]) and not has_ideographs(before[-1])
    if room >= WIDE_SPACE + (0.4 if mark else 0.0):
        return WIDE_GAP
    return int(not both and not mark and room >= SPACE)


def _tall(row: Sequence[ReadWord]) -> bool:
    return any(len(read.word.text) > 1 for read in row)


def on_one_row(one: Sequence[ReadWord], other: Sequence[ReadWord]) -> bool:
    """Whether they share half of the lower one's height."""
    shared = min(bottom(one), bottom(other)) - max(top(one), top(other))
    return shared > 0.5 * min(bottom(one) - top(one), bottom(other) - top(other))


def _covers(line: ReadLine, other: ReadLine) -> bool:
    return on_one_row(line, other) and left(line) < right(other) and left(other) < right(line)


def _is_chinese(line: Sequence[ReadWord]) -> bool:
    """Whether there are Chinese characters that are no misread Latin: two, or a third of the letters."""
    letters = "".join(read.word.text for read in line if read.word.confidence >= LEAST_SENSE)
    count = sum(has_ideographs(letter) and letter not in LOOKALIKES for letter in letters)
    return count >= 2 or 3 * count >= max(1, sum(map(str.isalpha, letters)))


def _one_of_two(english: ReadLine, chinese: ReadLine) -> ReadLine:
    """The row as both tell it; where some of its cells are Chinese and others are not, each on its own."""
    whole = _one_reading(english, chinese)
    if whole is not english:
        return whole
    cells = _cells(english)
    shares: list[list[ReadWord]] = [[] for _ in cells]
    for other in chinese:
        middle = other.word.left + other.word.width / 2
        shares[min(range(len(cells)), key=lambda at: _distance(cells[at], middle))].append(other)
    if len(cells) == 1 or not any(map(_is_chinese, shares)):
        return whole
    told = [_one_reading(cell, tuple(share)) if share else cell for cell, share in zip(cells, shares, strict=True)]
    rest = [
        replace(read, gap=cell[0].gap) if not place else read
        for cell, row in zip(cells, told, strict=True)
        for place, read in enumerate(row)
    ]
    return tuple(rest)


def _cells(line: ReadLine) -> list[ReadLine]:
    """The pieces of `line` that stand apart."""
    begins = [0, *(place for place, read in enumerate(line) if place and read.gap >= CELL_GAP), len(line)]
    return [line[begin:end] for begin, end in pairwise(begins)]


def _distance(cell: ReadLine, column: float) -> float:
    return max(left(cell) - column, column - right(cell), 0.0)


def _one_reading(english: ReadLine, chinese: ReadLine) -> ReadLine:
    """The Chinese reading, with the Latin words and figures that English is sure of; or the English one."""
    riddles = [read for read in english if read.word.confidence < UNSURE]
    solved = [other for other in chinese if any(_shared_width(other, read) > 0 for read in riddles)]
    if not _is_chinese(chinese) and not _is_chinese(solved):  # a label of two characters before long figures
        return _agreed(english, chinese)
    if confidence_of(solved) < confidence_of(riddles) and confidence_of(chinese) <= confidence_of(english):
        return english
    words = list(chinese)
    for read in english:
        under = [other for other in words if _shared_width(other, read) > 0.5 * other.word.width]
        if not under or not _is_within(under, read):
            continue
        sum_of_money = _sum_of_money(read, under)
        if sum_of_money is not None:
            words = [other for other in words if other not in under] + [sum_of_money]
        elif _is_latin(read, under) and not any(_stands(other, read) for other in under):
            words = [other for other in words if other not in under] + [read]
    return chinese if words == list(chinese) else _with_gaps(words, english)


def _is_latin(read: ReadWord, under: Sequence[ReadWord]) -> bool:
    """Whether English is sure of a word, or of a figure that Chinese reads as a sign that looks like it."""
    looks_alike = read.word.text.isdigit() and all(set(other.word.text) <= LOOKALIKES for other in under)
    least = LEAST_SENSE if looks_alike else SURE
    return read.word.confidence >= least and _LATIN.fullmatch(read.word.text) is not None


def _sum_of_money(read: ReadWord, under: Sequence[ReadWord]) -> ReadWord | None:
    """Sign and figures, where English has a sign for which Chinese has a character; None where there is no such thing.

    Where both read the same figures, the Chinese ones are taken: their points and commas are better.
    """
    letters = "".join(other.word.text for other in under)
    if read.word.text[0] not in "$€£¥" or sum(map(has_ideographs, letters)) > 1:
        return None
    figures = _FIGURES.search(letters)
    same = figures is not None and len(figures[0]) == len(read.word.text) - 1
    if figures is None or not same or _digits(figures[0]) != _digits(read.word.text):
        return read if read.word.confidence >= confidence_of(under) else None
    sure = max(read.word.confidence, confidence_of([other for other in under if _digits(other.word.text)]))
    return replace(read, word=replace(read.word, text=read.word.text[0] + figures[0], confidence=sure))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _stands(other: ReadWord, read: ReadWord) -> bool:
    """Whether a Chinese word cannot be a misread Latin one, for which English has `read`."""
    certain = other.word.confidence >= max(LEAST_SENSE, read.word.confidence - MUCH_SURER)
    return certain and any(has_ideographs(letter) and letter not in LOOKALIKES for letter in other.word.text)


def _is_within(words: Sequence[ReadWord], read: ReadWord) -> bool:
    """Whether `words` cover about as much as `read`: else one of the two holds more than the other."""
    return 0.7 * read.word.width <= right(words) - left(words) <= 1.4 * read.word.width


def _shared_width(one: ReadWord, other: ReadWord) -> int:
    begin = max(one.word.left, other.word.left)
    return min(one.word.left + one.word.width, other.word.left + other.word.width) - begin


def _agreed(english: ReadLine, chinese: ReadLine) -> ReadLine:
    """`english`, believed when the other model reads it alike: Tesseract's confidence is 0 for whole lines at times."""
    from difflib import SequenceMatcher

    ours = "".join(read.word.text for read in english)
    theirs = "".join(read.word.text for read in chinese)
    if SequenceMatcher(None, ours, theirs, autojunk=False).ratio() < SAME_READING:
        return english
    spelt = [other.word.text for other in chinese]
    return tuple(
        replace(read, word=replace(read.word, confidence=AGREED_CONFIDENCE))
        if read.word.confidence < AGREED_CONFIDENCE and _is_borne_out(read.word.text, theirs, spelt)
        else read
        for read in english
    )


def _is_borne_out(text: str, line: str, words: Sequence[str]) -> bool:
    """Whether the other model's `line` holds `text`; without figures a word that is much like it will do."""
    from difflib import SequenceMatcher

    if text in line:
        return True
    return not _digits(text) and any(
        SequenceMatcher(None, text, word, autojunk=False).ratio() >= SAME_READING for word in words
    )


def _in_order(words: Sequence[ReadWord]) -> ReadLine:
    return tuple(sorted(words, key=lambda read: read.word.left))


def top(line: Sequence[ReadWord]) -> int:
    """Pixels to the upper edge of the highest word."""
    return min(read.word.top for read in line)


def bottom(line: Sequence[ReadWord]) -> int:
    """Pixels to the lower edge of the lowest word."""
    return max(read.word.top + read.word.height for read in line)


def left(line: Sequence[ReadWord]) -> int:
    """Pixels to the first word."""
    return min(read.word.left for read in line)


def right(line: Sequence[ReadWord]) -> int:
    """Pixels to the end of the last word."""
    return max(read.word.left + read.word.width for read in line)
