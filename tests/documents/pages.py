"""Pictures of pages for tests, drawn here, with the fonts that the project's set-up installs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

LATIN = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
CHINESE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "documents"


def font(size: int, path: str = LATIN) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def sheet(width: int = 1000, height: int = 400) -> Image.Image:
    return Image.new("L", (width, height), "white")


def written(lines: Sequence[str], size: int = 32, path: str = LATIN, width: int = 1000) -> Image.Image:
    """A sheet with these lines, from (40, 40) on."""
    image = sheet(width, 80 + 2 * size * len(lines))
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((40, 40 + 2 * size * number), line, font=font(size, path), fill="black")
    return image


def table(rows: Sequence[Sequence[str]], columns: Sequence[int], *, ruled: bool, path: str = LATIN) -> Image.Image:
    """A table with cells that begin at these columns, with or without a border around each."""
    image = sheet(columns[-1] + 340, 80 + 80 * len(rows))
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        top = 40 + 80 * number
        for cell, left, right in zip(row, columns, [*columns[1:], columns[-1] + 300], strict=True):
            pen.text((left + 20, top + 20), cell, font=font(30, path), fill="black")
            if ruled:
                pen.rectangle((left, top, right, top + 80), outline="black", width=3)
    return image


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def tiff(*images: Image.Image) -> bytes:
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:])
    return buffer.getvalue()


def pdf(*images: Image.Image) -> bytes:
    """A PDF of scans, one picture a page, at 200 dots per inch."""
    buffer = io.BytesIO()
    first, *others = [image.copy() for image in images]  # saving leaves settings of this format behind in them
    first.save(buffer, "PDF", save_all=True, append_images=others, resolution=200)
    return buffer.getvalue()
