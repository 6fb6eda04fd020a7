"""What engines give: words with the gaps before them, line by line; and what a reader of one part of a page is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from documents.picture import Grey
from pipeline.events import Word


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word as an engine gives it."""

    word: Word
    gap: int
    """Spaces before it in its line; a wide gap counts as several."""


ReadLine = tuple[ReadWord, ...]


class PartReader(Protocol):
    """Reads one block of text in one go."""

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        """The lines of `part` in reading order. `languages` are Tesseract's codes joined by "+"."""
        ...
