"""Two engines together: what the first is unsure of is read by the second, and the surer reading is taken.

Where the first is sure of a whole part of a page, the second is not asked. Where a few words are doubtful, only their
cells are read again; where much is, the whole part. Blocking work, for the OCR workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from documents.languages import CHINESE
from documents.layout.rows import bottom, confidence_of, is_unsure, left, right, top
from documents.picture import Region
from documents.read_words import PartReader, ReadLine, ReadWord

if TYPE_CHECKING:
    from documents.picture import Grey

SURE_PART = 0.93
"""Mean confidence from which on a part is sure as a whole. Tesseract gives clean English 0.95 and more."""
MOST_UNSURE_LINES = 0.2
"""Share of unsure lines, from which on the whole part is read again."""
DOUBTFUL = 0.8
"""Confidence of a word below which its cell is read again."""
SURE_WORD = 0.95
"""Confidence from which on a word of the first stands against the second."""
CONVINCING = 0.9
"""Confidence that the second reading must have."""
LEAST_LENGTH = 0.6
"""Of the first reading's letters, that the second must have: a shorter one has missed something."""
WIDE = 3
"""Spaces from which on a gap parts two cells."""


class SecondReader(PartReader, Protocol):
    """Reads whole parts, and places on them where there is text."""

    def read_at(self, part: Grey, places: Sequence[Region]) -> list[ReadLine]:
        """What stands at each of `places`, a line or part of one, without looking for text; empty where nothing is."""
        ...


class SecondOpinion:
    """A `PartReader` made of two."""

    def __init__(self, first: PartReader, second: SecondReader) -> None:
        self._first = first
        self._second = second
        self._asked: tuple[Grey, list[ReadLine]] | None = None
        self._on_its_head = False
        """Whether the second engine saw the part before so; then reading it in Chinese too would be in vain."""

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        """The lines of `part`, each as the engine read it that was surer."""
        if self._on_its_head and languages == CHINESE:
            lines: list[ReadLine] = []
        else:
            lines = [line for line in self._first(part, languages, light_on_dark=light_on_dark) if line]
        if _is_doubtful(lines):
            others = self._second_reading(part, languages)
            sure, other = _sureness(lines), _sureness(others)
            self._on_its_head = bool(others) and other == 0.0
            return others if other > sure or not lines else lines
        self._on_its_head = False
        rows = [list(_cells(line)) for line in lines]
        doubtful = [
            (cell, _place(part, cell, line))
            for line, row in zip(lines, rows, strict=True)
            for cell in row
            if _asks(cell)
        ]
        told = iter(self._second.read_at(part, [place for _, place in doubtful]) if doubtful else ())
        return [
            tuple(word for cell in row for word in (_mended(cell, next(told)) if _asks(cell) else cell)) for row in rows
        ]

    def _second_reading(self, part: Grey, languages: str) -> list[ReadLine]:
        """The second engine's lines of the whole part; it is asked once, whatever the language."""
        if self._asked is None or self._asked[0] is not part:
            found = self._second(part, languages, light_on_dark=False)
            self._asked = part, [line for line in found if line]
        return self._asked[1]


def _is_doubtful(lines: Sequence[ReadLine]) -> bool:
    """Whether the whole part must be read again."""
    unsure = sum(map(is_unsure, lines))
    return _sureness(lines) < SURE_PART or unsure > MOST_UNSURE_LINES * len(lines)


def _sureness(lines: Sequence[ReadLine]) -> float:
    return confidence_of([word for line in lines for word in line]) if lines else 0.0


def _cells(line: ReadLine) -> Iterator[ReadLine]:
    """Pieces that are read again alone: cells, cut at blanks to be filled in, which a neural reader leaves out."""
    begin = 0
    for place, read in enumerate(line):
        before = line[place - 1] if place else None
        if before is not None and (read.gap >= WIDE or _is_blank(before) or _is_blank(read)):
            yield line[begin:place]
            begin = place
    yield line[begin:]


def _is_blank(read: ReadWord) -> bool:
    return "_" in read.word.text


def _asks(cell: ReadLine) -> bool:
    """Whether a word in it is doubtful; signs that stand alone tell a neural reader little."""
    return any(map(_has_letters, cell)) and not any(map(_is_blank, cell)) and any(map(_is_unsure, cell))


def _is_unsure(read: ReadWord) -> bool:
    return read.word.confidence < DOUBTFUL


def _has_letters(read: ReadWord) -> bool:
    return any(map(str.isalnum, read.word.text))


def _place(part: Grey, cell: ReadLine, line: ReadLine) -> Region:
    """Where `cell` stands, as high as its `line`: a low sign alone would be enlarged beyond recognition."""
    margin = max(2, (bottom(line) - top(line)) // 6)
    height, width = part.shape
    return Region(
        max(0, left(cell) - 2 * margin),
        max(0, top(line) - margin),
        min(width, right(cell) + 2 * margin),
        min(height, bottom(line) + margin),
    )


def _mended(cell: ReadLine, theirs: ReadLine) -> ReadLine:
    """The cell with the second reading, if that convinces."""
    ours, letters = _spelt(cell), _spelt(theirs)
    sure = confidence_of(theirs)
    if ours == letters and (len(theirs) == len(cell) or sure < CONVINCING):
        return tuple(_at_least(read, sure) for read in cell)
    convinces = sure >= CONVINCING and (sure > confidence_of(cell) or ours == letters)
    if not convinces or len(letters) < LEAST_LENGTH * len(ours):
        return cell
    if len(theirs) == len(cell):
        return tuple(map(_one_of_two, cell, theirs))
    return (replace(theirs[0], gap=cell[0].gap), *theirs[1:])


def _one_of_two(ours: ReadWord, theirs: ReadWord) -> ReadWord:
    if ours.word.confidence >= SURE_WORD:
        return ours
    return replace(ours, word=replace(ours.word, text=theirs.word.text, confidence=theirs.word.confidence))


def _at_least(read: ReadWord, confidence: float) -> ReadWord:
    return replace(read, word=replace(read.word, confidence=max(read.word.confidence, confidence)))


def _spelt(words: ReadLine) -> str:
    return "".join(read.word.text for read in words)
