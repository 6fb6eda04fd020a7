"""Ink on a page that no word was read from: rows and small words that Tesseract's own page analysis dropped.

They are cut out and set below each other in one small picture, which is read in one go, and cheaply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from statistics import median

import numpy as np

from documents.picture import DARK, Grey, Region
from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word

LOWEST, HIGHEST = 0.4, 3.5
"""Height of missed print by that of the page's lines; less is a speck, more is a picture."""
MOST_STRIPS = 60
"""A page with more is a picture, or dirt."""
TALL = 1.4
"""Times the middling size of print that is set together; a headline."""
USUAL_HEIGHT = 30
"""Pixels, of a line where none was read: body text at 200 dots per inch."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of the page that was set into the small picture."""

    place: Region
    """On the page's part."""
    top: int
    """Pixels from the upper edge of the small picture to it."""
    left: int
    """Pixels from its left edge."""
    scale: float = 1.0
    """Pixels of the small picture to one of the page."""


def missed_strips(part: Grey, lines: Sequence[ReadLine]) -> list[Region]:
    """Where `part` has ink of a line's height that no word of `lines` covers, from the top; none on most pages."""
    import cv2

    height = _line_height(lines)
    ink = (part < DARK).astype(np.uint8)
    for line in lines:
        for box in _covered(line, height):
            ink[max(0, box.top) : box.bottom, max(0, box.left) : box.right] = 0
    if not ink.any():
        return []
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, round(1.2 * height)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    strips = [
        Region(left, top, left + width, top + high)
        for left, top, width, high, _ in stats[1:].tolist()
        if LOWEST * height <= high <= HIGHEST * height and width >= 0.2 * height
    ]
    rows = [strip for strip in _rows_of(strips) if not _belongs_to_word(strip, lines, height)]
    return rows if len(rows) <= MOST_STRIPS else []


def stacked(part: Grey, strips: Sequence[Region]) -> tuple[Grey, list[Strip]]:
    """`strips` below each other in one picture, with white around each.

    Those whose print is much larger than that of the others are reduced: Tesseract drops a headline among small lines.
    """
    margin = max(10, round(median(strip.bottom - strip.top for strip in strips) * 0.6))
    cut = [part[strip.top : strip.bottom, strip.left : strip.right] for strip in strips]
    sizes = [print_size(piece) for piece in cut]
    usual = median(sizes)
    scales = [usual / size if size > TALL * usual > 0 else 1.0 for size in sizes]
    pieces = [_scaled(piece, scale) for piece, scale in zip(cut, scales, strict=True)]
    width = max(piece.shape[1] for piece in pieces) + 2 * margin
    height = sum(piece.shape[0] + margin for piece in pieces) + margin
    small = np.full((height, width), 255, np.uint8)
    placed = []
    top = margin
    for strip, piece, scale in zip(strips, pieces, scales, strict=True):
        small[top : top + piece.shape[0], margin : margin + piece.shape[1]] = piece
        placed.append(Strip(strip, top, margin, scale))
        top += piece.shape[0] + margin
    return small, placed


def print_size(piece: Grey) -> float:
    """The height that half of the area of the pieces of ink lies below."""
    import cv2

    _, _, stats, _ = cv2.connectedComponentsWithStats((piece < DARK).astype(np.uint8), connectivity=8)
    order = stats[1:][np.argsort(stats[1:, 3])]
    areas = np.cumsum(order[:, 2] * order[:, 3])
    return float(order[np.searchsorted(areas, areas[-1] / 2), 3]) if len(order) else 0.0


def _scaled(piece: Grey, scale: float) -> Grey:
    import cv2

    if scale == 1:
        return piece
    size = max(1, round(piece.shape[1] * scale)), max(1, round(piece.shape[0] * scale))
    return np.asarray(cv2.resize(piece, size, interpolation=cv2.INTER_AREA), np.uint8)


def put_back(lines: Sequence[ReadLine], strips: Sequence[Strip]) -> list[ReadLine]:
    """Lines read from the small picture, their boxes where they stand on the page's part."""
    back = []
    for line in lines:
        middle = sum(read.word.top + read.word.height / 2 for read in line) / len(line)
        strip = min(strips, key=lambda one: _apart(one, middle))
        back.append(tuple(ReadWord(_on_page(read.word, strip), read.gap) for read in line))
    return back


def put_back_by_strip(
    lines: Sequence[ReadLine], strips: Sequence[Strip], enlarged: tuple[float, int]
) -> list[ReadLine]:
    """For each strip the words read from it, from left to right, their boxes where they stand on the page's part.

    `enlarged`: by how much the small picture was, and how far down it stood in what was read.
    """
    scale, down = enlarged
    told: list[list[ReadWord]] = [[] for _ in strips]
    for line in lines:
        words = [replace(read, word=_reduced(replace(read.word, top=read.word.top - down), scale)) for read in line]
        middle = sum(read.word.top + read.word.height / 2 for read in words) / len(words)
        at = min(range(len(strips)), key=lambda number: _apart(strips[number], middle))
        told[at] += (replace(read, word=_on_page(read.word, strips[at])) for read in words)
    return [tuple(sorted(words, key=lambda read: read.word.left)) for words in told]


def _reduced(word: Word, scale: float) -> Word:
    left, top, width, height = (round(side / scale) for side in (word.left, word.top, word.width, word.height))
    return replace(word, left=left, top=top, width=width, height=height)


def _on_page(word: Word, strip: Strip) -> Word:
    return replace(
        word,
        left=strip.place.left + round((word.left - strip.left) / strip.scale),
        top=strip.place.top + round((word.top - strip.top) / strip.scale),
        width=round(word.width / strip.scale),
        height=round(word.height / strip.scale),
    )


def _covered(line: ReadLine, height: float) -> Iterator[Region]:
    """Where the words of a line lie, with the room between neighbours: boxes of Chinese characters are not exact."""
    across, down = round(0.2 * height), round(0.25 * height)
    for read, after in zip_longest(line, line[1:]):
        word = read.word
        end = word.left + word.width
        if after is not None and 0 < after.word.left - end < 1.5 * height:
            end = after.word.left
        yield Region(word.left - across, word.top - down, end + across, word.top + word.height + down)


def _belongs_to_word(strip: Region, lines: Sequence[ReadLine], height: float) -> bool:
    """Whether a narrow strip touches a word whose box is too tight: its last letter, an accent, a comma."""
    if strip.right - strip.left > 1.5 * height:
        return False
    near = round(0.35 * height)
    return any(
        read.word.left - near < strip.right
        and strip.left < read.word.left + read.word.width + near
        and read.word.top - near < strip.bottom
        and strip.top < read.word.top + read.word.height + near
        for line in lines
        for read in line
    )


def _apart(strip: Strip, middle: float) -> float:
    return abs(strip.top + strip.scale * (strip.place.bottom - strip.place.top) / 2 - middle)


def _line_height(lines: Sequence[ReadLine]) -> float:
    heights = [max(read.word.height for read in line) for line in lines if line]
    return median(heights) if heights else USUAL_HEIGHT


def _rows_of(strips: Sequence[Region]) -> list[Region]:
    """`strips` with those that overlap made one, from the top."""
    rows: list[Region] = []
    for strip in sorted(strips, key=lambda one: (one.top, one.left)):
        last = rows[-1] if rows else None
        if last and strip.top < last.bottom and strip.left < last.right and last.left < strip.right:
            rows[-1] = Region(
                min(last.left, strip.left), last.top, max(last.right, strip.right), max(last.bottom, strip.bottom)
            )
        else:
            rows.append(strip)
    return rows
