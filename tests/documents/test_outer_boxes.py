"""Tests of the boxes around connected spots."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.outer_boxes import outer_boxes


def test_blank_mask_has_no_boxes() -> None:
    """Where there is no ink there is no box, and the shape still says four columns."""
    assert outer_boxes(np.zeros((20, 30), np.uint8)).shape == (0, 4)


@pytest.mark.parametrize("inner", [0, 1])
def test_spots_inside_a_frame_have_boxes_of_their_own(inner: int) -> None:
    """A frame is one box however hollow it is, and what stands in it is another."""
    ink = np.zeros((60, 80), np.uint8)
    cv2.rectangle(ink, (5, 6), (54, 45), 1, 2)
    ink[20:30, 20:30] = inner
    assert len(outer_boxes(ink)) == 1 + inner


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.7))
def test_boxes_are_those_of_connected_components(seed: int, share: float) -> None:
    """They are the same boxes that labelling every pixel gives."""
    ink = (np.random.default_rng(seed).random((23, 31)) < share).astype(np.uint8)
    labelled = cv2.connectedComponentsWithStats(ink, connectivity=8)[2][1:, :4]
    assert sorted(outer_boxes(ink).tolist()) == sorted(labelled.tolist())
