"""Lines that run up or down."""

from __future__ import annotations

import numpy as np
import pytest

from documents.repair.sketch import halved, sketch_of
from documents.repair.turn import runs_upright
from tests.documents.pages import table
from tests.documents.repair.scenes import CHINESE_LINES, ENGLISH_LINES, page, turned

TIMES = [["Stop", "Line 1", "Line 2", "Line 3"], *[["Harbour", "07:10", "07:25", "08:40"]] * 9]


@pytest.mark.parametrize("lines", [ENGLISH_LINES, CHINESE_LINES], ids=["English", "Chinese"])
@pytest.mark.parametrize("slope", [-8, 0, 5])
def test_lines_that_run_up_or_down_are_told_from_those_that_lie(lines: tuple[str, ...], slope: int) -> None:
    """By a quarter turned either way they stand, by none or two they lie, also when they slope besides."""
    for degrees, stands in ((0, False), (90, True), (180, False), (270, True)):
        assert runs_upright(sketch_of(*halved(turned(page(lines), degrees + slope)))) is stands


@pytest.mark.parametrize("ruled", [True, False])
def test_columns_of_figures_are_no_lines(ruled: bool) -> None:
    """The cells of a table stand below each other, and are read across all the same."""
    grey = np.array(table(TIMES, [40, 340, 540, 740], ruled=ruled))
    assert not runs_upright(sketch_of(*halved(grey)))
    assert runs_upright(sketch_of(*halved(np.ascontiguousarray(np.rot90(grey)))))


def test_without_letters_nothing_is_turned() -> None:
    """Blank paper lies."""
    assert not runs_upright(sketch_of(np.full((600, 400), 240, np.uint8)))
