"""How words become lines of text, and which lines are none; no Tesseract needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from documents.layout.line_text import line_text, tidy_chinese
from documents.page_lines import read_lines
from documents.picture import Grey
from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word
from tests.documents.pages import font, written
from tests.documents.scripted_reader import Script, on_page, read_line


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
        ([("2026", 0), ("年", 0), ("4月28H", 0)], "2026年4月28日"),
        ([("5月2日", 0), ("星期六", 0), (")", 0)], "5月2日（星期六）"),
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


def texts(image: Image.Image, script: Script, *languages: str) -> list[str]:
    return [line.text for line in read_lines(image, languages or ("auto",), script)]


def test_lines_are_numbered_and_boxed_in_pixels_of_the_page() -> None:
    """Lines count from 1 without a hole, and boxes are those of the picture that was given."""
    page = written(["Harbour office", "Open daily"])
    script = Script(eng=on_page(page, ["Harbour office", "Open daily"]))
    lines = read_lines(page, ("auto",), script)
    assert [(line.number, line.text) for line in lines] == [(1, "Harbour office"), (2, "Open daily")]
    word = lines[0].words[0]
    ink = (40, 40, 40 + font(32).getlength("Harbour"), 80)
    assert (word.left, word.top, word.left + word.width, word.top + word.height) == pytest.approx(ink, abs=12)


@pytest.mark.parametrize(
    "words",
    [
        [("~", 0.9), ("|", 0.9)],  # signs alone
        [("Rae", 0.2), ("ui", 0.2)],  # next to no confidence
        [("a", 0.45), ("ow", 0.4), ("e", 0.45)],  # little, and no word to bear it out
        [(".", 0.6), ("'", 0.6), ("7", 0.6), (":", 0.6)],  # mostly signs
    ],
)
def test_dirt_is_no_line(words: list[tuple[str, float]]) -> None:
    """What was read from a picture or from dirt is left out."""
    page = written(["Harbour office", "x x x x"])
    first, second = on_page(page, ["Harbour office", "x x x x"])
    dirt: ReadLine = tuple(
        ReadWord(Word(text, read.word.left, read.word.top, read.word.width, read.word.height, confidence), 1)
        for (text, confidence), read in zip(words, second, strict=False)
    )
    script = Script(eng=[first, dirt], chi_sim=[])
    assert texts(page, script) == ["Harbour office"]


def test_handwriting_is_kept_with_its_low_confidence() -> None:
    """An unsure line with a word that makes sense stays, so that the user sees how unsure it is."""
    page = written(["Harbour office", "Deer Mum"])
    script = Script(eng=on_page(page, ["Harbour office", "Deer Mum"], [0.95, 0.55]), chi_sim=[])
    lines = read_lines(page, ("auto",), script)
    assert [line.text for line in lines] == ["Harbour office", "Deer Mum"]
    assert all(word.confidence < 0.6 for word in lines[1].words)


def test_blank_and_tiny_pictures_are_not_read_at_all() -> None:
    """No run of Tesseract is spent on white paper or on a dot."""
    script = Script()
    assert read_lines(Image.new("L", (900, 900), 255), ("auto",), script) == ()
    assert read_lines(Image.new("L", (5, 900), 0), ("auto",), script) == ()
    assert script.asked == []


def test_two_pages_in_one_picture_are_read_one_after_the_other() -> None:
    """The left one first; lines count on, and boxes are those of the whole picture."""
    sheet = written(["Harbour office", "Open daily"])
    scene = Image.new("L", (2 * sheet.width + 180, sheet.width), 40)
    for left in (60, sheet.width + 120):
        scene.paste(Image.new("L", (sheet.width, sheet.width - 120), 255), (left, 60))
        scene.paste(sheet, (left, 60))
    asked: list[int] = []

    def reader(part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        asked.append(part.shape[1])
        return on_page(Image.fromarray(part), ["Harbour office", "Open daily"])

    lines = read_lines(scene, ("auto",), reader)
    assert [(line.number, line.text) for line in lines] == [
        (1, "Harbour office"),
        (2, "Open daily"),
        (3, "Harbour office"),
        (4, "Open daily"),
    ]
    assert len(asked) == 2
    assert lines[2].words[0].left - lines[0].words[0].left == pytest.approx(sheet.width + 60, abs=8)
    assert lines[2].words[0].top == pytest.approx(lines[0].words[0].top, abs=4)
