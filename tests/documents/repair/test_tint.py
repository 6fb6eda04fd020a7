"""Which grey a coloured page becomes."""

from __future__ import annotations

import numpy as np
import pytest

from documents.repair.tint import best_grey
from tests.documents.repair.scenes import mean_error, page


@pytest.mark.parametrize(
    ("ink", "paper"),
    [((225, 70, 70), (90, 150, 60)), ((60, 110, 230), (200, 80, 60)), ((30, 30, 30), (250, 220, 120))],
    ids=["red on green", "blue on red", "black on yellow"],
)
def test_writing_shows_whatever_its_colour(ink: tuple[int, int, int], paper: tuple[int, int, int]) -> None:
    """Ink as bright as its paper stands out in the grey that is chosen."""
    cover = (255 - page().astype(np.float32))[..., None] / 235
    colour = (np.array(paper) * (1 - cover) + np.array(ink) * cover).clip(0, 255).astype(np.uint8)
    grey, _ = best_grey(colour)
    assert grey.shape == colour.shape[:2]
    assert np.ptp(np.percentile(grey, (1, 50))) + np.ptp(np.percentile(grey, (50, 99))) > 80


def test_grey_pages_stay_as_bright_as_they_look() -> None:
    """Without colours the usual brightness is taken."""
    grey = page()
    found, made_of = best_grey(np.dstack([grey] * 3))
    assert (mean_error(found, grey), made_of) == (0, "brightness")
