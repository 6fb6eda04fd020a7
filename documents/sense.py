"""Pictures without text: noise, dirt and photographs are told by what little sense reading makes of them.

An engine finds letters in anything. Reading noise again, in another language or the other way up, would take minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from documents.layout.rows import confidence_of
from documents.read_words import PartReader, ReadLine
from pipeline.events import Line

if TYPE_CHECKING:
    from documents.picture import Grey

NOISE_WORDS, NOISE_SENSE = 300, 0.2
"""As many words in one part, with a lower mean confidence, are noise. Text on its head has 0.23 and more, or fewer."""
MOST_PIXELS = 16
"""A part with so many times the page's pixels is a heap of specks to be read again; small print is enlarged by 3."""
DIRT = ((4, 0.88), (20, 0.65))
"""A page with fewer letters, of a lower mean confidence, has dirt and shapes on it, no text."""


class SenseWatch:
    """A `PartReader` for one page that gives up on what makes no sense; `page_pixels` is the page's area."""

    def __init__(self, read: PartReader, page_pixels: int) -> None:
        self._read = read
        self._most_pixels = MOST_PIXELS * page_pixels
        self._is_noise = False

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        """The lines of `part`; none once the page has proved to be noise."""
        if self._is_noise or part.size > self._most_pixels:
            return []
        lines = self._read(part, languages, light_on_dark=light_on_dark)
        words = [read for line in lines for read in line]
        self._is_noise = len(words) >= NOISE_WORDS and confidence_of(words) < NOISE_SENSE
        return [] if self._is_noise else lines


def without_dirt(lines: Sequence[Line]) -> tuple[Line, ...]:
    """`lines`, or none where all of them together are a few doubtful letters."""
    words = [word for line in lines for word in line.words]
    letters = sum(sign.isalnum() for line in lines for sign in line.text)
    sense = sum(word.confidence * word.width for word in words) / max(1, sum(word.width for word in words))
    return () if any(letters < few and sense < doubtful for few, doubtful in DIRT) else tuple(lines)
