"""Pictures without text: noise, dirt and photographs are told by what little sense reading makes of them.

An engine finds letters in anything. Reading noise again, in another language or the other way up, would take minutes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from documents.layout.rows import confidence_of
from documents.picture import DARK
from documents.read_words import PartReader, ReadLine
from pipeline.events import Line

if TYPE_CHECKING:
    from documents.picture import Grey

BANDS, BAND_ROWS = 6, 96
"""How much of a part is looked at."""
GRAINS_PX, GRAINS_SHARE, GRAINS_DENSITY = 4, 0.5, 1.5e-3
"""Half and more of what is ink in noise is no higher than so many pixels, and there is so much of that to a pixel of
paper; the smallest print, of 8 pixels, reaches a tenth of a per cent."""
NOISE = ((300, 0.2), (1000, 0.225))
"""As many words in one part, with a lower mean confidence, are noise. Text on its head has 0.23 and more, or fewer."""
MOST_PIXELS = 16
"""A part with so many times the page's pixels is a heap of specks to be read again; small print is enlarged by 3."""
DIRT = ((4, 0.88), (20, 0.65), (math.inf, 0.38))
"""A page with fewer letters, of a lower mean confidence, has dirt and shapes on it, no text. Scrawled writing has 0.44,
noise 0.32."""


PATIENCE: tuple[tuple[int, int | None], ...] = ((0, None), (600, 3), (1500, 1))
"""Spots in no lines, up to how many a picture is worth so many vain readings; with more it is noise, and worth none."""
CONVINCING, LIKELY, FEW_WORDS = 0.75, 0.5, 4
"""Mean confidence of words that make sense, and of so many or more."""


class SenseWatch:
    """A `PartReader` for one page that gives up on what makes no sense; `page_pixels` is the page's area."""

    def __init__(self, read: PartReader, page_pixels: int) -> None:
        self._read = read
        self._most_pixels = MOST_PIXELS * page_pixels
        self._is_noise = False

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        """The lines of `part`; none once the page has proved to be noise."""
        self._is_noise = self._is_noise or is_grain(part)
        if self._is_noise or part.size > self._most_pixels:
            return []
        lines = self._read(part, languages, light_on_dark=light_on_dark)
        words = [read for line in lines for read in line]
        self._is_noise = any(len(words) >= many and confidence_of(words) < doubtful for many, doubtful in NOISE)
        return [] if self._is_noise else lines


class Patience:
    """A `PartReader` that gives up after so many readings that made no sense; one that made some frees it of that."""

    def __init__(self, read: PartReader, readings: int) -> None:
        self._read = read
        self._left = readings

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        """The lines of `part`; none once patience has run out."""
        if self._left == 0:
            return []
        lines = self._read(part, languages, light_on_dark=light_on_dark)
        words = [read for line in lines for read in line]
        sure = confidence_of(words)
        if sure >= CONVINCING or (len(words) >= FEW_WORDS and sure >= LIKELY):
            self._left = -1
        elif self._left > 0:
            self._left -= 1
        return lines


def patience_for(disorder: int) -> int | None:
    """How many vain readings a picture with so much `disorder` is worth; None for any number of them."""
    return next((readings for most, readings in PATIENCE if disorder <= most), 0)


def is_grain(part: Grey) -> bool:
    """Whether `part` is grain all over, such as noise or wood, on which reading would take minutes and find nothing."""
    starts = np.linspace(0, max(0, part.shape[0] - BAND_ROWS), BANDS).astype(int)
    inked = np.count_nonzero(part[:: BAND_ROWS // 4] < DARK) * 2 > part[:: BAND_ROWS // 4].size
    bands = [((part[start : start + BAND_ROWS] < DARK) != inked).astype(np.uint8) for start in starts]
    return all(map(_is_grainy, bands))


def _is_grainy(band: npt.NDArray[np.uint8]) -> bool:
    import cv2

    heights = cv2.connectedComponentsWithStats(band, connectivity=8)[2][1:, cv2.CC_STAT_HEIGHT]
    grains = int(np.count_nonzero(heights <= GRAINS_PX))
    return grains >= max(GRAINS_SHARE * len(heights), GRAINS_DENSITY * band.size)


def without_dirt(lines: Sequence[Line]) -> tuple[Line, ...]:
    """`lines`, or none where all of them together are a few doubtful letters."""
    words = [word for line in lines for word in line.words]
    letters = sum(sign.isalnum() for line in lines for sign in line.text)
    sense = sum(word.confidence * word.width for word in words) / max(1, sum(word.width for word in words))
    return () if any(letters < few and sense < doubtful for few, doubtful in DIRT) else tuple(lines)
