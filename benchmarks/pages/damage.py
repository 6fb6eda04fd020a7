"""What happens to a page before somebody asks about it.

A damage takes a clean page (mode L), how bad it is (0 the mildest, 1 the worst that it makes) and random numbers, and
gives a new picture, mode L or RGB.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.pages.table_top import photographed

Damage = Callable[[Image.Image, float, np.random.Generator], Image.Image]
Pixels = npt.NDArray[np.uint8]
Light = npt.NDArray[np.float32]


def clean(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """A page as it was printed."""
    del strength, lots
    return picture.copy()


def skew(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Laid on the scanner's glass at 1 to 8 degrees, either way."""
    degrees = (1 + 7 * strength) * lots.choice((-1, 1))
    return picture.rotate(float(degrees), Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def low_resolution(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Scaled down to 50 to 35 % of its size."""
    del lots
    factor = 0.5 - 0.15 * strength
    return picture.resize((round(picture.width * factor), round(picture.height * factor)), Image.Resampling.BICUBIC)


def sideways(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Turned by 90, 180 or 270 degrees."""
    del strength
    turns = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
    return picture.transpose(turns[int(lots.integers(3))])


def photo(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Photographed askew on a table, half under a shadow."""
    return photographed(picture, strength, lots)


def inverted(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Light on dark, as a screen shows it."""
    del lots
    values = np.asarray(picture, np.float32)
    return _picture(30 * strength + (255 - values) * (1 - 0.2 * strength))


def noise(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Grain over the page, and specks of black and white."""
    values = np.asarray(picture, np.float32)
    grain = lots.standard_normal(values.shape, np.float32) * (10 + 18 * strength)
    specks = lots.random(values.shape, np.float32)
    share = 0.003 + 0.012 * strength
    made = np.clip(values * 0.94 + grain, 0, 255)
    made[specks < share / 2] = 0
    made[specks > 1 - share / 2] = 255
    return _picture(made)


def jpeg(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Sent through a messenger: JPEG of quality 25 to 15."""
    del lots
    return _as_jpeg(picture, round(25 - 10 * strength))


def tinted(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Printed on coloured paper, with patches a little darker than others."""
    values = np.asarray(picture, np.float32) / 255
    hues = ((246, 222, 140), (178, 216, 240), (242, 184, 196), (186, 226, 176), (222, 200, 236))
    paper = np.array(hues[int(lots.integers(len(hues)))], np.float32) * (1 - 0.2 * strength)
    patches = 1 - 0.18 * strength * _clouds(values.shape, lots)
    ink = np.array((40, 36, 70), np.float32)
    shaded = (paper * patches[..., None]) * values[..., None] + ink * (1 - values[..., None])
    return Image.fromarray(np.clip(shaded, 0, 255).astype(np.uint8), "RGB")


def faint(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Printed with an empty cartridge: pale grey on white, paler in streaks."""
    values = np.asarray(picture, np.float32)
    contrast = 0.34 - 0.2 * strength
    streaks = 1 - 0.3 * np.repeat(_clouds((1, values.shape[1]), lots), values.shape[0], axis=0)
    grain = lots.standard_normal(values.shape, np.float32) * 1.5
    return _picture(246 - (255 - values) * contrast * streaks + grain)


def shadow(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Copied from an open book: straight, but dark towards one edge."""
    values = np.asarray(picture, np.float32)
    across = np.linspace(0, 1, values.shape[1], dtype=np.float32)
    if lots.random() < 0.5:
        across = across[::-1]
    light = 1 - (0.45 + 0.35 * strength) * np.clip((across - 0.35) / 0.65, 0, 1) ** 1.5
    return _picture(values * light[None, :] + lots.standard_normal(values.shape, np.float32) * 2)


DAMAGES: dict[str, Damage] = {
    damage.__name__: damage
    for damage in (clean, skew, low_resolution, sideways, photo, inverted, noise, jpeg, tinted, faint, shadow)
}
"""By name."""

LEAST_DOTS_PER_INCH = {"low_resolution": 200}
"""At which resolution a page is drawn before a damage that takes much of it; others have no bound."""


def _clouds(shape: tuple[int, ...], lots: np.random.Generator) -> Light:
    """Soft patches between 0 and 1."""
    rough = lots.random((min(6, shape[0]), min(6, shape[1])), np.float32)
    soft = cv2.resize(rough, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.asarray(soft, np.float32).reshape(shape[:2]), 0, 1)


def _as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    stored = io.BytesIO()
    picture.save(stored, "JPEG", quality=quality)
    return Image.open(stored).copy()


def _picture(values: Light) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8), "L")
