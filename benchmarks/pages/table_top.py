"""A page photographed on a table: seen askew, in uneven light, under the soft edge of a shadow."""

from __future__ import annotations

import io

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Light = npt.NDArray[np.float32]

_LONG_SIDE = 2400
"""Pixels of the photograph's long side."""
_COARSE = 8
"""Light changes slowly: it is worked out once for so many pixels, across and down."""


def photographed(picture: Image.Image, strength: float, lots: np.random.Generator) -> Image.Image:
    """A photograph (RGB) of `picture`; `strength` from 0 to 1 tilts it further and makes the shadow darker."""
    height, width = _LONG_SIDE, round(_LONG_SIDE * 0.75)
    page = np.asarray(picture.convert("RGB"))
    corners = _corners(width, height, page.shape[1] / page.shape[0], strength, lots)
    begin = np.array(((0, 0), (page.shape[1], 0), (page.shape[1], page.shape[0]), (0, page.shape[0])), np.float32)
    lens = cv2.getPerspectiveTransform(begin, corners)
    scale = float(np.linalg.norm(corners[3] - corners[0])) / page.shape[0]
    if scale < 1:  # a warp looks at single pixels; without this, thin strokes would break as no lens breaks them
        page = cv2.GaussianBlur(page, (0, 0), 0.45 / scale)
    seen = np.asarray(cv2.warpPerspective(page, lens, (width, height), flags=cv2.INTER_CUBIC), np.float32)
    outline = np.full(page.shape[:2], 255, np.uint8)
    covered = np.asarray(cv2.warpPerspective(outline, lens, (width, height)), np.float32)[..., None] / 255
    table = _table(height, width, lots)
    fallen = np.roll(covered, (10, 8), (0, 1))
    table = table * (1 - np.float32(0.45) * np.asarray(cv2.GaussianBlur(fallen, (0, 0), 9), np.float32)[..., None])
    warm = np.array((1.0, 0.975, 0.93), np.float32)
    scene = (seen * (np.float32(0.93) * warm) - table) * covered + table
    scene *= _light(height, width, strength, lots)[..., None]
    scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), 0.7 + 0.4 * strength), np.float32)
    scene += lots.standard_normal(scene.shape[:2], np.float32)[..., None] * np.float32(3.0)
    stored = io.BytesIO()
    Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8), "RGB").save(stored, "JPEG", quality=80)
    return Image.open(stored).copy()


def _corners(width: int, height: int, ratio: float, strength: float, lots: np.random.Generator) -> Light:
    """Where the page's corners lie in the photograph: turned, then pulled as a camera that is not above it does."""
    tall = height * 0.8
    wide = min(tall * ratio, width * 0.82)
    tall = wide / ratio
    degrees = (5 + 8 * strength) * lots.choice((-1, 1))
    turn = np.deg2rad(degrees)
    turned = np.array(((np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))))
    corners = np.array(((-wide, -tall), (wide, -tall), (wide, tall), (-wide, tall))) / 2 @ turned.T
    pull = 0.04 + 0.06 * strength
    tilt_x, tilt_y = lots.uniform(-pull, pull), lots.choice((-1, 1)) * lots.uniform(pull / 2, pull)
    depth = 1 + 2 * (corners[:, 0] * tilt_x / wide + corners[:, 1] * tilt_y / tall)
    seen = corners / depth[:, None]
    half = np.abs(seen).max(axis=0)
    seen *= min(1.0, 0.485 * width / half[0], 0.485 * height / half[1])
    middle = np.array((width / 2, height / 2)) + lots.uniform(-8, 8, 2)
    return np.asarray(seen + middle, np.float32)


def _table(height: int, width: int, lots: np.random.Generator) -> Light:
    """Dark wood: grain along one direction, knots left out."""
    tones = ((92, 66, 44), (70, 58, 52), (120, 92, 66), (52, 56, 60))
    tone = np.array(tones[int(lots.integers(len(tones)))], np.float32)
    grain = np.zeros((height, width), np.float32)
    for size, share in (((height // 2, width // 90), 0.1), ((height // 24, 6), 0.12)):
        rough = lots.standard_normal(size, np.float32)
        grain += share * np.asarray(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray(tone * (1 + grain[..., None]), np.float32)


def _light(height: int, width: int, strength: float, lots: np.random.Generator) -> Light:
    """How bright each place is: a lamp to one side, and the shadow of the hand or head that holds the camera."""
    across, down = np.meshgrid(np.linspace(0, width, width // _COARSE), np.linspace(0, height, height // _COARSE))
    angle = lots.uniform(0, 2 * np.pi)
    along = (across / width - 0.5) * np.cos(angle) + (down / height - 0.5) * np.sin(angle)
    lamp = 1.0 - 0.32 * (along + 0.5)
    edge_angle = lots.uniform(0, 2 * np.pi)
    edge = (across - width / 2) * np.cos(edge_angle) + (down - height / 2) * np.sin(edge_angle)
    bend = 60 * np.sin(down / height * np.pi * lots.uniform(1, 2.5))
    softness = lots.uniform(40, 110)
    shade = 1 / (1 + np.exp(-(edge + bend - lots.uniform(-0.15, 0.15) * height) / softness))
    light = np.asarray(lamp * (1 - (0.5 + 0.22 * strength) * shade), np.float32)
    return np.asarray(cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
