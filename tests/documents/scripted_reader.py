"""A reader of pages that answers from a list, and lines of words for it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PIL import Image

from documents.picture import DARK, Grey, Mask
from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word


def read_line(*words: tuple[str, int], confidence: float = 0.95, top: int = 0) -> ReadLine:
    """A line of words, each with the spaces before it."""
    return tuple(
        ReadWord(Word(text, 100 * place, top, 90, 30, confidence), gap) for place, (text, gap) in enumerate(words)
    )


def texts_of(lines: Sequence[ReadLine]) -> list[str]:
    """The words of each line, a space apart."""
    return [" ".join(read.word.text for read in line) for line in lines]


def on_page(page: Image.Image, texts: Sequence[str], confidences: Sequence[float] = ()) -> list[ReadLine]:
    """Lines that say `texts`, with the boxes of the ink of `page`: a row of ink a line, widest gaps between words."""
    ink: Mask = np.asarray(page.convert("L")) < DARK
    lines = []
    for number, ((begin, end), text) in enumerate(
        zip(_runs(np.logical_or.reduce(ink, axis=1), 12), texts, strict=True)
    ):
        words = text.split()
        gaps = _runs(np.logical_or.reduce(ink[begin:end], axis=0), 1)
        wide = sorted(range(1, len(gaps)), key=lambda at: gaps[at - 1][1] - gaps[at][0])[: len(words) - 1]
        cuts = [0, *sorted(wide), len(gaps)]
        confidence = confidences[number] if confidences else 0.95
        boxes = [(gaps[a][0], begin, gaps[b - 1][1] - gaps[a][0], end - begin) for a, b in pairwise(cuts)]
        pairs = enumerate(zip(words, boxes, strict=True))
        lines.append(tuple(ReadWord(Word(word, *box, confidence), int(at > 0)) for at, (word, box) in pairs))
    return lines


def _runs(inked: Mask, gap: int) -> list[tuple[int, int]]:
    """(first, after the last) of what is inked, gaps below `gap` counted in."""
    used = np.flatnonzero(inked)
    breaks = np.flatnonzero(np.diff(used) > gap)
    begins, ends = [used[0], *used[breaks + 1]], [*used[breaks], used[-1]]
    return [(int(begin), int(end) + 1) for begin, end in zip(begins, ends, strict=True)]


class Script:
    """A reader that has one answer for each language, then finds nothing more; it notes what it was asked."""

    def __init__(self, **answers: list[ReadLine]) -> None:
        self._answers = answers
        self.asked: list[tuple[str, bool]] = []
        self.parts: list[Grey] = []

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        """The answer for these languages, whatever `part` shows; boxes are moved to the part's own ink."""
        self.asked.append((languages, light_on_dark))
        self.parts.append(part)
        lines = self._answers.pop(languages, [])
        if not lines:
            return []
        ink = part < DARK
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        across = int(columns[0]) - min(read.word.left for line in lines for read in line)
        down = int(rows[0]) - min(read.word.top for line in lines for read in line)
        return [tuple(_moved(read, across, down) for read in line) for line in lines]


def _moved(read: ReadWord, across: int, down: int) -> ReadWord:
    word = read.word
    moved = Word(word.text, word.left + across, word.top + down, word.width, word.height, word.confidence)
    return ReadWord(moved, read.gap)
