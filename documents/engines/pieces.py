"""Pieces of text that were found on a picture, made rows of words: spaces and edges told by the ink.

A neural reader says which characters a piece holds and roughly where; it leaves out a space here and there, and where
two pieces overlap, both hold the character between them. The white between the letters settles both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median, median_low
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from documents.layout.rows import WIDE_GAP, WIDE_SPACE
from documents.layout.word_rows import grouped
from documents.picture import DARK
from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word
from text.script import has_ideographs, is_cjk, is_ideograph

if TYPE_CHECKING:
    from documents.picture import Grey

SAME_PLACE = 0.45
"""Two alike signs of two pieces, no further apart than this share of the row's height, are one."""
FRAGMENT = 0.25
"""The same of two signs that differ: one piece holds but a part of the other's."""
LEAST_SPACE = 0.8
"""Of the middling space of a row, from which on a gap that was read as none is one."""
LEAST_BY_LETTERS = 2.2
"""The same gap by the middling one between the letters of the row."""
LEAST_UNKNOWN = 0.26
"""The same by the row's height, where no space shows how wide they are."""
LEAST_READ, LEAST_READ_BY_LETTERS, LEAST_READ_BY_HEIGHT = 0.4, 1.5, 0.06
"""The same three of a gap that was read as a space."""
MARK_ROOM = 0.5
"""Of the row's height: white beside a full-width mark that belongs to it."""
OUTSIDE = 0.22
"""Of a piece's height: white beside the outermost sign that was read, beyond which it has no ink."""
HALF_SIGN = 0.75
"""Of the same: half of the widest sign, with the error of its place."""
STUMP = 0.3
"""Of a piece's height; less ink at its edge belongs to the row above or below."""
LEAST_PITCH = 1.3
"""From the middle of one letter to that of the next, by what is usual in the row: in some typefaces an i or an l has as
much white around it as a space."""
WIDE_PITCH = 2.2
"""White between two cells by the same: where every letter has the same room, a space has more than elsewhere."""
FIGURES_PITCH = 1.3
"""The least such way between two groups of figures, as in "5407 3249", by what is usual between figures."""
BLOCK = 8
"""Pixels of the blocks by which the brightness of the paper is told."""
_OPENING = "([{$€£¥#"
_CLOSING = ".,;:!?)]}§'\"”’%©®°"
_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0x2103: "°C"}
_SIDES = "|｜"

Ink = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sign:
    """A character that was read."""

    text: str
    middle: float
    """Pixels from the left edge of the picture."""
    confidence: float
    """0..1."""
    spaced: bool
    """Whether a space was read before it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text that was found, such as a line or a cell."""

    box: Word
    """Around it, with some white."""
    signs: tuple[Sign, ...]
    """From left to right; one at least."""


def rows_of_pieces(part: Grey, pieces: Sequence[Piece]) -> list[ReadLine]:
    """The rows that `pieces` of `part` form, from the top; Latin letters as words, Chinese characters one by one."""
    ink = _ink_of(part)
    rows = ([pieces[number] for number in row] for row in grouped([piece.box for piece in pieces]))
    return [_row(ink, row) for row in rows]


