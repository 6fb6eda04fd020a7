"""Two engines together: what the first is unsure of is read by the second, and the surer reading is taken.

Where the first is sure of a whole part of a page, the second is not asked. Where a few words are doubtful, only their
cells are read again; where much is, the whole part. Blocking work, for the OCR workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from documents.layout.rows import bottom, confidence_of, is_unsure, left, right, top
from documents.read_words import PartReader, ReadLine, ReadWord
from pipeline.events import Word

if TYPE_CHECKING:
    from documents.engines.rapid_ocr import Recognised
    from documents.picture import Grey

SURE_PART = 0.93
"""Mean confidence from which on a part is sure as a whole. Tesseract gives clean English 0.95 and more."""
MOST_UNSURE_LINES = 0.2
"""Share of unsure lines, from which on the whole part is read again."""
DOUBTFUL = 0.8
"""Confidence of a word below which its cell is read again."""
CONVINCING = 0.9
"""Confidence that the second reading must have."""
LEAST_LENGTH = 0.6
"""Of the first reading's letters, that the second must have: a shorter one has missed something."""
WIDE = 3
"""Spaces from which on a gap parts two cells."""


class SecondReader(PartReader, Protocol):
    """Reads whole parts, and pieces whose place is known."""

    def recognise(self, pieces: Sequence[Grey]) -> list[Recognised]:
        """Each of `pieces`, a line or part of one, read without looking for text in it."""
        ...


class SecondOpinion:
    """A `PartReader` made of two."""

    def __init__(self, first: PartReader, second: SecondReader) -> None:
        self._first = first
        self._second = second

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        """The lines of `part`, each as the engine read it that was surer."""
        lines = [line for line in self._first(part, languages, light_on_dark=light_on_dark) if line]
        if _is_doubtful(lines):
            others = [line for line in self._second(part, languages, light_on_dark=light_on_dark) if line]
            return others if _sureness(others) > _sureness(lines) else lines
        cells = [list(_cells(line)) for line in lines]
        doubtful = [cell for row in cells for cell in row if _asks(cell)]
        told = iter(self._second.recognise([_cut_out(part, cell) for cell in doubtful]) if doubtful else ())
        return [
            tuple(word for cell in row for word in (_mended(cell, next(told)) if _asks(cell) else cell))
            for row in cells
        ]


def _is_doubtful(lines: Sequence[ReadLine]) -> bool:
    """Whether the whole part must be read again."""
    unsure = sum(map(is_unsure, lines))
    return _sureness(lines) < SURE_PART or unsure > MOST_UNSURE_LINES * len(lines)


def _sureness(lines: Sequence[ReadLine]) -> float:
    return confidence_of([word for line in lines for word in line]) if lines else 0.0


def _cells(line: ReadLine) -> Iterator[ReadLine]:
    begin = 0
    for place, read in enumerate(line):
        if place > begin and read.gap >= WIDE:
            yield line[begin:place]
            begin = place
    yield line[begin:]


def _asks(cell: ReadLine) -> bool:
    return any(read.word.confidence < DOUBTFUL for read in cell)


def _cut_out(part: Grey, cell: ReadLine) -> Grey:
    margin = max(2, (bottom(cell) - top(cell)) // 6)
    return part[
        max(0, top(cell) - margin) : bottom(cell) + margin, max(0, left(cell) - 2 * margin) : right(cell) + 2 * margin
    ]


def _mended(cell: ReadLine, told: Recognised) -> ReadLine:
    """The cell with the second reading, if that convinces."""
    ours = "".join(read.word.text for read in cell)
    theirs = told.text.split()
    letters = "".join(theirs)
    if ours == letters:
        return tuple(replace(read, word=_at_least(read.word, told.confidence)) for read in cell)
    convinces = told.confidence >= CONVINCING and told.confidence > confidence_of(cell)
    if not convinces or len(letters) < LEAST_LENGTH * len(ours):
        return cell
    if len(theirs) == len(cell):
        return tuple(
            replace(read, word=replace(read.word, text=text, confidence=told.confidence))
            for read, text in zip(cell, theirs, strict=True)
        )
    return tuple(_laid_out(theirs, cell, told.confidence))


def _at_least(word: Word, confidence: float) -> Word:
    return replace(word, confidence=max(word.confidence, confidence))


def _laid_out(texts: Sequence[str], cell: ReadLine, confidence: float) -> Iterator[ReadWord]:
    """`texts` in the place of the cell, each as wide as its share of the letters."""
    begin, width = left(cell), right(cell) - left(cell)
    total = sum(map(len, texts)) + len(texts) - 1
    place = 0
    for number, text in enumerate(texts):
        first, last = begin + width * place // total, begin + width * (place + len(text)) // total
        word = Word(text, first, top(cell), max(1, last - first), bottom(cell) - top(cell), confidence)
        yield ReadWord(word, 1 if number else cell[0].gap)
        place += len(text) + 1
