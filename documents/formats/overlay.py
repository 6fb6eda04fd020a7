"""A page with what was read drawn over it: a box around each word, coloured by how sure it is, and line numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.events import Line, Page
from text.unsure_words import UNSURE_WORD

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

SURE_WORD = 0.85
"""Confidence from which on a word is green; from `UNSURE_WORD` on it is amber, below red."""
_GREEN, _AMBER, _RED, _BLUE = (20, 150, 60), (230, 140, 0), (215, 25, 35), (40, 80, 200)
LONGEST_SIDE = 2400
"""Pixels of the drawing; a larger page is reduced."""


def overlaid(picture: Image.Image, page: Page) -> Image.Image:
    """`picture` (mode "L" or "RGB"), paled, with the words of `page`, whose boxes are in its pixels; mode "RGB"."""
    from PIL import Image, ImageDraw, ImageFont

    paled = Image.blend(picture.convert("RGB"), Image.new("RGB", picture.size, "white"), 0.35)
    scale = min(1.0, LONGEST_SIDE / max(picture.size))
    drawing = paled if scale == 1 else paled.resize(max(1, round(side * scale)) for side in picture.size)  # type: ignore[arg-type]  # Pillow takes any two numbers
    pen = ImageDraw.Draw(drawing)
    height = max(10, max(drawing.size) // 110)
    font = ImageFont.load_default(height)
    for line in page.lines:
        _draw(pen, line, scale)
        if line.words:
            first = line.words[0]
            place = (max(0, first.left * scale - 1.7 * height), first.top * scale)
            pen.text(place, str(line.number), font=font, fill=_BLUE)
    return drawing


def _draw(pen: ImageDraw.ImageDraw, line: Line, scale: float) -> None:
    for word in line.words:
        left, top = word.left * scale, word.top * scale
        right, bottom = left + max(1, word.width * scale), top + max(1, word.height * scale)
        pen.rectangle((left, top, right, bottom), outline=_colour(word.confidence), width=2)


def _colour(confidence: float) -> tuple[int, int, int]:
    if confidence >= SURE_WORD:
        return _GREEN
    return _AMBER if confidence >= UNSURE_WORD else _RED