def _ink_of(part: Grey) -> Ink:
    """Where `part` is dark, for its surroundings: in the shadow that was left on a page, paper is no ink."""
    import cv2

    height, width = (max(1, side // BLOCK) for side in part.shape)
    paper = cv2.dilate(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.ones((5, 5), np.uint8))
    level = cv2.resize(np.minimum(DARK, paper * (DARK / 255)).astype(np.float32), part.shape[::-1])
    return np.asarray(part < level)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A sign with where its ink begins and ends, and the piece it comes from."""

    sign: Sign
    left: int
    right: int
    piece: Piece


def _row(ink: Ink, pieces: Sequence[Piece]) -> ReadLine:
    height = median(_inked_height(ink, piece.box) for piece in pieces)
    signs = _without_doubles([_without_sides(piece) for piece in pieces], height)
    if not any(has_ideographs(sign.text) for sign, _ in signs):
        signs = [(replace(sign, text=sign.text.translate(_HALF_WIDTH)), piece) for sign, piece in signs]
    placed = _placed(ink, signs)
    spaces = [0, *_spaces(placed, height)]
    begins = [
        number
        for number, (one, gap) in enumerate(zip(placed, spaces, strict=True))
        if number == 0 or gap or is_cjk(one.sign.text) or is_cjk(placed[number - 1].sign.text)
    ]
    return tuple(
        ReadWord(_word(ink, placed[begin:end]), spaces[begin])
        for begin, end in zip(begins, [*begins[1:], len(placed)], strict=True)
    )


def _without_sides(piece: Piece) -> Piece:
    """`piece` without bars at its ends, which are the sides of a frame."""
    signs = list(piece.signs)
    while len(signs) > 1 and signs[0].text in _SIDES:
        del signs[0]
    while len(signs) > 1 and signs[-1].text in _SIDES:
        del signs[-1]
    return replace(piece, signs=tuple(signs))


def _without_doubles(pieces: Sequence[Piece], height: float) -> list[tuple[Sign, Piece]]:
    """The signs of a row; of two that stand in the same place, in two pieces, the surer one."""
    found: list[tuple[Sign, Piece]] = []
    for piece in pieces:
        signs = list(piece.signs)
        while found and signs and _is_double(found[-1][0], signs[0], height):
            if found[-1][0].confidence > signs[0].confidence:
                signs[1:2] = [replace(second, spaced=second.spaced or signs[0].spaced) for second in signs[1:2]]
                del signs[0]
            else:
                found.pop()
        found += [(sign, piece) for sign in signs]
    return found


def _is_double(before: Sign, after: Sign, height: float) -> bool:
    apart = after.middle - before.middle
    return apart < (SAME_PLACE if before.text == after.text else FRAGMENT) * height


def _placed(ink: Ink, signs: Sequence[tuple[Sign, Piece]]) -> list[_Placed]:
    """Each sign with its edges: within a piece, between two neighbours lies the widest stretch without ink."""
    edges = [_begin(ink, *signs[0])]
    for (sign, piece), (after, other) in pairwise(signs):
        if piece is other:
            begin, end = round(sign.middle), max(round(sign.middle), round(after.middle))
            rows = slice(piece.box.top, piece.box.top + piece.box.height)
            edges += _white(ink[rows, begin:end], begin)
        else:
            edges += [_end(ink, sign, piece), _begin(ink, after, other)]
    edges.append(_end(ink, *signs[-1]))
    return [
        _Placed(sign, left, max(left + 1, right), piece)
        for (sign, piece), left, right in zip(signs, edges[::2], edges[1::2], strict=True)
    ]


def _begin(ink: Ink, sign: Sign, piece: Piece) -> int:
    first = max(0, piece.box.left, round(sign.middle - HALF_SIGN * piece.box.height))
    return _first_white(ink, piece.box, range(round(sign.middle), first - 1, -1))


def _end(ink: Ink, sign: Sign, piece: Piece) -> int:
    last = min(piece.box.left + piece.box.width, round(sign.middle + HALF_SIGN * piece.box.height))
    return _first_white(ink, piece.box, range(round(sign.middle), last))


def _first_white(ink: Ink, box: Word, columns: range) -> int:
    """Where, going along `columns` from the middle of the outermost sign, its ink ends: what follows was not read."""
    inked: Ink = np.logical_or.reduce(ink[box.top : box.top + box.height], axis=0)
    ink_end, clear = columns.start, OUTSIDE * box.height
    seen = False
    for column in columns:
        if column < len(inked) and inked[column]:
            ink_end, seen = column, True
        elif seen and abs(column - ink_end) > clear:
            break
    return ink_end + (columns.step > 0)


def _white(stretch: Ink, begin: int) -> tuple[int, int]:
    """Where the run of columns without ink begins and ends that is widest, and nearest to the middle; else the middle.

    Chinese characters have white within them, as wide as between two.
    """
    middle = begin + stretch.shape[1] // 2
    free = np.pad(~stretch.any(axis=0), 1).astype(np.int8) if stretch.size else np.zeros(2, np.int8)
    runs = (np.flatnonzero(np.diff(free)).reshape(-1, 2) + begin).tolist()
    first, last = max(
        runs, key=lambda run: run[1] - run[0] - abs((run[0] + run[1]) / 2 - middle), default=(middle, middle)
    )
    return first, last


@dataclass(frozen=True, slots=True)
class _Spacing:
    """How wide the spaces of a row are, and how far apart its letters, in pixels."""

    least: float
    """Of a space that was overlooked."""
    least_read: float
    """Of a space that was read."""
    pitch: float
    """From the middle of one letter to that of the next."""
    figure_pitch: float
    """The same between figures."""
    is_known: bool
    """False where no space was read, so that the height had to tell."""

    @classmethod
    def of(cls, row: Sequence[tuple[_Placed, _Placed]], height: float) -> _Spacing:
        """Measured between neighbours, of which none is Chinese and none stands in another cell."""
        letters = [pair for pair in row if not pair[1].sign.spaced]
        figures = [pair for pair in letters if all(one.sign.text.isdigit() for one in pair)]
        close = median(_gap(*pair) for pair in letters) if letters else 0.0
        read = [_gap(*pair) for pair in row if pair[1].sign.spaced]
        known = [gap for gap in read if gap > LEAST_READ_BY_LETTERS * close]
        usual = LEAST_SPACE * median(known) if known else LEAST_UNKNOWN * height
        least_read = LEAST_READ * median(known) if known else LEAST_READ_BY_LETTERS * close
        return cls(
            max(usual, LEAST_BY_LETTERS * close),
            max(LEAST_READ_BY_HEIGHT * height, least_read),
            median(_pitch(*pair) for pair in letters) if letters else 0.0,
            median_low([_pitch(*pair) for pair in figures]) if figures else 0.0,
            bool(known),
        )

    def parts(self, before: str, one: _Placed, after: _Placed) -> bool:
        """Whether a space was overlooked between `one` and `after`; `before` is the sign that stands before them."""
        if _gap(one, after) < self.least:
            return False
        pitch = _pitch(one, after)
        if one.sign.text.isdigit() and after.sign.text.isdigit():
            return self.is_known and pitch >= FIGURES_PITCH * self.figure_pitch
        alone = one.sign.text.isalnum() and pitch < LEAST_PITCH * self.pitch
        return not alone and _may_part(before, one.sign.text, after.sign.text)


def _spaces(placed: Sequence[_Placed], height: float) -> Iterator[int]:
    """How many spaces stand before each sign but the first."""
    latin = [pair for pair in pairwise(placed) if not any(is_cjk(one.sign.text) for one in pair)]
    spacing = _Spacing.of([pair for pair in latin if _gap(*pair) < WIDE_SPACE * height], height)
    for number, (one, after) in enumerate(pairwise(placed)):
        sides = one.sign.text, after.sign.text
        chinese = sum(map(is_cjk, sides))
        marks = chinese - sum(map(is_ideograph, sides))
        gap, wide = _gap(one, after), (WIDE_SPACE + MARK_ROOM * marks) * height
        if gap >= (wide if chinese else max(wide, WIDE_PITCH * spacing.pitch)):
            yield WIDE_GAP
        elif chinese:
            yield int(after.sign.spaced and chinese == 1 and not marks)
        elif after.sign.spaced:
            yield int(gap > spacing.least_read)
        else:
            yield int(spacing.parts(placed[number - 1].sign.text if number else "", one, after))


def _gap(one: _Placed, after: _Placed) -> int:
    return after.left - one.right


def _pitch(one: _Placed, after: _Placed) -> float:
    """From the middle of one sign's ink to that of the next."""
    return (after.left + after.right - one.left - one.right) / 2


def _may_part(before: str, one: str, after: str) -> bool:
    """Whether a space may have been overlooked between `one` and `after`; `before` stands before them.

    Figures have much white around a 1, and what belongs to them stands close only by custom.
    """
    if not (after.isalnum() or after in _OPENING) or one in _OPENING or one in _SIDES:
        return False
    if after.isdigit():
        return one.isalpha() or one in ",;)§©" or (one == ":" and before.isalpha())
    return one.isalnum() or one in _CLOSING


def _word(ink: Ink, signs: Sequence[_Placed]) -> Word:
    """The word that `signs` make, its box drawn in to their ink."""
    boxes = [one.piece.box for one in signs]
    left, right = signs[0].left, signs[-1].right
    top, bottom = min(box.top for box in boxes), max(box.top + box.height for box in boxes)
    own = ink[top:bottom, left:right]
    above, below = _extent(np.logical_or.reduce(own, axis=1), STUMP)
    before, beyond = _extent(np.logical_or.reduce(own[above:below], axis=0), 0.0)
    confidence = sum(one.sign.confidence for one in signs) / len(signs)
    text = "".join(one.sign.text for one in signs)
    width, height = max(1, beyond - before), max(1, below - above)
    return Word(text, left + before, top + above, width, height, min(1.0, max(0.0, confidence)))


def _inked_height(ink: Ink, box: Word) -> int:
    own = ink[box.top : box.top + box.height, box.left : box.left + box.width]
    above, below = _extent(np.logical_or.reduce(own, axis=1), STUMP)
    return max(1, below - above)


def _extent(inked: Ink, stump: float) -> tuple[int, int]:
    """From the first to the last that is inked, without short runs at the very edge; all where none is."""
    edges = np.flatnonzero(np.diff(np.pad(inked, 1).astype(np.int8))).reshape(-1, 2).tolist()
    if len(edges) > 1 and edges[0][0] == 0 and edges[0][1] < stump * len(inked):
        del edges[0]
    if len(edges) > 1 and edges[-1][1] == len(inked) and edges[-1][1] - edges[-1][0] < stump * len(inked):
        del edges[-1]
    return (edges[0][0], edges[-1][1]) if edges else (0, len(inked))
