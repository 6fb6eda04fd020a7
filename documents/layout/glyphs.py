"""The separate pieces of ink in a word, from left to right: most often one for each of its characters."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import numpy as np

from documents.picture import DARK, Grey
from pipeline.events import Word

SAME_GLYPH = 0.4
"""Of the narrower piece's width, that two pieces have in common when they are one character, such as "i" or "="."""
LOW_DOT = 0.34
"""Of the height of figures: what is higher is no point and no comma."""
LEAST_DOT = 0.07
"""Of it, across and down; less is dust."""
FOOT = 0.2
"""Of it, that a point's or comma's upper edge may lie above where such a mark can begin at most."""
SPECK_PX = 2
"""Pixels, of the least side of a point."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A piece of ink, in pixels of the part of the page; `right` and `bottom` lie outside."""

    left: int
    top: int
    right: int
    bottom: int


def glyphs_of(part: Grey, word: Word) -> list[Glyph]:
    """The pieces of ink in the box of `word`, those above each other made one."""
    import cv2

    top, left = max(0, word.top), max(0, word.left)
    ink = (part[top : word.top + word.height, left : word.left + word.width] < DARK).astype(np.uint8)
    if not ink.size:
        return []
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    found: list[Glyph] = []
    for x, y, width, height, _ in sorted(stats[1:].tolist()):
        piece = Glyph(left + x, top + y, left + x + width, top + y + height)
        last = found[-1] if found else None
        if last is not None and _is_one(last, piece):
            found[-1] = Glyph(
                last.left, min(last.top, piece.top), max(last.right, piece.right), max(last.bottom, piece.bottom)
            )
        else:
            found.append(piece)
    return found


def without_low_dots(glyphs: list[Glyph]) -> tuple[list[Glyph], list[Glyph]]:
    """`glyphs` that stand for letters, and those that are points or commas: small, and on the foot of the others."""
    if not glyphs:
        return [], []
    height = median(sorted(glyph.bottom - glyph.top for glyph in glyphs)[len(glyphs) // 3 :])
    foot = median(glyph.bottom for glyph in glyphs if glyph.bottom - glyph.top >= LOW_DOT * height)
    others: list[Glyph] = []
    dots: list[Glyph] = []
    for glyph in glyphs:
        wide, high = glyph.right - glyph.left, glyph.bottom - glyph.top
        low = glyph.top >= foot - (LOW_DOT + 0.06) * height and glyph.bottom >= foot - FOOT * height
        small = max(SPECK_PX, LEAST_DOT * height) <= min(wide, high) and wide <= LOW_DOT * height
        if low and small and high <= 1.6 * LOW_DOT * height:
            dots.append(glyph)
        else:
            others.append(glyph)
    return others, dots


def _is_one(one: Glyph, other: Glyph) -> bool:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > SAME_GLYPH * min(one.right - one.left, other.right - other.left)
