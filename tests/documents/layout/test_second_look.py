"""Doubtful words read again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from documents.layout.missed import print_size
from documents.layout.second_look import MOST_PIECES, PRINT_PX, looked_again
from documents.layout.trimming import without_neighbours
from documents.picture import Grey
from documents.read_words import ReadLine
from pipeline.events import Document
from tests.documents.pages import CHINESE, font, png, sheet, written
from tests.documents.reading import read
from tests.documents.scripted_reader import Script, on_page, texts_of

SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"


def doubting(line: ReadLine, at: int, confidence: float = 0.2) -> ReadLine:
    return tuple(
        replace(one, word=replace(one.word, confidence=confidence)) if place == at else one
        for place, one in enumerate(line)
    )


def test_sure_lines_are_not_read_again() -> None:
    """A clean part costs nothing more."""
    page = written(["Harbour office"])
    script = Script()
    lines = on_page(page, ["Harbour office"])
    assert looked_again(np.asarray(page), lines, script) == lines
    assert script.asked == []


def test_a_doubtful_word_is_read_again_with_its_neighbours() -> None:
    """Cut out, at the size that reads best; the word alone changes."""
    page = written(["Naomi Eszterhas lives here now"], size=20)
    (line,) = on_page(page, ["Naomi Fszterhas lives here now"])
    pictures: list[Grey] = []

    def reader(part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        assert (languages, light_on_dark) == ("eng", False)
        pictures.append(part)
        return on_page(Image.fromarray(part), ["Naomo Eszterhas lives"])

    (mended,) = looked_again(np.asarray(page), [doubting(line, 1)], reader)
    assert texts_of([mended]) == ["Naomi Eszterhas lives here now"]
    assert mended[1].word.confidence > 0.9
    assert mended[1].word.left == line[1].word.left
    assert len(pictures) == 1
    assert abs(print_size(pictures[0]) - PRINT_PX[0]) <= 3


def test_words_of_a_chinese_page_are_read_again_in_chinese() -> None:
    """Latin letters too, which the English reading made of Chinese."""
    page = written(["停水通知", "花生油", "请储水"], size=40, path=CHINESE)
    lines = on_page(page, ["停水通知", "TEE", "请储水"], [0.9, 0.2, 0.9])
    script = Script(chi_sim=on_page(page, ["停水通知", "花生油", "请储水"])[1:2])
    assert texts_of(looked_again(np.asarray(page), lines, script)) == ["停水通知", "花生油", "请储水"]
    assert script.asked == [("chi_sim", False)]


def test_scrawls_are_not_read_again() -> None:
    """Where hardly a word is sure, reading again is in vain."""
    page = written(["Harbour office"])
    (line,) = on_page(page, ["Harbour office"], [0.2])
    script = Script()
    lines = [line] * (MOST_PIECES + 1)
    assert looked_again(np.asarray(page), lines, script) == lines
    assert script.asked == []


def test_feet_of_the_line_above_are_cut_off() -> None:
    """What little ink touches the edge of a row belongs to its neighbour."""
    part = np.full((100, 50), 255, np.uint8)
    part[0:5] = part[20:60] = part[95:100] = 0
    assert without_neighbours(part, 0, 100) == (5, 95)
    assert without_neighbours(part, 10, 70) == (10, 70)


@pytest.mark.slow
def test_small_chinese_of_a_browser_is_read() -> None:
    """Cells and sentences in a thin typeface of 20 pixels, as an A4 page has it at 150 dots per inch."""
    rows = [
        ("1", "布洛芬缓释胶囊", "1 盒", "21.80"),
        ("2", "复方甘草口服溶液", "2 盒", "13.20"),
        ("3", "电子体温计", "1 支", "36.00"),
    ]
    image = sheet(1240, 700)
    pen = ImageDraw.Draw(image)
    face = font(20, SERIF)
    for number, row in enumerate(rows):
        for cell, left in zip(row, (100, 200, 600, 900), strict=True):
            pen.text((left, 60 + 47 * number), cell, font=face, fill=17)
    sentences = [
        "日期：2026-08-22   时间：19:47:31",
        "营业时间：8:00-22:00",
        "顾客：贺先生（会员 70215），服务电话：4420 8836",
    ]
    for number, text in enumerate(sentences):
        pen.text((100, 260 + 40 * number), text, font=face, fill=17)
    (page,) = read(Document("bill.png", png(image)))
    found = "".join(line.text for line in page.lines).replace(" ", "")
    wanted = "".join("".join(row) for row in rows).replace(" ", "") + "".join(sentences).replace(" ", "")
    missing = [sign for sign in set(wanted) if found.count(sign) < wanted.count(sign)]
    assert len(missing) <= 2, (missing, found)
    assert "时间：19:47:31" in found
