"""How words become lines, and when a second language is tried; no Tesseract needed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from pipeline.events import Word
from stages.page_picture import Grey
from stages.page_text import line_text, merged, read_lines, tidy_chinese
from stages.tesseract import ReadLine, ReadWord


def read_line(*words: tuple[str, int], confidence: float = 0.95, top: int = 0) -> ReadLine:
    """A line of words, each with the spaces before it."""
    return tuple(
        ReadWord(Word(text, 100 * place, top, 90, 30, confidence), gap) for place, (text, gap) in enumerate(words)
    )


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([("Total", 0), ("due", 1), ("$420.00", 12)], "Total due   $420.00"),
        ([("Bus", 0), ("A", 1), ("Bus", 2), ("B", 1)], "Bus A   Bus B"),
        ([("停", 0), ("水", 0), ("通知", 0)], "停水通知"),
        ([("停", 0), ("水", 1), ("通知", 1)], "停水通知"),
        ([("地址", 0), (":", 1), ("青河路", 1), ("66", 0), ("号", 0)], "地址：青河路66号"),
        ([("日期", 0), (":", 0), ("2026", 2), ("年", 0)], "日期：2026年"),
        ([("8日", 0), ("(", 1), ("星期二", 0), (")", 0)], "8日（星期二）"),
        ([("电话", 0), ("(010)62551234", 0)], "电话(010)62551234"),
        ([("上午9:00", 0), ("至", 0), ("下午4:30", 0)], "上午9:00至下午4:30"),
        ([("WiFi", 0), ("密码", 1), ("abc123", 1)], "WiFi 密码 abc123"),
        ([("品名", 0), ("数量", 20), ("金额", 15)], "品名   数量   金额"),
        ([("合计", 0), ("45.00", 14), ("元", 1)], "合计   45.00 元"),
        ([("office", 0), ("@", 1), ("library.example", 1)], "office@library.example"),
        ([("3", 0), ("@", 1), ("$2.00", 1)], "3 @ $2.00"),
    ],
)
def test_words_are_joined_as_one_would_type_them(words: list[tuple[str, int]], text: str) -> None:
    """Cells stand three spaces apart, Chinese has no stray spaces and its own marks, addresses are whole."""
    assert line_text(read_line(*words)) == text


@given(st.text("停水通知，：:()（） ab1,!", max_size=40))
def test_tidying_changes_spaces_and_marks_only(text: str) -> None:
    """No character gets lost, and tidying twice is tidying once."""

    def bare(line: str) -> str:
        return line.replace(" ", "").translate(str.maketrans("：；，！？（）", ":;,!?()"))

    assert bare(tidy_chinese(text)) == bare(text)
    assert tidy_chinese(tidy_chinese(text)) == tidy_chinese(text)


def test_english_is_left_alone() -> None:
    """Text without Chinese characters keeps every space and mark."""
    assert tidy_chinese("Note : see ( a ) , b !") == "Note : see ( a ) , b !"


def test_a_surer_second_reading_replaces_unsure_lines_only() -> None:
    """What the second language reads better takes the place of what it stands on; the rest stays."""
    sure = read_line(("Manager", 0), top=100)
    first = [read_line(("KA", 0), confidence=0.3, top=0), sure, read_line(("smudge", 0), confidence=0.6, top=200)]
    second = [read_line(("停水", 0), confidence=0.9, top=5), read_line(("污", 0), confidence=0.4, top=200)]
    assert [line_text(line) for line in merged(first, second)] == ["停水", "Manager", "smudge"]


class Script:
    """A reader that answers from a list, and notes what it was asked."""

    def __init__(self, **answers: list[ReadLine]) -> None:
        self._answers = answers
        self.asked: list[tuple[str, bool]] = []
        self.parts: list[Grey] = []

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        self.asked.append((languages, light_on_dark))
        self.parts.append(part)
        return self._answers[languages]


def inked(width: int = 1200, height: int = 400) -> Image.Image:
    """A sheet with some ink where the lines of `read_line` lie."""
    image = Image.new("L", (width, height), 255)
    ImageDraw.Draw(image).rectangle((0, 10, 60, 20), fill=0)
    ImageDraw.Draw(image).rectangle((0, 110, 60, 120), fill=0)
    return image


def test_sure_english_is_read_once() -> None:
    """A clean English page costs one run of Tesseract."""
    script = Script(eng=[read_line(("Harbour", 0), ("office", 1))])
    assert [line.text for line in read_lines(inked(), ("auto",), script)] == ["Harbour office"]
    assert script.asked == [("eng", False)]


def test_unsure_lines_alone_are_read_in_chinese() -> None:
    """The second reading sees only what the first did not understand."""
    english, riddle = read_line(("Harbour", 0)), read_line(("KA", 0), confidence=0.2, top=100)
    script = Script(eng=[english, riddle], chi_sim=[read_line(("停水", 0), top=100)])
    assert [line.text for line in read_lines(inked(), ("auto",), script)] == ["Harbour", "停水"]
    assert script.asked == [("eng", False), ("chi_sim", True)]
    assert np.asarray(script.parts[1])[10:20, 0:60].min() == 255
    assert np.asarray(script.parts[1])[110:120, 0:60].max() == 0


def test_chinese_that_is_none_is_not_taken() -> None:
    """A second reading without Chinese characters does not replace English, however sure it is."""
    script = Script(eng=[read_line(("Harb0ur", 0), confidence=0.6)], chi_sim=[read_line(("Harbonr", 0))])
    assert [line.text for line in read_lines(inked(), ("auto",), script)] == ["Harb0ur"]


def test_named_languages_are_read_together() -> None:
    """With languages named there is one run, in their order."""
    script = Script(**{"chi_sim+eng": [read_line(("停水", 0))]})
    assert [line.text for line in read_lines(inked(), ("chi_sim", "eng"), script)] == ["停水"]


def test_dirt_is_no_line() -> None:
    """A line of next to no confidence is left out, and the numbers run on without a hole."""
    script = Script(eng=[read_line(("~|", 0), confidence=0.1), read_line(("Harbour", 0), top=100)], chi_sim=[])
    (line,) = read_lines(inked(), ("auto",), script)
    assert (line.number, line.text) == (1, "Harbour")


def test_boxes_are_given_in_pixels_of_the_page() -> None:
    """A small picture is read enlarged, and its boxes come back in its own pixels."""
    script = Script(eng=[read_line(("a", 0), ("b", 1), top=60)])
    (line,) = read_lines(inked(600, 300), ("auto",), script)
    assert script.parts[0].shape == (600, 1200)
    word = line.words[1]
    assert (word.left, word.top, word.width, word.height) == (50, 30, 45, 15)


def test_blank_and_tiny_pictures_are_not_read_at_all() -> None:
    """No run of Tesseract is spent on white paper or on a dot."""
    script = Script()
    assert read_lines(Image.new("L", (900, 900), 255), ("auto",), script) == ()
    assert read_lines(Image.new("L", (5, 900), 0), ("auto",), script) == ()
    assert script.asked == []
