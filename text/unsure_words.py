"""Words that were hard to read: which they are, and how a line says so: `Tota1(?) $420.00`, 总(?)额.

The mark stands directly behind the word. A "(?)" that is on the page itself gets a backslash, so that taking the marks
off again gives the line exactly as it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from text.placed_lines import ReadWord
from text.script import is_cjk

UNSURE_WORD = 0.6
"""Confidence below which a word counts as hard to read. Of 8,469 words read on 72 pages of the generator (nine kinds of
page, eight of damage) one in three below it was wrong, and one in two hundred above it; that is half of all that was
wrong, and on clean pages one word in eighty is marked. At 0.8 it would be two thirds, and twice as many right ones."""

MARK = "(?)"
_ANY_MARK = re.compile(r"\((\\*)\?\)")


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line without its marks."""

    text: str
    unsure: tuple[tuple[int, int], ...] = ()
    """Begin and end in `text` of each word that was marked; of a Chinese one, its last character."""


def is_unsure(word: ReadWord) -> bool:
    """Whether `word` may well be misread."""
    return word.confidence < UNSURE_WORD


def marked(text: str, words: Sequence[ReadWord]) -> str:
    """The line `text` with a mark behind each of `words`, from which it was read, that is hard to read.

    Signs alone get none. A word whose place in the line cannot be told gets none either.
    """
    ends = {end for word, end in zip(words, _ends(text, words), strict=True) if end and _worth_marking(word)}
    pieces: list[str] = []
    place = 0
    for real in _ANY_MARK.finditer(text):
        pieces += _with_marks(text, place, real.start(), ends)
        pieces.append(f"(\\{real[1]}?)")
        if any(real.start() < end <= real.end() for end in ends):
            pieces.append(MARK)
        place = real.end()
    pieces += _with_marks(text, place, len(text), ends)
    return "".join(pieces)


def unmarked(text: str) -> ReadLine:
    """The inverse of `marked`."""
    bare = ""
    place = 0
    unsure: list[tuple[int, int]] = []
    for found in _ANY_MARK.finditer(text):
        bare += text[place : found.start()]
        if found[1]:
            bare += f"({found[1][1:]}?)"
        else:
            unsure.append((_word_start(bare, unsure[-1][1] if unsure else 0), len(bare)))
        place = found.end()
    return ReadLine(bare + text[place:], tuple(unsure))


class UnsureStripper:
    """Takes the marks out of a text that comes in pieces, for an engine that repeats them in its answer.

    Any cutting of the same text into chunks gives the same text.
    """

    def __init__(self) -> None:
        self._held = ""

    def feed(self, chunk: str) -> str:
        """The text that is certain after `chunk`."""
        certain: list[str] = []
        for character in chunk:
            if MARK.startswith(self._held + character):
                self._held = (self._held + character).removeprefix(MARK)
                continue
            certain.append(self._held)
            self._held = "(" if character == "(" else ""
            certain.append("" if self._held else character)
        return "".join(certain)

    def flush(self) -> str:
        """What was held back, at the end of the text."""
        held, self._held = self._held, ""
        return held


def _worth_marking(word: ReadWord) -> bool:
    return is_unsure(word) and any(map(str.isalnum, word.text))


def _with_marks(text: str, start: int, stop: int, ends: set[int]) -> list[str]:
    """`text[start:stop]` cut behind each place of `ends` in it, with the marks."""
    pieces: list[str] = []
    for end in sorted(end for end in ends if start < end <= stop):
        pieces += [text[start:end], MARK]
        start = end
    return [*pieces, text[start:stop]]


def _ends(text: str, words: Sequence[ReadWord]) -> list[int]:
    """Where each word ends in `text`; 0 where that cannot be told.

    Reading changes spaces and the width of signs, seldom how many there are: then they are counted. Otherwise each word
    is looked for behind the one before.
    """
    places = [place for place, character in enumerate(text) if not character.isspace()]
    lengths = [sum(not character.isspace() for character in word.text) for word in words]
    ends: list[int] = []
    if sum(lengths) == len(places):
        count = 0
        for length in lengths:
            count += length
            ends.append(places[count - 1] + 1 if length else 0)
        return ends
    cursor = 0
    for word in words:
        found = text.find(word.text, cursor) if word.text else -1
        if found >= 0:
            cursor = found + len(word.text)
        ends.append(cursor if found >= 0 else 0)
    return ends


def _word_start(bare: str, earliest: int) -> int:
    """Where the word that ends with `bare` begins: behind a space, a Chinese character, or the last word marked."""
    start = len(bare) - 1
    if start < 0 or is_cjk(bare[start]):
        return max(start, 0)
    while start > earliest and not bare[start - 1].isspace() and not is_cjk(bare[start - 1]):
        start -= 1
    return start
