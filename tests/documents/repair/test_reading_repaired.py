"""Pages as people hold them in front of a camera, repaired and read by the real Tesseract."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from documents.engines.tesseract import read_picture
from documents.page_lines import read_lines
from documents.read_words import ReadLine
from tests.documents.repair.scenes import (
    CHINESE_LINES,
    ENGLISH_LINES,
    Grey,
    on_a_table,
    page,
    turned,
    under_a_shadow,
)

LOW = np.array([[160, 380], [1010, 440], [1060, 930], [100, 910]], np.float32)
"""Corners of a sheet that is lower than it is wide, askew in a photograph."""

DAMAGES: dict[str, Callable[[Grey], Grey]] = {
    "inverted": lambda grey: 255 - grey,
    "skewed": lambda grey: turned(grey, -6),
    "sideways": np.rot90,
    "sideways the other way": lambda grey: np.rot90(grey, 3),
    "upside down": lambda grey: np.rot90(grey, 2),
    "in a shadow": under_a_shadow,
    "faint": lambda grey: (grey * 0.1 + 210).astype(np.uint8),
    "photographed": lambda grey: under_a_shadow(on_a_table(grey, LOW, 60)),
}


class Reader:
    """Tesseract, counting how often it is run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.runs = 0

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        self.runs += 1
        return read_picture(Image.fromarray(part), languages, self._folder, light_on_dark=light_on_dark)


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")
    return Reader(tmp_path)


def texts(grey: Grey, reader: Reader, skip: frozenset[str] = frozenset()) -> list[str]:
    return [line.text for line in read_lines(Image.fromarray(grey), ("auto",), reader, skip)]


def short_page(lines: tuple[str, ...]) -> Grey:
    """Six lines on a sheet."""
    return page(lines, size=32, height=500)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_page_is_read_like_a_clean_one(damage: str, reader: Reader) -> None:
    """Every line comes out right, in order."""
    spoilt = np.ascontiguousarray(DAMAGES[damage](short_page(ENGLISH_LINES)))
    assert texts(spoilt, reader)[:6] == [*ENGLISH_LINES, *ENGLISH_LINES]


@pytest.mark.parametrize("damage", ["sideways", "upside down", "photographed"])
def test_a_damaged_chinese_page_is_read_like_a_clean_one(damage: str, reader: Reader) -> None:
    """So does every line of Chinese."""
    spoilt = np.ascontiguousarray(DAMAGES[damage](short_page(CHINESE_LINES)))
    assert texts(spoilt, reader)[:6] == [*CHINESE_LINES, *CHINESE_LINES]


def test_a_clean_page_is_read_once(reader: Reader) -> None:
    """Nothing is tried on a page that makes sense."""
    assert texts(short_page(ENGLISH_LINES), reader)[:3] == list(ENGLISH_LINES)
    assert reader.runs == 1


def test_without_the_step_the_damage_stays(reader: Reader) -> None:
    """What each step earns can be seen by leaving it out."""
    askew = turned(short_page(ENGLISH_LINES), -6)
    assert texts(askew, reader, frozenset({"deskew"}))[:3] != list(ENGLISH_LINES)
    over = np.ascontiguousarray(np.rot90(short_page(ENGLISH_LINES), 2))
    assert texts(over, reader, frozenset({"orientation"}))[:3] != list(ENGLISH_LINES)


def test_coloured_writing_is_read(reader: Reader) -> None:
    """Red on green of the same brightness, which is nothing in grey."""
    cover = (255 - short_page(ENGLISH_LINES).astype(np.float32))[..., None] / 235
    colour = (np.array((90, 150, 60)) * (1 - cover) + np.array((215, 88, 70)) * cover).clip(0, 255).astype(np.uint8)
    assert texts(colour, reader)[:3] == list(ENGLISH_LINES)


def test_words_stand_where_they_are_in_the_photograph(reader: Reader) -> None:
    """Boxes are given in pixels of the picture that was handed in, upside down and askew."""
    scene = on_a_table(np.ascontiguousarray(np.rot90(short_page(ENGLISH_LINES), 2)), LOW, 60)
    first = read_lines(Image.fromarray(scene), ("auto",), reader)[0].words[0]
    assert first.text == "Water"
    assert first.left > 700  # the page's upper left corner lies lower right
    assert first.top > 750
    assert int(scene[first.top : first.top + first.height, first.left : first.left + first.width].min()) < 100
