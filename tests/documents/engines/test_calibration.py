"""How far RapidOCR's confidence is believed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.engines.calibration import TRUSTED, Calibrated, calibrated
from documents.picture import Grey
from documents.read_words import ReadLine
from tests.documents.scripted_reader import read_line
from text.unsure_words import UNSURE_WORD


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_order_stays(one: float, other: float) -> None:
    """A surer word stays surer, between 0 and 1."""
    low, high = sorted((one, other))
    assert 0 <= calibrated(low) <= calibrated(high) <= 1.0000001


def test_what_is_not_trusted_is_unsure() -> None:
    """Words are marked where one in two is wrong, and not above."""
    assert calibrated(TRUSTED - 0.01) < UNSURE_WORD <= calibrated(TRUSTED + 0.001)
    assert calibrated(0.99) == pytest.approx(0.96)


def test_a_reader_is_believed_less() -> None:
    """All else that it says stays."""

    def read(part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        del part, languages, light_on_dark
        return [read_line(("scrawl", 0), confidence=0.85)]

    ((word,),) = Calibrated(read)(np.zeros((9, 9), np.uint8), "eng", light_on_dark=False)
    assert (word.word.text, word.word.confidence < UNSURE_WORD) == ("scrawl", True)
