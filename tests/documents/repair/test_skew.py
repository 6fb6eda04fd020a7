"""The slope of lines, to a tenth of a degree."""

from __future__ import annotations

import numpy as np
import pytest

from documents.repair.sketch import halved, sketch_of
from documents.repair.skew import line_gain, skew_deg
from tests.documents.repair.scenes import CHINESE_LINES, ENGLISH_LINES, Grey, page, turned, under_a_shadow


def slope(grey: Grey) -> float:
    return skew_deg(sketch_of(*halved(grey)).letters)


@pytest.mark.parametrize("lines", [ENGLISH_LINES, CHINESE_LINES], ids=["English", "Chinese"])
@pytest.mark.parametrize("degrees", [-12.0, -8.0, -1.5, -0.4, 0.3, 1.0, 4.0, 8.0, 15.0])
def test_the_slope_is_found_to_a_tenth_of_a_degree(lines: tuple[str, ...], degrees: float) -> None:
    """Turned with the clock the lines fall to the right, and by as much."""
    assert slope(turned(page(lines), -degrees)) == pytest.approx(degrees, abs=0.1)


def test_light_on_dark_and_in_a_shadow_slopes_as_well() -> None:
    """The slope is that of the letters, whatever their brightness."""
    askew = turned(page(), -3)
    assert slope(255 - askew) == pytest.approx(3, abs=0.1)
    assert slope(under_a_shadow(askew)) == pytest.approx(3, abs=0.1)


def test_level_lines_and_blank_paper_do_not_slope() -> None:
    """No slope is invented, neither on a level page nor on one with a word or nothing on it."""
    assert slope(page()) == 0.0
    assert slope(page(("Hi",), height=250)) == 0.0
    assert slope(np.full((600, 800), 255, np.uint8)) == 0.0


def test_noise_has_no_slope() -> None:
    """Random spots are no lines."""
    noise = np.random.default_rng(3).integers(0, 256, (600, 800)).astype(np.uint8)
    assert slope(noise) == 0.0


def test_noise_stands_in_no_lines() -> None:
    """Print has lines, also where they run upright; specks and leaves have none."""
    letters = sketch_of(page()).letters
    assert line_gain(letters) > 2.0
    assert line_gain(sketch_of(np.ascontiguousarray(np.rot90(page()))).letters) > 2.0
    places = np.random.default_rng(1).integers(0, 1000, (800, 2))
    specks = np.column_stack([places, np.full((800, 2), 12), np.full(800, 100)]).astype(np.int32)
    assert line_gain(specks) < 1.35
    assert line_gain(specks[:3]) == 1.0
