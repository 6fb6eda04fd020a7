"""Gaps in rows of Chinese, told by the ink."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageDraw

from documents.layout.chinese_gaps import with_gaps_measured
from documents.layout.line_text import line_text
from documents.picture import Grey
from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word
from tests.documents.pages import CHINESE, font, sheet


def row(*cells: tuple[str, int], gap: int = 1) -> tuple[Grey, ReadLine]:
    """A row of cells at these columns, drawn, and what Tesseract makes of it: words that are `gap` spaces apart."""
    page = sheet(900, 120)
    made = font(32, CHINESE)
    words: list[ReadWord] = []
    for text, left in cells:
        ImageDraw.Draw(page).text((left, 40), text, font=made, fill=0)
        words.append(ReadWord(Word(text, left, 46, round(made.getlength(text)), 34, 0.95), gap if words else 0))
    return np.asarray(page), tuple(words)


def read(grey: Grey, line: ReadLine) -> str:
    (measured,) = with_gaps_measured(grey, [line])
    return line_text(measured)


@pytest.mark.parametrize("gap", [0, 1, 2])
def test_cells_stand_apart_where_the_paper_is_white(gap: int) -> None:
    """However many spaces Tesseract counts between them."""
    assert read(*row(("鸡蛋", 40), ("数量", 300), ("39.80", 500), gap=gap)) == "鸡蛋   数量   39.80"


def test_what_was_read_into_the_white_between_cells_goes() -> None:
    """A comma where nothing is printed is none, whatever its confidence."""
    grey, (first, second) = row(("鸡蛋", 40), ("39.80", 500))
    ghost = ReadWord(Word("，", 300, 50, 14, 30, 0.9), 0)
    assert read(grey, (first, ghost, second)) == "鸡蛋   39.80"


@pytest.mark.parametrize(("between", "text"), [(2, "大米5kg"), (12, "大米 5kg")])
def test_a_figure_after_a_character_stands_apart_where_it_is_printed_so(between: int, text: str) -> None:
    """A space that is as wide as one is kept, the white beside every character is none."""
    assert read(*row(("大米", 40), ("5kg", 104 + between))) == text


def test_other_rows_stay_as_they_are() -> None:
    """English rows are left to Tesseract, and full-width marks have white beside them that is no gap."""
    grey, line = row(("Rice", 40), ("39.80", 500))
    assert with_gaps_measured(grey, [line]) == [line]
    grey, line = row(("停水，请储水。", 40), ("谢谢", 264), gap=0)
    assert with_gaps_measured(grey, [line]) == [line]
