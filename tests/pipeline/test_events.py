"""Figures that events derive from their fields."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.events import AUDIBLE_PEAK, Audio, Line, Page, Speech, Word


@given(st.integers(0, 20_000), st.integers(0, 20_000), st.sampled_from([8_000, 16_000, 22_050]))
def test_leading_silence_ends_at_the_first_audible_sample(silent: int, loud: int, rate: int) -> None:
    """Wherever it lies; a wholly silent piece has none."""
    samples = np.concatenate([np.full(silent, AUDIBLE_PEAK / 2), np.full(loud, -0.5)]).astype(np.float32)
    expected = silent / rate if loud else None
    assert Speech(samples, rate).leading_silence_s == expected


def test_lengths_are_in_seconds() -> None:
    """Samples over samples per second."""
    assert Audio(np.zeros(800, np.float32), 16_000).seconds == pytest.approx(0.05)
    assert Speech(np.zeros(22_050, np.float32), 22_050).seconds == pytest.approx(1.0)


def test_a_page_knows_its_text_and_how_sure_it_is() -> None:
    """The mean over its words; a blank page is not sure of anything."""
    words = (Word("Total", 0, 0, 10, 10, 0.9), Word("$420.00", 20, 0, 10, 10, 0.7))
    page = Page("invoice.png", 1, 1, (Line(1, "Total $420.00", words), Line(2, "Thank you")))
    assert page.text == "Total $420.00\nThank you"
    assert page.confidence == pytest.approx(0.8)
    assert Page("blank.png", 1, 1, ()).confidence == 0.0
