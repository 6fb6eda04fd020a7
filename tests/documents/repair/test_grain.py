"""Grain all over a page."""

from __future__ import annotations

import numpy as np
import pytest

from documents.repair.grain import COARSE_LEVELS, grain_levels, softened
from tests.documents.repair.scenes import CHINESE_LINES, ENGLISH_LINES, mean_error, page


@pytest.mark.parametrize("levels", [12, 20, 30])
def test_grain_is_measured_and_softened(levels: int) -> None:
    """Most of it goes; the letters keep their edges well enough to be nearer to the clean page than before."""
    grey = (page() * 0.8 + 20).astype(np.uint8)
    drawn = np.random.default_rng(4).standard_normal(grey.shape)
    grainy = np.clip(grey + levels * drawn, 0, 255).astype(np.uint8)
    assert abs(grain_levels(grainy) - levels) < 0.35 * levels
    assert grain_levels(grainy) > COARSE_LEVELS
    assert mean_error(softened(grainy, 22), grey) < 0.8 * mean_error(grainy, grey)


@pytest.mark.parametrize("lines", [ENGLISH_LINES, CHINESE_LINES], ids=["English", "Chinese"])
@pytest.mark.parametrize("size", [12, 24])
def test_print_is_no_grain(lines: tuple[str, ...], size: int) -> None:
    """A clean page has none, however small its print."""
    assert grain_levels(page(lines, size=size)) < 1


def test_without_letters_nothing_is_softened() -> None:
    """There is no measure for how much they would bear."""
    grey = page()
    assert softened(grey, 0) is grey
