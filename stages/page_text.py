"""The lines of a page: its picture cut into parts, each part read, the words joined to text as one would type it.

Blocking work, for the OCR workers. How a part is read is handed in, so that all of this is tested without Tesseract.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from pipeline.events import Line, Word
from stages.page_columns import text_regions
from stages.page_picture import Grey, Region, reading_scale, without_rules
from stages.tesseract import AUTO, CHINESE, ENGLISH, ReadLine
from text.script import has_ideographs

if TYPE_CHECKING:
    from PIL import Image

CELL_GAP = "   "
"""Between two cells of a row."""
WIDE, WIDE_IN_CHINESE = 2, 3
"""Spaces from which on a gap parts two cells; beside full-width marks Tesseract sees one or two that are none."""
UNSURE = 0.7
"""Confidence below which a word is unsure. Tesseract's English model gives Chinese 0 to 0.6, clean English over 0.9."""
UNSURE_SHARE = 0.15
"""Of a line's width in unsure words, from which on the line is read in Chinese too."""
LEAST_CONFIDENCE = 0.3
"""A line below it is no text but a picture or dirt."""
SMALLEST_SIDE = 8
"""Pixels; on less no letter can be read, and Tesseract refuses it."""


class PartReader(Protocol):
    """Reads one block of text in one go."""

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        """The lines of `part` in reading order. `languages` are Tesseract's codes joined by "+"."""
        ...


def read_lines(picture: Image.Image, languages: Sequence[str], read: PartReader) -> tuple[Line, ...]:
    """The lines of a page in reading order, numbered from 1; boxes in pixels of `picture` (mode "L")."""
    import numpy as np

    if min(picture.size) < SMALLEST_SIDE:
        return ()
    scale = reading_scale(*picture.size)
    grey = without_rules(np.asarray(picture if scale == 1 else _resized(picture, scale)))
    lines: list[Line] = []
    for region in text_regions(grey):
        part = grey[region.top : region.bottom, region.left : region.right]
        if part.min() == part.max():
            continue  # blank paper
        for words in _read_part(part, languages, read):
            if _confidence(words) >= LEAST_CONFIDENCE:
                placed = tuple(_placed(read_word.word, region, scale) for read_word in words)
                lines.append(Line(len(lines) + 1, line_text(words), placed))
    return tuple(lines)


def line_text(words: ReadLine) -> str:
    """The words as one line of text: `CELL_GAP` between cells, no stray spaces in Chinese, full-width marks there."""
    wide = WIDE_IN_CHINESE if any(has_ideographs(read.word.text) for read in words) else WIDE
    text = words[0].word.text
    for read in words[1:]:
        if read.gap >= wide:
            text += CELL_GAP
        elif read.gap:
            text += " "
        text += read.word.text
    return tidy_chinese(_ADDRESS.sub("@", text))


_IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARK = "，。、；：？！）】》」』”"
_OPENING = "（【《「『“"
_SIGN = f"{_IDEOGRAPH}{_MARK}{_OPENING}"
_BRACKETS = re.compile(rf" *\(([^()]*[{_IDEOGRAPH}][^()]*)\) *")
_HALF_WIDTH = re.compile(rf"(?<=[{_IDEOGRAPH}）]) *([:;,!?]) *")
_FULL_WIDTH = {":": "：", ";": "；", ",": "，", "!": "！", "?": "？"}
_STRAY = re.compile(rf"(?<=[{_SIGN}]) +(?=[{_SIGN}])|(?<=[{_MARK}{_OPENING}]) +| +(?=[{_MARK}])")
_ADDRESS = re.compile(r"(?<=[\w.]) ?@ ?(?=[A-Za-z][\w-]*\.[A-Za-z])")


def tidy_chinese(text: str) -> str:
    """Chinese as it is written: no single spaces between its characters, and full-width marks after them.

    Tesseract reads a full-width colon as a colon with spaces around it. Gaps between cells stay.
    """
    if not has_ideographs(text):
        return text
    return CELL_GAP.join(_tidy_cell(cell) for cell in text.split(CELL_GAP))


def _tidy_cell(text: str) -> str:
    text = _BRACKETS.sub(r"（\1）", text)
    text = _HALF_WIDTH.sub(lambda found: _FULL_WIDTH[found[1]], text)
    return _STRAY.sub("", text)


def _read_part(part: Grey, languages: Sequence[str], read: PartReader) -> list[ReadLine]:
    if AUTO not in languages:
        return read(part, "+".join(languages), light_on_dark=True)
    first = read(part, ENGLISH, light_on_dark=False)
    unsure = [line for line in first if _is_unsure(line)]
    if not unsure:
        return first
    rest = part.copy()
    for line in first:
        if not _is_unsure(line):
            rest[_top(line) : _bottom(line), _left(line) : _right(line)] = 255
    second = read(rest, CHINESE, light_on_dark=True)
    return merged(first, [line for line in second if has_ideographs(line_text(line))])


def merged(first: Sequence[ReadLine], second: Sequence[ReadLine]) -> list[ReadLine]:
    """`first` with its unsure lines replaced by those of `second` that stand in their place and are surer."""
    lines = [line for line in first if not _is_unsure(line)]
    unsure = [line for line in first if _is_unsure(line)]
    for line in second:
        rivals = [rival for rival in unsure if _on_one_row(rival, line)]
        if all(_confidence(line) > _confidence(rival) for rival in rivals):
            unsure = [rival for rival in unsure if rival not in rivals]
            lines.append(line)
    return sorted([*lines, *unsure], key=lambda line: _top(line) + _bottom(line))


def _is_unsure(line: ReadLine) -> bool:
    width = sum(read.word.width for read in line)
    return sum(read.word.width for read in line if read.word.confidence < UNSURE) > UNSURE_SHARE * width


def _confidence(line: ReadLine) -> float:
    """Mean over the line; a wide word counts more."""
    width = sum(read.word.width for read in line)
    return sum(read.word.confidence * read.word.width for read in line) / width if width else 0.0


def _on_one_row(one: ReadLine, other: ReadLine) -> bool:
    shared = min(_bottom(one), _bottom(other)) - max(_top(one), _top(other))
    return shared > 0.5 * min(_bottom(one) - _top(one), _bottom(other) - _top(other))


def _top(line: ReadLine) -> int:
    return min(read.word.top for read in line)


def _bottom(line: ReadLine) -> int:
    return max(read.word.top + read.word.height for read in line)


def _left(line: ReadLine) -> int:
    return min(read.word.left for read in line)


def _right(line: ReadLine) -> int:
    return max(read.word.left + read.word.width for read in line)


def _placed(word: Word, region: Region, scale: float) -> Word:
    """The word with its box in pixels of the page's picture."""
    left, top = (region.left + word.left) / scale, (region.top + word.top) / scale
    return Word(
        word.text, round(left), round(top), round(word.width / scale), round(word.height / scale), word.confidence
    )


def _resized(picture: Image.Image, scale: float) -> Image.Image:
    from PIL import Image

    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)
