"""What is done to the picture of a page before Tesseract sees it: size, ruled lines, columns. Pure functions.

Pictures are 8-bit greyscale arrays, shape (height, width), dark text on light paper.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

LONGEST_SIDE = 3600
"""Pixels; A4 at 300 dpi has 3508. More costs time and reads no better."""
SHORTEST_TEXT_PAGE = 1000
"""Pixels; a picture whose longer side is below it is a screenshot or thumbnail with letters too small to read."""
DARK = 160
"""Grey levels below it count as ink."""
RULE_THICKNESS = 12
"""Pixels; what is thicker is a bar or a filled box."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that is read on its own, in pixels of the picture; `right` and `bottom` lie outside."""

    left: int
    top: int
    right: int
    bottom: int


def reading_scale(width: int, height: int) -> float:
    """By how much a picture is enlarged or reduced before it is read."""
    longest = max(width, height)
    if longest > LONGEST_SIDE:
        return LONGEST_SIDE / longest
    return 2.0 if longest < SHORTEST_TEXT_PAGE else 1.0


def without_rules(grey: Grey) -> Grey:
    """The picture without its ruled lines: Tesseract drops whole rows of a table that has borders.

    A rule is a straight run of ink, longer than any letter and at most `RULE_THICKNESS` thick. Returns `grey` itself
    when there is none.
    """
    ink = grey < DARK
    length = max(100, round(0.04 * max(grey.shape)))
    rules = _level_rules(ink, length) | _level_rules(np.ascontiguousarray(ink.T), length).T
    if not rules.any():
        return grey
    cleaned = grey.copy()
    cleaned[_grown(rules, 2)] = 255  # the grey seam of a smoothed line
    return cleaned


def _level_rules(ink: Mask, length: int) -> Mask:
    """Ink that lies in a level run of about `length` pixels or more, and in no thicker body.

    Eight pixels are packed into one byte, and only whole bytes of ink are followed: eight times less to do.
    """
    rules = np.zeros_like(ink)
    whole = np.packbits(ink, axis=1) == 255
    if not whole.any():
        return rules
    blocks = _in_long_runs(whole, max(2, (length - 14) // 8))
    blocks = _thin_runs(blocks)
    rows = np.flatnonzero(blocks.any(axis=1))
    if len(rows):
        ends = _grown_sideways(blocks[rows])  # the parts of a rule before its first and after its last whole byte
        pixels = np.repeat(ends, 8, axis=1)[:, : ink.shape[1]]
        rules[rows[:, None], np.arange(pixels.shape[1])] = pixels & ink[rows, : pixels.shape[1]]
    return rules


def _in_long_runs(mask: Mask, length: int) -> Mask:
    """Where `mask` is true in a level run of at least `length`."""
    height, width = mask.shape
    if width < length:
        return np.zeros_like(mask)
    counted = np.zeros((height, width + 1), np.int32)
    np.cumsum(mask, axis=1, out=counted[:, 1:])
    begins = counted[:, length:] - counted[:, :-length] == length
    if not begins.any():
        return np.zeros_like(mask)
    steps = np.zeros((height, width + 1), np.int32)
    steps[:, : width - length + 1] += begins
    steps[:, length:] -= begins
    return np.asarray(np.cumsum(steps, axis=1)[:, :width] > 0)


def _thin_runs(blocks: Mask) -> Mask:
    """The level runs of `blocks` that hardly touch a body thicker than `RULE_THICKNESS`, such as a filled box."""
    thick = _in_long_runs(np.ascontiguousarray(blocks.T), RULE_THICKNESS + 1).T
    if not thick.any():
        return blocks
    begins = blocks.copy()
    begins[:, 1:] &= ~blocks[:, :-1]
    runs = np.cumsum(begins).reshape(blocks.shape)  # the number of the run that a block lies in, from 1
    sizes = np.bincount(runs[blocks])
    in_bodies = np.bincount(runs[blocks], weights=thick[blocks])
    return blocks & (in_bodies <= 0.1 * sizes)[np.where(blocks, runs, 0)]


def _grown(mask: Mask, by: int) -> Mask:
    grown = mask.copy()
    for shift in range(1, by + 1):
        grown[shift:] |= mask[:-shift]
        grown[:-shift] |= mask[shift:]
        grown[:, shift:] |= mask[:, :-shift]
        grown[:, :-shift] |= mask[:, shift:]
    return grown


def _grown_sideways(mask: Mask) -> Mask:
    grown = mask.copy()
    grown[:, 1:] |= mask[:, :-1]
    grown[:, :-1] |= mask[:, 1:]
    return grown
