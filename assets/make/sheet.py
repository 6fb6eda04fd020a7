"""A page drawn from top to bottom that remembers its lines, so that picture and expected text have one source."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

DOTS_PER_INCH = 150
A4 = (1240, 1754)
"""Width and height of an A4 page at `DOTS_PER_INCH`, in pixels."""

BLACK = 20
GREY = 110
WHITE = 255


class Face(Enum):
    """A font by file name and index in the file; Pillow finds it in the system's font folders."""

    SANS = ("DejaVuSans.ttf", 0)
    SANS_BOLD = ("DejaVuSans-Bold.ttf", 0)
    SERIF = ("DejaVuSerif.ttf", 0)
    SERIF_BOLD = ("DejaVuSerif-Bold.ttf", 0)
    CHINESE = ("NotoSansCJK-Regular.ttc", 2)
    CHINESE_BOLD = ("NotoSansCJK-Bold.ttc", 2)


@lru_cache
def font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    """The font at `size` points for a page of `DOTS_PER_INCH`.

    Raises OSError when the font is not installed (Debian: fonts-dejavu-core, fonts-noto-cjk).
    """
    name, index = face.value
    pixels = size * DOTS_PER_INCH / 72
    # The basic layout engine is in every Pillow; Raqm is not, and would move glyphs.
    return ImageFont.truetype(name, pixels, index=index, layout_engine=ImageFont.Layout.BASIC)


@dataclass(frozen=True, slots=True)
class Cell:
    """A run of text on a line."""

    text: str
    at: int
    """Pixels from the left edge of the page to the edge named by `align`."""
    face: Face = Face.SANS
    size: float = 12.0
    """Points."""
    align: Literal["left", "right", "centre"] = "left"


_ANCHORS = {"left": "ls", "right": "rs", "centre": "ms"}


@dataclass(slots=True)
class Sheet:
    """A grey-scale page with a cursor that moves down as lines are written."""

    width: int
    height: int
    image: Image.Image = field(init=False)
    draw: ImageDraw.ImageDraw = field(init=False)
    lines: list[str] = field(init=False, default_factory=list)
    """The text so far, in reading order: the cells of a line are joined by a space."""
    baseline: int = field(init=False, default=80)
    """Pixels from the upper edge to the foot of the line written last."""

    def __post_init__(self) -> None:
        self.image = Image.new("L", (self.width, self.height), WHITE)
        self.draw = ImageDraw.Draw(self.image)

    def write(self, *cells: Cell, leading: int = 42) -> None:
        """Writes one line, `leading` pixels below the last, and remembers its text."""
        self.baseline += leading
        for cell in cells:
            place = (cell.at, self.baseline)
            self.draw.text(place, cell.text, BLACK, font(cell.face, cell.size), anchor=_ANCHORS[cell.align])
        self.lines.append(" ".join(cell.text for cell in cells))

    def rule(self, left: int, right: int, below: int = 14, weight: int = 2) -> None:
        """Draws a horizontal line `below` pixels under the text and moves the cursor to it."""
        self.baseline += below
        self.draw.line((left, self.baseline, right, self.baseline), GREY, weight)

    def skip(self, pixels: int) -> None:
        """Leaves room."""
        self.baseline += pixels

    def finished(self, margin: int = 90) -> Image.Image:
        """The page, cut `margin` pixels below the last line, in 16 greys so that the file is small."""
        page = self.image.crop((0, 0, self.width, min(self.height, self.baseline + margin)))
        return page.quantize(16, dither=Image.Dither.NONE).convert("P")
