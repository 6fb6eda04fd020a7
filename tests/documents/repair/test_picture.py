"""The way back from the repaired picture to the original."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.repair.picture import RepairedPicture, Step, carried, scaling


def repaired_by(matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]], size: tuple[int, int]) -> RepairedPicture:
    return RepairedPicture(np.zeros((60, 90), np.uint8), (), matrix, size)


def test_an_untouched_picture_keeps_its_boxes() -> None:
    """The box is the same, and what lies outside of the picture is cut off."""
    same = repaired_by(np.eye(3), (90, 60))
    assert same.original_box(10, 20, 30, 15) == (10, 20, 30, 15)
    assert same.original_box(-5, 50, 30, 15) == (0, 50, 25, 10)


def test_boxes_of_an_enlarged_picture_shrink() -> None:
    """Pixels have an area: the edge of a box stays the edge."""
    assert repaired_by(scaling(3), (30, 20)).original_box(0, 30, 90, 15) == (0, 10, 30, 5)


@pytest.mark.parametrize(
    ("turns", "box"), [(0, (10, 20, 30, 5)), (1, (65, 10, 5, 30)), (2, (50, 35, 30, 5)), (3, (20, 20, 5, 30))]
)
def test_boxes_of_a_turned_page_stand_where_the_word_stood(turns: int, box: tuple[int, int, int, int]) -> None:
    """After quarters against the clock the upper left of the page is another corner of the original."""
    page = RepairedPicture(np.zeros((60, 90), np.uint8), (), np.eye(3), (90, 60)).turned(turns, "so it reads")
    assert page.grey.shape == ((60, 90) if turns % 2 == 0 else (90, 60))
    assert page.original_box(10, 20, 30, 5) == box
    assert page.steps == (Step("orientation", turns > 0, "so it reads"),)
    assert page.has_taken("orientation") is (turns > 0)


@given(st.integers(0, 3), st.integers(0, 59), st.integers(0, 89))
def test_turning_moves_every_pixel_as_the_matrix_says(turns: int, row: int, column: int) -> None:
    """The picture and the way back are turned alike."""
    grey = np.zeros((60, 90), np.uint8)
    grey[row, column] = 1
    page = RepairedPicture(grey, (), np.eye(3), (90, 60)).turned(turns, "")
    ((found_row, found_column),) = np.argwhere(page.grey)
    there = carried(page.to_repaired, np.array([[column, row]], np.float64))
    assert np.abs(there - [[found_column, found_row]]).max() < 1e-6
