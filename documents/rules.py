"""The ruled lines of a page, taken out before it is read. Pure functions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from documents.outer_boxes import outer_boxes
from documents.picture import DARK, Grey, Mask

RULE_THICKNESS = 12
"""Pixels; what is thicker is a bar or a filled box."""

THIN = 9
"""Pixels; a stroke that is thinner may be pale."""
DASH_HEIGHT, DASH_GAP = 4, 13
"""Pixels, of dashes at most, and from one to the next."""
DASH_LENGTH = 1.6
"""Of a dash, by its height; the dots of leaders are square."""
DARK_OR_GREY = 200
"""Grey levels below it are ink of dashes, which are pale at times."""
MOST_BESIDE = 0.02
"""Share of ink right above and below a dashed rule; a row of letters has more."""
PALE_STEP = 35
"""Grey levels by which it is darker than what is beside it."""


def without_rules(grey: Grey) -> Grey:
    """The picture without its ruled lines: Tesseract drops whole rows of a table that has borders.

    A rule is a straight run of ink, longer than any letter and at most `RULE_THICKNESS` thick. Returns `grey` itself
    when there is none.
    """
    length = max(100, round(0.04 * max(grey.shape)))
    ink = _dark_or_thin(grey)
    rules = _level_rules(ink, length) | _level_rules(np.ascontiguousarray(ink.T), length).T
    rules |= _dashed(grey, length)
    if not rules.any():
        return grey
    cleaned = grey.copy()
    cleaned[_grown(rules, 2)] = 255  # the grey seam of a smoothed line
    return cleaned


def _dashed(grey: Grey, length: int) -> Mask:
    """Level rules made of dashes, with white above and below; dots of leaders are no dashes."""
    import cv2

    ink = (grey < DARK_OR_GREY).astype(np.uint8)
    found = np.zeros(grey.shape, np.bool_)
    if not _has_lone_rows(ink, length):
        return found
    flat = cv2.subtract(ink, cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((DASH_HEIGHT + 1, 1), np.uint8)))
    dashes = cv2.morphologyEx(flat, cv2.MORPH_OPEN, np.ones((1, 3), np.uint8))
    joined = cv2.morphologyEx(dashes, cv2.MORPH_CLOSE, np.ones((1, DASH_GAP), np.uint8))
    runs = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    for left, top, width, height in outer_boxes(np.asarray(runs, np.uint8)).tolist():
        columns = slice(left, left + width)
        beside = np.concatenate(
            [ink[max(0, top - 4) : max(0, top - 1), columns], ink[top + height + 1 : top + height + 4, columns]]
        )
        own = ink[top : top + height, columns]
        inked = np.logical_or.reduce(own, axis=0)
        dashes_count = 1 + int(np.count_nonzero(np.diff(inked.astype(np.int8)) == 1))
        long = np.count_nonzero(inked) >= DASH_LENGTH * height * dashes_count
        if long and height <= DASH_HEIGHT and beside.size and beside.mean() < MOST_BESIDE:
            found[top : top + height, columns] = own > 0
    return found


def _has_lone_rows(ink: npt.NDArray[np.uint8], length: int) -> bool:
    """Whether rows of pixels have much ink, and those a little above and below hardly any: this costs least to tell."""
    counted = ink.sum(axis=1, dtype=np.int64)
    apart = DASH_HEIGHT + 2
    own, above, below = counted[apart:-apart], counted[: -2 * apart], counted[2 * apart :]
    return bool(((own > length // 3) & (4 * np.maximum(above, below) < own)).any())


def _dark_or_thin(grey: Grey) -> Mask:
    """Ink, and thin strokes too pale for it, such as hairlines in photographs."""
    import cv2

    hollow = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((THIN, THIN), np.uint8))
    return np.asarray((grey < DARK) | (hollow > PALE_STEP))


def _level_rules(ink: Mask, length: int) -> Mask:
    """Ink that lies in a level run of about `length` pixels or more, and in no thicker body.

    Eight pixels are packed into one byte, and only whole bytes of ink are followed: eight times less to do. A run may
    waver by a row up or down, as in photographs.
    """
    rules = np.zeros_like(ink)
    packed = np.packbits(ink, axis=1)
    near = packed.copy()
    near[1:] |= packed[:-1]
    near[:-1] |= packed[1:]
    whole = near == 255
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
    thick = _in_long_runs(np.ascontiguousarray(blocks.T), RULE_THICKNESS + 3).T
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
