"""What stands between figures, told by its ink: points that were not seen ("40" for "4.0"), "×" read as "x".

A lost point turns a figure into another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from documents.layout.glyphs import Glyph, glyphs_of, without_low_dots
from documents.picture import Grey
from documents.read_words import ReadLine, ReadWord

MARKS = ".,"
COMMA_BELOW = 0.1
"""Of the height of figures, by which a comma reaches below their foot."""
TIMES_ABOVE = 0.04
"""Of it, by which the foot of "×" lies above theirs; an "x" stands on the line."""
USUAL_STEP, FEWEST_STEPS = 0.8, 2
"""From the middle of a figure to that of the next, by their height; and how many of them on a word tell better."""
POINT_ROOM = 0.15
"""What a point takes of room at least, by the height of figures: it is set half as broad as they are, or less."""
ALIKE = 0.85
"""Of the height of one figure to that of another; brackets and bars are higher."""
_HALVES = frozenset('"“”…')
"""Characters of several pieces."""


def with_figures_mended(part: Grey, lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` with the points, commas and "×" between figures that `part`, which they were read from, shows."""
    return [tuple(_mended(part, read) for read in line) for line in lines]


def with_ones_mended(part: Grey, lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` with the figure 1 where a bar or a square bracket was read behind figures, and is one more of them."""
    return [tuple(_with_one(part, read) for read in line) for line in lines]


def _with_one(part: Grey, read: ReadWord) -> ReadWord:
    text = read.word.text
    if len(text) < 2 or text[-1] not in "]|" or not text[:-1].isdigit():
        return read
    glyphs = glyphs_of(part, read.word)
    if len(glyphs) != len(text):
        return read
    heights = [glyph.bottom - glyph.top for glyph in glyphs]
    alike = ALIKE * max(heights[:-1]) <= heights[-1] <= max(heights[:-1]) / ALIKE
    return replace(read, word=replace(read.word, text=text[:-1] + "1")) if alike else read


def _mended(part: Grey, read: ReadWord) -> ReadWord:
    text = read.word.text
    if not text.isascii() or _HALVES & set(text) or sum(map(str.isdigit, text)) < 2:
        return read
    letters, dots = without_low_dots(glyphs_of(part, read.word))
    places = [at for at, letter in enumerate(text) if letter not in MARKS]
    if len(letters) != len(places):
        return read  # letters that touch cannot be counted
    spelt = text[: places[0]]
    for number, (at, after) in enumerate(pairwise([*places, len(text)])):
        between = text[at + 1 : after]
        if not between and after < len(text) and text[at].isdigit() and text[after].isdigit():
            between = _mark(letters[number], letters[number + 1], dots)
            between = between if _has_room(letters, text, places, number) else ""
        spelt += ("×" if _is_times(text, at, letters, number) else text[at]) + between
    return read if spelt == text else replace(read, word=replace(read.word, text=spelt))


def _has_room(letters: Sequence[Glyph], text: str, places: Sequence[int], number: int) -> bool:
    """Whether the figures `number` and the next stand further apart than neighbours do: a point takes room of its own.

    Else a speck in a photograph would make 24.5 of 245.
    """
    steps = [(after.left + after.right - before.left - before.right) / 2 for before, after in pairwise(letters)]
    height = median(letters[at].bottom - letters[at].top for at in (number, number + 1))
    close = [
        step
        for at, step in enumerate(steps)
        if at != number
        and places[at + 1] == places[at] + 1
        and text[places[at]].isdigit()
        and text[places[at + 1]].isdigit()
    ]
    usual = max(close) if len(close) >= FEWEST_STEPS else USUAL_STEP * height
    return steps[number] >= usual + POINT_ROOM * height


def _mark(before: Glyph, after: Glyph, dots: Sequence[Glyph]) -> str:
    """The mark between two figures; none where the ink shows none, or more than one."""
    found = [dot for dot in dots if (before.left + before.right) < 2 * dot.left + 2 and dot.right <= after.left + 2]
    if len(found) != 1:
        return ""
    height = median((before.bottom - before.top, after.bottom - after.top))
    return "," if found[0].bottom > max(before.bottom, after.bottom) + COMMA_BELOW * height else "."


def _is_times(text: str, at: int, letters: Sequence[Glyph], number: int) -> bool:
    """Whether the "x" between two figures is a sign: it stands higher than they do."""
    if text[at] not in "xX" or not 0 < number < len(letters) - 1:
        return False
    if not (text[at - 1].isdigit() and text[at + 1].isdigit()):
        return False
    before, after = letters[number - 1], letters[number + 1]
    height = median((before.bottom - before.top, after.bottom - after.top))
    return letters[number].bottom < min(before.bottom, after.bottom) - TIMES_ABOVE * height
