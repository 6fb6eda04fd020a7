"""The sheet in a photograph."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from documents.repair.outline import flattening, outline
from documents.repair.picture import carried
from documents.repair.sketch import halved, sketch_of
from tests.documents.repair.scenes import ASKEW, CHINESE_LINES, Grey, on_a_table, page, turned, under_a_shadow


def corners_in(grey: Grey) -> npt.NDArray[np.float64] | None:
    """In pixels of the picture."""
    sketch = sketch_of(*halved(grey))
    found = outline(sketch)
    return None if found is None else (found + 0.5) * sketch.factor - 0.5


@pytest.mark.parametrize("table", [40, 110, 170, 215], ids=["dark", "grey", "light", "nearly white"])
@pytest.mark.parametrize("shaded", [False, True])
def test_the_sheet_is_found_on_any_table(table: int, shaded: bool) -> None:
    """Its corners are found to a few pixels, on dark and bright tables, in even light and half in the shadow."""
    scene = on_a_table(page(), ASKEW, table)
    found = corners_in(under_a_shadow(scene) if shaded else scene)
    assert found is not None
    assert np.abs(found - ASKEW).max() < 4


@pytest.mark.parametrize("table", [40, 170])
def test_a_corner_may_lie_outside(table: int) -> None:
    """Where two sides leave the picture, they are followed to where they would meet."""
    outside = ASKEW - np.array([150, 190], np.float32)
    found = corners_in(on_a_table(page(CHINESE_LINES), outside, table))
    assert found is not None
    assert np.abs(found - outside).max() < 25


def test_a_side_that_is_not_in_the_picture_ends_at_the_frame() -> None:
    """A sheet that is cut off by the picture is taken as far as it is seen."""
    cut = ASKEW + np.array([[-400, 0], [0, 0], [0, 0], [-400, 0]], np.float32)
    found = corners_in(on_a_table(page(), cut, 50))
    assert found is not None
    assert np.abs(found[1:3] - cut[1:3]).max() < 4
    assert found[:, 0].min() == pytest.approx(0, abs=3)


@pytest.mark.parametrize("darkness", [0.3, 0.5, 0.75])
def test_a_shadow_is_no_sheet(darkness: float) -> None:
    """The edge of a shadow on a scan is not taken for the edge of paper."""
    assert corners_in(under_a_shadow(page(), darkness)) is None


def test_shaded_rows_are_no_sheet() -> None:
    """Bars across a page, light ones and those of a page in negative, are not cut out."""
    striped = page()
    for top in range(200, 900, 164):
        striped[top : top + 82, 60:840] = striped[top : top + 82, 60:840] * 0.9
    negative = (20 + (255 - striped.astype(np.float32)) * 0.85).astype(np.uint8)
    assert corners_in(striped) is None
    assert corners_in(negative) is None


def test_scans_have_no_outline() -> None:
    """A page that fills the picture is left whole: plain, turned, light on dark, blank."""
    for grey in (page(), turned(page(), 4), 255 - page(), np.full((700, 500), 250, np.uint8)):
        assert corners_in(grey) is None


def test_flattening_makes_a_rectangle() -> None:
    """The corners come to lie at the corners of the new picture, which is as large as the sheet was."""
    matrix, (width, height) = flattening(ASKEW.astype(np.float64))
    there = carried(matrix, ASKEW.astype(np.float64))
    assert np.abs(there - [[0, 0], [width, 0], [width, height], [0, height]]).max() < 5
    assert abs(width - 911) < 5
    assert abs(height - 1132) < 5
