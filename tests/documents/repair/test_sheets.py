"""Two pages in one picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageDraw

from documents.repair.sheets import sheets_in
from tests.documents.pages import font, sheet
from tests.documents.repair.scenes import CHINESE_LINES, ENGLISH_LINES, Grey, page, turned


def side_by_side(one: Grey, other: Grey, *, table: int, room: int = 60) -> Grey:
    """Two sheets on a table, or the sides of an open book where `table` is as bright as they are."""
    scene = np.full((one.shape[0] + 2 * room, one.shape[1] + other.shape[1] + 3 * room), table, np.uint8)
    scene[room : room + len(one), room : room + one.shape[1]] = one
    left = 2 * room + one.shape[1]
    scene[room : room + len(other), left : left + other.shape[1]] = other
    return scene


ONE = page(ENGLISH_LINES)
OTHER = np.roll(page(CHINESE_LINES), 13, axis=0)
"""Its rows lie between those of the first."""


@pytest.mark.parametrize("table", [50, 130, 255], ids=["dark", "grey", "open book"])
@pytest.mark.parametrize("degrees", [0, 2])
def test_two_pages_beside_each_other_are_told_apart(table: int, degrees: int) -> None:
    """The picture is cut between two sheets on a table, and between the print of an open book's sides."""
    scene = side_by_side(ONE, OTHER, table=table)
    if degrees:
        scene = turned(scene, degrees)
    left, right = sheets_in(scene)
    assert left.right == right.left == pytest.approx(scene.shape[1] / 2, abs=300 if table == 255 else 60)
    assert (right.right, right.bottom) == scene.shape[::-1]


def fanned_table() -> Grey:
    """A table whose rows run apart, as in a photograph taken from the side."""
    scene = sheet(1400, 1000)
    pen = ImageDraw.Draw(scene)
    for row in range(6):
        for column, left in enumerate((120, 480, 860, 1160)):
            drop = (row - 2.5) * 0.035 * left
            pen.text((left, 180 + 90 * row + drop), f"{7 + column}:{10 + row}", font=font(34), fill=0)
    return np.asarray(scene)


@pytest.mark.parametrize(
    "scene",
    [
        ONE,
        fanned_table(),
        side_by_side(ONE, ONE, table=255),
        turned(side_by_side(ONE, ONE, table=255), 5),
        page(width=1600, height=900),
        np.rot90(side_by_side(ONE, OTHER, table=255)),
        np.full((300, 900), 200, np.uint8),
        np.random.default_rng(1).integers(0, 256, (300, 900), np.uint8),
    ],
    ids=[
        "a page",
        "a fanned table",
        "a table over both halves",
        "a skewed table",
        "a broad page",
        "turned",
        "blank",
        "noise",
    ],
)
def test_one_page_stays_one(scene: Grey) -> None:
    """Rows that go on across the picture are one page's, and nothing is seen in what shows nothing."""
    assert len(sheets_in(np.ascontiguousarray(scene))) == 1
