"""Lines of a document with the place they stand at, for what is found in them: questions, fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class ReadWord(Protocol):
    """A word as read from a page; `pipeline.events.Word` is one."""

    @property
    def text(self) -> str:
        """As read."""
        ...

    @property
    def confidence(self) -> float:
        """0..1."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands."""

    page: int
    """Counted from 1."""
    line: int
    """Counted from 1 on its page."""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """One line of a document, in reading order. Cells of a row stand three spaces or more apart in it."""

    text: str
    place: Place
    words: Sequence[ReadWord] = ()
    """What it was read from; empty where that is not known."""

    def confidence_between(self, begin: int, end: int) -> float | None:
        """Mean confidence, 0..1, of the words that `text[begin:end]` was made of; of the whole line where that cannot
        be told; None without words.
        """
        if not self.words:
            return None
        first, last = _letters(self.text[:begin]), _letters(self.text[:end])
        chosen: list[float] = []
        count = 0
        for word in self.words:
            before, count = count, count + _letters(word.text)
            if before < last and count > first:
                chosen.append(word.confidence)
        if count != _letters(self.text) or not chosen:
            chosen = [word.confidence for word in self.words]
        return sum(chosen) / len(chosen)


def placed_lines(text: str, page: int = 1) -> tuple[PlacedLine, ...]:
    """The lines of a page of plain text."""
    return tuple(PlacedLine(line, Place(page, number)) for number, line in enumerate(text.splitlines(), 1))


def _letters(text: str) -> int:
    """Reading changes spaces and the width of marks, never how many signs there are."""
    return sum(not character.isspace() for character in text)
