"""Size and ruled lines of a page's picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageDraw

from stages.page_picture import LONGEST_SIDE, reading_scale, without_rules
from tests.stages.pages import font, sheet, table, written


@pytest.mark.parametrize(
    ("size", "scale"), [((640, 360), 2.0), ((1240, 1754), 1.0), ((3600, 2400), 1.0), ((2400, 7200), 0.5), ((1, 1), 2.0)]
)
def test_small_pictures_are_enlarged_and_large_ones_reduced(size: tuple[int, int], scale: float) -> None:
    """Screenshots are read at twice their size, photos of many pixels at the size of a good scan."""
    assert reading_scale(*size) == pytest.approx(scale)
    assert max(size) * scale <= LONGEST_SIDE


def test_borders_go_and_letters_stay() -> None:
    """Without its borders a table looks as if it had been printed without any."""
    rows = [["Stop", "Line 1"], ["Hill", "07:10"]]
    bare = np.asarray(table(rows, [40, 440], ruled=False))
    ruled = np.asarray(table(rows, [40, 440], ruled=True))
    assert (ruled != bare).mean() > 0.005
    assert (without_rules(ruled) != bare).mean() < 0.0005


def test_text_alone_is_returned_as_it_is() -> None:
    """A page without rules is not even copied; capital letters of a headline are no rules."""
    grey = np.asarray(written(["ILLINOIS", "HILLTON"], size=72))
    assert without_rules(grey) is grey


@pytest.mark.parametrize("length", [200, 333, 901])
@pytest.mark.parametrize("start", [40, 43, 47])
def test_a_rule_goes_whole_wherever_it_begins(start: int, length: int) -> None:
    """Nothing is left of a level or upright rule, also where it does not begin at a multiple of eight pixels."""
    image = sheet(1000, 1000)
    pen = ImageDraw.Draw(image)
    pen.rectangle((start, 21, start + length, 22), fill=90)
    pen.rectangle((21, start, 23, start + length), fill=0)
    assert without_rules(np.asarray(image)).min() == 255


def test_bars_and_filled_boxes_stay() -> None:
    """What is thicker than a rule may hold light text; it is not taken out."""
    image = sheet(1000, 400)
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 100, 900, 160), fill=0)
    pen.text((60, 110), "Heading", font=font(30), fill="white")
    grey = np.asarray(image)
    assert (without_rules(grey) == grey).all()
