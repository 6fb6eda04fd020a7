"""Enlarging by the height of letters."""

from __future__ import annotations

import pytest

from documents.repair.letter_size import LARGEST_SCALE, LONGEST_SIDE, REDUCED_HEIGHT_PX, WISHED_HEIGHT_PX, reading_scale


@pytest.mark.parametrize(("height_px", "scale"), [(6, WISHED_HEIGHT_PX / 6), (2, LARGEST_SCALE), (20, 1), (30, 1)])
def test_small_letters_are_enlarged(height_px: float, scale: float) -> None:
    """To the height that reads best, at most four times, and not at all where they are high enough."""
    assert reading_scale(height_px, 600, 800) == pytest.approx(scale)


def test_a_large_picture_of_small_letters_is_enlarged_too() -> None:
    """The letters decide, not the picture, as long as that does not become too large."""
    assert reading_scale(9, 1000, 1400) > 1.5
    assert reading_scale(9, 2000, 3000) == LONGEST_SIDE / 3000


def test_large_letters_and_large_pictures_are_reduced() -> None:
    """They take time and are read no better."""
    assert reading_scale(88, 900, 700) == REDUCED_HEIGHT_PX / 88
    assert reading_scale(30, 2400, 7200) == 0.5


def test_without_letters_the_size_of_the_picture_decides() -> None:
    """A thumbnail is enlarged, a page is not."""
    assert reading_scale(0, 640, 360) == 2
    assert reading_scale(0, 1240, 1754) == 1
