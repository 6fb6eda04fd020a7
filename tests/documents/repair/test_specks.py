"""Salt and pepper."""

from __future__ import annotations

import numpy as np
import pytest

from documents.repair.specks import FEWEST, speck_share, without_specks
from tests.documents.repair.scenes import CHINESE_LINES, ENGLISH_LINES, Grey, mean_error, page


def peppered(grey: Grey, share: float) -> Grey:
    drawn = np.random.default_rng(5).random(grey.shape)
    spoilt = grey.copy()
    spoilt[drawn < share / 2] = 0
    spoilt[drawn > 1 - share / 2] = 255
    return spoilt


@pytest.mark.parametrize("share", [0.01, 0.06])
def test_specks_go_and_letters_stay(share: float) -> None:
    """Next to no speck is left, and clean letters hardly change."""
    grey = page()
    spoilt = peppered(grey, share)
    assert speck_share(spoilt) > FEWEST
    cleaned = without_specks(spoilt, speck_share(spoilt))
    assert speck_share(cleaned) < speck_share(spoilt) / 20
    assert mean_error(cleaned, grey) < 3
    assert mean_error(without_specks(grey, 0.003), grey) < 0.05


@pytest.mark.parametrize("lines", [ENGLISH_LINES, CHINESE_LINES], ids=["English", "Chinese"])
@pytest.mark.parametrize("size", [10, 14, 24, 60])
def test_clean_pages_have_none(lines: tuple[str, ...], size: int) -> None:
    """Dots, commas and hairlines of small print are not taken for specks."""
    assert speck_share(page(lines, size=size)) <= FEWEST
