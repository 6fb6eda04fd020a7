"""The cells of a line: pieces of its text that stand apart on the paper, each with its words.

A line keeps its cells `CELL_GAP` apart in its text, whoever read it; words bring the boxes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.events import Line, Word

CELL_GAP = "   "
"""Between two cells of a row, in the text of a line."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a line that stands apart, or a cell of a table, over several lines where it is wrapped."""

    text: str = ""
    """Without the gaps around it; empty where the table has nothing."""
    words: tuple[Word, ...] = ()
    """None where they cannot be told apart, and in an empty cell."""

    @property
    def left(self) -> int:
        """Pixels from the left edge of the page to the first word; -1 without words."""
        return min((word.left for word in self.words), default=-1)

    @property
    def right(self) -> int:
        """Pixels from the left edge of the page to the end of the last word; -1 without words."""
        return max((word.left + word.width for word in self.words), default=-1)


def cells_of(line: Line) -> tuple[Cell, ...]:
    """The cells of `line`, from left to right; one for a line of prose. Without a text there is none."""
    texts = [text.strip() for text in line.text.split(CELL_GAP) if text.strip()]
    if len(texts) == 1:
        return (Cell(texts[0], line.words),)
    return tuple(Cell(*one) for one in zip(texts, _words_of(texts, line.words), strict=True))


def words_at(line: Line, begin: int, end: int) -> tuple[Word, ...]:
    """The words that `line.text[begin:end]` is made of; those cut through are counted in."""
    ends = list(_letter_ends(line.words))
    if not ends or ends[-1] != _letters(line.text):
        return ()
    first, last = _letters(line.text[:begin]), _letters(line.text[:end])
    return tuple(
        word
        for word, (before, after) in zip(line.words, pairwise([0, *ends]), strict=True)
        if before < last and after > first
    )


def _words_of(texts: Sequence[str], words: Sequence[Word]) -> list[tuple[Word, ...]]:
    """`words` shared out over `texts` by counting letters: joining words changes spaces and marks, not how many."""
    shares: list[list[Word]] = [[] for _ in texts]
    ends = list(_letter_ends(words))
    limits: list[int] = []
    for text in texts:
        limits.append((limits[-1] if limits else 0) + _letters(text))
    if not ends or ends[-1] != limits[-1]:
        return [()] * len(texts)
    place = 0
    for word, end in zip(words, ends, strict=True):
        while end > limits[place]:
            place += 1
        shares[place].append(word)
    return [tuple(share) for share in shares]


def _letter_ends(words: Sequence[Word]) -> Iterator[int]:
    """After each word, how many letters there were."""
    count = 0
    for word in words:
        count += _letters(word.text)
        yield count


def _letters(text: str) -> int:
    return sum(not character.isspace() for character in text)
