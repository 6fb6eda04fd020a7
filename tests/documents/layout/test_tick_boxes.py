"""Boxes to tick that are drawn: found, told apart from characters, and put into their lines."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from documents.layout.tick_boxes import tick_boxes, with_boxes, without_boxes
from documents.picture import Grey, Region
from documents.read_words import ReadWord
from pipeline.events import Word
from tests.documents.pages import CHINESE, font, sheet
from tests.documents.scripted_reader import texts_of

SIDE = 26


def form(*marks: str, width: int = 2) -> Image.Image:
    """A row of boxes with these marks in them, each before the word "Adult"."""
    page = sheet(1000, 120)
    pen = ImageDraw.Draw(page)
    for number, mark in enumerate(marks):
        left, top = 40 + 240 * number, 50
        pen.rectangle((left, top, left + SIDE, top + SIDE), outline=40, width=width)
        if mark == "x":
            pen.line((left + 5, top + 5, left + 21, top + 21), fill=20, width=width + 1)
            pen.line((left + 21, top + 5, left + 5, top + 21), fill=20, width=width + 1)
        if mark == "v":
            pen.line((left + 5, top + 13, left + 11, top + 21, left + 36, top - 12), fill=20, width=width + 1)
        pen.text((left + SIDE + 14, top - 6), "Adult", font=font(32), fill=20)
    return page


def grey(image: Image.Image) -> Grey:
    return np.asarray(image)


@pytest.mark.parametrize("width", [2, 3])
def test_boxes_are_found_empty_crossed_and_ticked(width: int) -> None:
    """A tick may reach beyond its box."""
    found = sorted(tick_boxes(grey(form("", "x", "v", width=width))), key=lambda box: box.place.left)
    assert [box.ticked for box in found] == [False, True, True]
    assert [box.place.left for box in found] == [40, 280, 520]


def test_a_crossed_box_may_stand_alone() -> None:
    """A cross is told by its diagonals, without an empty box to compare it with."""
    (box,) = tick_boxes(grey(form("x")))
    assert box.ticked


@pytest.mark.parametrize("thick", [4, 6])
@pytest.mark.parametrize("factor", [1, 0.6])
def test_thick_crosses_that_touch_the_frame_are_crosses(thick: int, factor: float) -> None:
    """The arms grow together with the corners of the frame, also on a page that was reduced and enlarged again."""
    page = sheet(400, 120)
    pen = ImageDraw.Draw(page)
    pen.rectangle((40, 50, 40 + SIDE, 50 + SIDE), outline=40, width=2)
    pen.line((42, 52, 64, 74), fill=20, width=thick)
    pen.line((64, 52, 42, 74), fill=20, width=thick)
    pen.text((40 + SIDE + 14, 44), "Adult", font=font(32), fill=20)
    reduced = page.resize((round(400 * factor), round(120 * factor)), Image.Resampling.BICUBIC)
    (box,) = tick_boxes(grey(reduced.resize(page.size, Image.Resampling.BICUBIC)))
    assert box.ticked


@pytest.mark.parametrize("size", [20, 32, 48])
@pytest.mark.parametrize("sign", "因国固困图圆团园围囚回四田由甲申电囡囟圃圈区凶")
def test_characters_in_a_frame_are_no_boxes(sign: str, size: int) -> None:
    """Nor are those that stand alone, such as in a cell of a table."""
    page = sheet(400, 120)
    ImageDraw.Draw(page).text((40, 40), f"{sign} Adult", font=font(size, CHINESE), fill=20)
    assert tick_boxes(grey(page)) == []


@pytest.mark.parametrize("text", ["口罩 回执 田口 因国 日目", "exhibits BOOK D O 0 B 8 Q", "口 罩   回 执   因 果"])
def test_characters_are_no_boxes(text: str) -> None:
    """Letters are rounded or have stems; Chinese frames have legs or strokes inside."""
    page = sheet(1000, 120)
    ImageDraw.Draw(page).text((40, 40), text, font=font(32, CHINESE), fill=20)
    assert tick_boxes(grey(page)) == []


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.35])
def test_small_letters_are_no_boxes(scale: float) -> None:
    """Of an o or a d a dozen pixels high little more is left than a square."""
    for size in range(14, 40, 2):
        page = sheet(1400, 120)
        ImageDraw.Draw(page).text((40, 40), "Wyndham Paid ending 0859 Harbor o b d D", font=font(size), fill=20)
        page = page.resize((round(1400 * scale), round(120 * scale)), Image.Resampling.LANCZOS)
        assert tick_boxes(grey(page)) == [], size


def test_boxes_without_a_word_beside_them_are_none() -> None:
    """A square that stands alone is a picture."""
    page = sheet(1000, 120)
    ImageDraw.Draw(page).rectangle((400, 40, 426, 66), outline=20, width=2)
    assert tick_boxes(grey(page)) == []


def test_boxes_are_taken_out_of_the_picture_whole() -> None:
    """The tick that reaches out goes too, the words stay; a page without boxes is left as it is."""
    page = form("v", "")
    bare = without_boxes(grey(page), tick_boxes(grey(page)))
    assert int(bare[20:100, 30:78].min()) > 200
    assert int(bare[:, 80:].min()) < 60
    assert without_boxes(bare, []) is bare


def test_boxes_stand_before_their_words() -> None:
    """Each comes into the line that it stands in, at its place, and none into a part that it does not belong to."""
    boxes = tick_boxes(grey(form("", "x")))
    line = tuple(
        ReadWord(Word("Adult", left, 48, 84, 34, 0.9), 9 if number else 0) for number, left in enumerate((80, 320))
    )
    whole = Region(0, 0, 1000, 120)
    assert texts_of(with_boxes([line], boxes, whole)) == ["☐ Adult ☒ Adult"]
    assert with_boxes([line], boxes, Region(600, 0, 1000, 120)) == [line]
    assert with_boxes([], boxes, whole) == []
