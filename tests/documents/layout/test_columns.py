"""Columns of prose, told from tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw

from documents.layout.columns import text_regions
from documents.picture import Region
from documents.rules import without_rules
from tests.documents.pages import CHINESE, LATIN, SAMPLES, font, sheet, table, written

ENGLISH = ["The library will be closed for", "repairs, and books may be given", "back at the old town hall then."] * 3
CHINESE_LINES = [
    "因更换供水管道本小区将暂停供水",
    "请提前储备用水并关好水龙头以免",
    "停水期间物业办公室提供桶装水和",
] * 3


def regions(image: Image.Image) -> list[Region]:
    return text_regions(without_rules(np.asarray(image)))


def columns(lefts: Sequence[int], lines: Sequence[str], path: str = LATIN, shift: int = 0) -> Image.Image:
    """Columns of text with a heading above; each begins `shift` pixels lower than the one before."""
    image = sheet(lefts[-1] + 620, 720)
    pen = ImageDraw.Draw(image)
    pen.text((lefts[-1] // 2, 20), "Weekly News of the Town", font=font(48, path), fill="black")
    for place, left in enumerate(lefts):
        for number, line in enumerate(lines):
            pen.text((left, 130 + place * shift + 46 * number), line, font=font(30, path), fill="black")
    return image


@pytest.mark.parametrize("shift", [0, 23])
@pytest.mark.parametrize(("lines", "path"), [(ENGLISH, LATIN), (CHINESE_LINES, CHINESE)])
def test_two_columns_are_cut_below_their_heading(lines: list[str], path: str, shift: int) -> None:
    """The heading is one part, and each column one, in reading order, also when their lines stand at odd heights."""
    heading, left, right = regions(columns((60, 690), lines, path, shift))
    assert 70 <= heading.bottom == left.top <= 130
    assert heading.right - heading.left > 1000
    assert 560 < left.right <= 690
    assert (right.left, right.top) == (left.right, left.top)


def test_three_columns_are_cut_twice() -> None:
    """Columns are found inside of what is left of a page."""
    parts = regions(columns((60, 690, 1320), ENGLISH))
    assert [part.left for part in parts[1:]] == sorted(part.left for part in parts[1:])
    assert len(parts) == 4


def test_tables_are_not_cut() -> None:
    """The columns of a table, ruled or not, and labels beside their values are one part."""
    rows = [[f"Stop number {n}", f"07:{n:02}", f"08:{n:02}"] for n in range(10, 20)]
    assert len(regions(table(rows, [40, 440, 740], ruled=False))) == 1
    assert len(regions(table(rows, [40, 440, 740], ruled=True))) == 1


def test_a_page_of_prose_is_one_part() -> None:
    """Words that happen to stand below each other leave no gutter."""
    assert len(regions(written([*ENGLISH, *ENGLISH], width=800))) == 1


def test_sample_pages_are_one_part() -> None:
    """None of the shipped pictures has columns of prose."""
    for file in SAMPLES.glob("*.png"):
        image = Image.open(file).convert("L")
        assert regions(image) == [Region(0, 0, image.width, image.height)], file.name


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (800, 800)])
def test_blank_and_tiny_pictures_are_one_part(size: tuple[int, int]) -> None:
    """There is always something to read."""
    assert regions(sheet(*size)) == [Region(0, 0, *size)]


def test_parts_never_cut_through_ink() -> None:
    """No two parts overlap, and every pixel of ink lies in one of them."""
    image = columns((60, 690, 1320), ENGLISH, shift=11)
    ink = np.asarray(image) < 160
    taken = np.zeros(ink.shape, int)
    for part in regions(image):
        taken[part.top : part.bottom, part.left : part.right] += 1
    assert (taken[ink] == 1).all()
