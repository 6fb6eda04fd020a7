"""Ruled lines of a page's picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageDraw

from documents.rules import without_rules
from tests.documents.pages import font, sheet, table, written


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


def test_a_rule_may_waver_and_slope_a_little() -> None:
    """What a photograph leaves of a rule, a row up here and a row down there, goes as well."""
    grey = np.full((400, 1200), 255, np.uint8)
    for column in range(60, 1100):
        row = 200 + round(np.sin(column / 40)) + column // 300
        grey[row : row + 2, column] = 110
    assert without_rules(grey).min() > 200


def test_hairlines_may_be_pale() -> None:
    """A thin grey rule goes, a patch of the same grey stays."""
    grey = np.full((400, 1200), 255, np.uint8)
    grey[100:102, 50:1100] = grey[40:360, 900:902] = 190
    grey[200:300, 100:800] = 190
    cleaned = without_rules(grey)
    assert cleaned[90:110].min() == cleaned[:, 890:910].min() == 255
    assert (cleaned[205:295, 100:800] == 190).all()
