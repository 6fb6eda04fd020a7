"""What happens to a page before somebody asks about it.

A damage takes a clean page (mode L), how bad it is (0 the mildest, 1 the worst that it makes) and random numbers, and
gives a new picture, mode L or RGB.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

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
    return _colour_picture(shaded)


def coloured(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Printed in a colour that is as bright as that of its paper, such as red on green."""
    ink, paper = (np.array(colour, np.float32) for colour in _AS_BRIGHT[int(lots.integers(len(_AS_BRIGHT)))])
    shade = float(paper @ np.array(_BRIGHTNESS, np.float32))
    ink, paper = (shade + (colour - shade) * (1 - 0.4 * strength) for colour in (ink, paper))
    cover = 1 - np.asarray(picture, np.float32)[..., None] / 255
    return _colour_picture(paper + (ink - paper) * cover)


def stamped(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """Stamped with seals in a colour, and marked with a broad pen: both lie over what is printed."""
    values = np.asarray(picture, np.float32)[..., None] / 255
    height, width = values.shape[:2]
    colour = np.array(_SEALS[int(lots.integers(len(_SEALS)))], np.float32)
    over = np.zeros((height, width), np.uint8)
    thick = max(3, round((0.004 + 0.006 * strength) * width))
    for _ in range(3):
        middle = int(lots.uniform(0.2, 0.8) * width), int(lots.uniform(0.15, 0.7) * height)
        radius = round(lots.uniform(0.09, 0.13) * width)
        cv2.circle(over, middle, radius, 255, thick, cv2.LINE_AA)
        angles = lots.uniform(0, 2 * np.pi) + np.arange(10) * np.pi / 5
        spikes = np.where(np.arange(10) % 2, 0.18, 0.45)[:, None] * radius
        star = np.array(middle) + spikes * np.column_stack([np.cos(angles), np.sin(angles)])
        cv2.fillPoly(over, [np.rint(star).astype(np.int32)], 255, cv2.LINE_AA)
    top = int(lots.uniform(0.15, 0.6) * height)
    over[top : top + round(0.035 * width), round(0.1 * width) : round(0.6 * width)] = 255
    cover = over[..., None].astype(np.float32) / 255
    return _colour_picture(255 * values * (1 - cover) + values * colour * cover)


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
    for damage in (
        clean,
        skew,
        low_resolution,
        sideways,
        photo,
        inverted,
        noise,
        jpeg,
        tinted,
        coloured,
        stamped,
        faint,
        shadow,
    )
}
"""By name."""

LEAST_DOTS_PER_INCH = {"low_resolution": 200}
"""At which resolution a page is drawn before a damage that takes much of it; others have no bound."""


_BRIGHTNESS = (0.299, 0.587, 0.114)
"""Of red, green and blue (ITU-R BT.601)."""
_AS_BRIGHT = (
    ((205, 62, 58), (62, 132, 70)),
    ((110, 170, 225), (240, 140, 40)),
    ((150, 80, 190), (120, 125, 40)),
    ((235, 110, 150), (60, 195, 165)),
    ((70, 150, 60), (210, 80, 55)),
)
"""Ink and paper: red on green, blue on orange, violet on olive, pink on turquoise, green on brick."""
_SEALS = ((206, 36, 48), (44, 70, 190), (120, 44, 160), (20, 120, 70))
"""Red, blue, violet, green."""


def _clouds(shape: tuple[int, ...], lots: np.random.Generator) -> Light:
    """Soft patches between 0 and 1."""
    rough = lots.random((min(6, shape[0]), min(6, shape[1])), np.float32)
    soft = cv2.resize(rough, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.asarray(soft, np.float32).reshape(shape[:2]), 0, 1)


def _as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    stored = io.BytesIO()
    picture.save(stored, "JPEG", quality=quality)
    return Image.open(stored).copy()


def _colour_picture(values: npt.NDArray[np.floating[Any]]) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8), "RGB")


def _picture(values: Light) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8), "L")
