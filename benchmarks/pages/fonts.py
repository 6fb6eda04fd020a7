"""The typefaces that pages are set in, all from the Debian packages fonts-dejavu-core and fonts-noto-cjk."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from PIL import ImageFont

_SIMPLIFIED = 2
"""The index of simplified Chinese in the Noto CJK collections."""


class Family(Enum):
    """A typeface: the file of its regular and of its bold cut, and the index of both in their files."""

    SANS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", 0)
    SERIF = ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf", 0)
    MONO = ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", 0)
    GOTHIC = ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", _SIMPLIFIED)
    SONG = ("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc", _SIMPLIFIED)


LATIN = (Family.SANS, Family.SERIF, Family.GOTHIC, Family.SONG)
"""Families for English pages; the Chinese ones carry Latin letters of their own design."""
CHINESE = (Family.GOTHIC, Family.SONG)


@lru_cache(maxsize=64)
def font(family: Family, pixels: float, bold: bool) -> ImageFont.FreeTypeFont:  # one of two cuts
    """The font at a height of `pixels` to the em. Raises OSError when its package is not installed."""
    regular, heavy, index = family.value
    # The basic layout engine is in every Pillow; Raqm is not, and would move glyphs.
    return ImageFont.truetype(heavy if bold else regular, pixels, index=index, layout_engine=ImageFont.Layout.BASIC)
