"""What happens to pages before they are read, made here: turned, photographed, shaded, spoilt."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from tests.documents.pages import CHINESE, font, sheet

Grey = npt.NDArray[np.uint8]

ENGLISH_LINES = (
    "Water will be turned off on Tuesday",
    "from nine in the morning until four.",
    "Please store some water.",
)
CHINESE_LINES = ("因管道维修，星期二停水。", "时间为上午九点至下午四点。", "请提前储水，谢谢。")


def page(
    lines: tuple[str, ...] = ENGLISH_LINES, *, size: int = 24, width: int = 900, height: int = 1200, path: str = CHINESE
) -> Grey:
    """A sheet of white paper with these lines over and over, as a scanner gives it."""
    image = sheet(width, height)
    pen = ImageDraw.Draw(image)
    rows = range(80, height - 80 - 2 * size, round(1.7 * size))
    for number, top in enumerate(rows):
        pen.text((80, top), lines[number % len(lines)], font=font(size, path), fill=20)
    return np.array(image)


def turned(grey: Grey, degrees: float) -> Grey:
    """`grey` turned against the clock on a larger sheet."""
    image = Image.fromarray(grey).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    return np.array(image)


def on_a_table(grey: Grey, corners: npt.NDArray[np.float32], table: int, size: tuple[int, int] = (1200, 1500)) -> Grey:
    """`grey` as a sheet with these corners on a table of this brightness, photographed with some grain."""
    height, width = grey.shape
    begin = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    lens = cv2.getPerspectiveTransform(begin, corners)
    seen = cv2.warpPerspective(grey, lens, size, flags=cv2.INTER_AREA).astype(np.float32)
    cover = cv2.warpPerspective(np.ones(grey.shape, np.float32), lens, size)
    grain = np.random.default_rng(1).standard_normal(size[::-1])
    scene = seen * cover * 0.95 + table * (1 - cover) + 3 * grain
    return np.clip(scene, 0, 255).astype(np.uint8)


ASKEW = np.array([[180, 150], [1010, 210], [1080, 1330], [90, 1290]], np.float32)
"""Corners of a sheet seen from below and turned a little."""


def under_a_shadow(grey: Grey, darkness: float = 0.6) -> Grey:
    """`grey` with a soft shadow over its right half."""
    across = np.arange(grey.shape[1]) / grey.shape[1]
    light = 1 - darkness / (1 + np.exp(-(across - 0.5) / 0.04))
    return np.asarray(grey * light[None, :], np.uint8)


def mean_error(one: Grey, other: Grey) -> float:
    """Mean difference of two pictures of one size, in grey levels."""
    return float(np.abs(one.astype(np.int16) - other).mean())
