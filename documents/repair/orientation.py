"""Which way up a page stands, by reading a few of its lines each way: only one of them makes sense.

On the development pages of `benchmarks/pages` (22 kinds, clean, photographed and of low resolution) the right way was
0.79 sure or more in the better of two languages, a wrong one at most 0.49. Tesseract's own orientation detection was
right on all of them too, but took two to three times as long as such a reading, and is unsure of short texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from documents.repair.picture import RepairedPicture
from documents.repair.sketch import halved, sketch_of
from documents.rules import without_rules

if TYPE_CHECKING:
    from documents.picture import Grey

Sureness = Callable[["Grey"], float]
"""How sure the words of a part of a page are when it is read, 0..1."""

BAND_HEIGHT = 9.0
"""Letter heights that are read: about four lines."""
PLAIN = 0.7
"""So sure a reading is right; other ways need not be tried."""
CLEAR_LEAD = 0.1
"""By which another way must be surer."""


def righted(page: RepairedPicture, sureness: Sureness, tried: tuple[int, ...]) -> RepairedPicture:
    """`page` turned so that it can be read; the same where the first of `tried`, 0, is as sure as any other way."""
    turns = upright_turns(page.grey, sureness, tried)
    return page.turned(turns, f"read best when turned by {90 * turns} degrees against the clock")


def upright_turns(grey: Grey, sureness: Sureness, tried: tuple[int, ...]) -> int:
    """By how many quarters to turn the page against the clock, of those in `tried`; the first of them if in doubt."""
    best, surest = tried[0], -CLEAR_LEAD
    for turns in tried:
        band = densest_band(np.ascontiguousarray(np.rot90(grey, turns)))
        found = 0.0 if band is None else sureness(band)
        if found > surest + CLEAR_LEAD:
            best, surest = turns, found
        if surest >= PLAIN:
            break
    return best


def densest_band(grey: Grey) -> Grey | None:
    """The lines with most letters, as far as they reach, without rules; None on a page without letters."""
    small, factor = halved(grey)
    sketch = sketch_of(small, factor)
    letters, letter = sketch.letters, sketch.letter_height
    if letter == 0:
        return None
    top, high = letters[:, 1], len(small)
    widths = np.bincount(top + letters[:, 3] // 2, letters[:, 2], high)
    counted = np.concatenate([[0], np.cumsum(widths)])
    height, margin = min(high, round(BAND_HEIGHT * letter)), round(letter)
    first = int((counted[height:] - counted[:-height]).argmax())
    chosen = letters[(top >= first - margin) & (top < first + height)]
    left, right = int(chosen[:, 0].min()) - margin, int((chosen[:, 0] + chosen[:, 2]).max()) + margin
    rows = slice(max(0, first - margin) * factor, (first + height + margin) * factor)
    band = np.ascontiguousarray(grey[rows, max(0, left) * factor : right * factor])
    return without_rules(band) if min(band.shape) else None
