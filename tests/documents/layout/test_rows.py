"""How two readings of a row become one, and how gaps are measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.layout.rows import WIDE_GAP, inserted, measured, merged, with_found
from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word
from tests.documents.scripted_reader import read_line, texts_of


def placed(*words: tuple[str, int, int, float], top: int = 0) -> ReadLine:
    """A row of (text, left, right, confidence), 30 pixels high."""
    return tuple(ReadWord(Word(text, begin, top, end - begin, 30, sure), 1) for text, begin, end, sure in words)


SURE = [read_line((text, 0), top=top) for text, top in (("Manager", 100), ("Office", 300), ("Daily", 400))]


def test_a_second_reading_replaces_unsure_lines_only() -> None:
    """What is Chinese takes the place of what English did not understand; the rest stays."""
    first = [read_line(("KA", 0), confidence=0.3), *SURE, read_line(("smudge", 0), confidence=0.6, top=200)]
    second = [read_line(("停水", 0), confidence=0.9, top=5), read_line(("污", 0), confidence=0.4, top=200)]
    assert texts_of(merged(first, second)) == ["停水", "Manager", "smudge", "Office", "Daily"]


def test_a_label_of_two_characters_before_long_figures_is_chinese() -> None:
    """Though most of the row is figures, which both models read alike."""
    english = placed(("FRB:", 0, 60, 0.66), ("2025-06-18", 90, 230, 0.79), ("19:26", 240, 300, 0.97))
    chinese = placed(("日", 0, 25, 0.95), ("期", 30, 55, 0.93), (":", 56, 62, 0.9), ("2025-06-18", 90, 230, 0.92))
    assert texts_of(merged([english], [chinese])) == ["日 期 : 2025-06-18"]


def test_a_figure_that_looks_like_a_character_is_a_figure() -> None:
    """A 1 that Chinese takes for 工 is what English reads, though that is not too sure either."""
    english = placed(("kFR", 0, 60, 0.3), ("1", 200, 215, 0.6), ("39.80", 300, 370, 0.94))
    chinese = placed(("大米", 0, 60, 0.96), ("工", 200, 215, 0.9), ("39.80", 300, 370, 0.9))
    assert texts_of(merged([english], [chinese])) == ["大米 1 39.80"]


def test_figures_and_latin_words_of_a_chinese_row_stay_english() -> None:
    """Each stretch of a row is taken from the reading that knows its script."""
    english = placed(("Feg7k", 0, 60, 0.2), ("4", 200, 215, 0.95), ("$9.00", 300, 370, 0.94))
    chinese = placed(("胶水", 0, 60, 0.96), ("工", 200, 215, 0.2), ("9", 305, 320, 0.6), ("00", 330, 370, 0.6))
    assert texts_of(merged([english], [chinese])) == ["胶水 4 $9.00"]


@pytest.mark.parametrize(
    ("english", "chinese", "sum_of_money"),
    [
        ([("¥74,80", 0.32)], [("关", 0.63), ("74.80", 0.5)], "¥74.80"),
        ([("¥149.40", 0.9)], [("习", 0.5), ("49.40", 0.5)], "¥149.40"),
        ([("¥149.40", 0.2)], [("到", 0.5), ("1.90", 0.9)], "到 1.90"),
    ],
)
def test_a_currency_sign_that_chinese_takes_for_a_character(
    english: list[tuple[str, float]], chinese: list[tuple[str, float]], sum_of_money: str
) -> None:
    """The sign is English, the figures are those that both read; without agreement the surer reading stays."""
    first = placed(("ak", 0, 60, 0.1), (english[0][0], 200, 300, english[0][1]))
    second = placed(
        ("棉签", 0, 60, 0.95), (chinese[0][0], 200, 218, chinese[0][1]), (chinese[1][0], 222, 300, chinese[1][1])
    )
    (line,) = texts_of(merged([first], [second]))
    assert line == f"棉签 {sum_of_money}"


def test_lines_that_both_read_alike_are_believed() -> None:
    """Tesseract gives a whole line no confidence at times; a second model that reads the same lifts it."""
    first = placed(("Job", 0, 50, 0.0), ("number:", 60, 160, 0.0))
    second = placed(("Job", 0, 50, 0.3), ("numpber:", 60, 160, 0.3))
    (line,) = merged([*SURE, first], [second])[:1]
    assert [read.word.text for read in line] == ["Job", "number:"]
    assert all(read.word.confidence >= 0.8 for read in line)


def test_found_words_go_to_their_row() -> None:
    """A word that was missed stands in its row, by its place, other gaps unchanged; a missed row in its own."""
    row = placed(("Bell", 0, 60, 0.9), ("$5.00", 400, 480, 0.9))
    amount, below = placed(("3", 200, 215, 0.9), top=2), placed(("Total", 0, 80, 0.9), top=60)
    lines = with_found([row], [below, amount])
    assert texts_of(lines) == ["Bell 3 $5.00", "Total"]
    assert [read.gap for read in lines[0]] == [0, WIDE_GAP, WIDE_GAP]


@pytest.mark.parametrize(
    ("words", "gaps"),
    [
        ([("Total", 0, 80), ("due", 90, 140)], [0, 1]),
        ([("Total", 0, 80), ("$5", 200, 240)], [0, WIDE_GAP]),
        ([("合", 0, 28), ("计", 36, 60)], [0, 0]),
        ([("日期：", 0, 80), ("3月", 105, 140)], [0, 0]),
        ([("日期：", 0, 80), ("3月", 140, 180)], [0, WIDE_GAP]),
        ([("WiFi", 0, 60), ("密码", 70, 130)], [0, 1]),
    ],
)
def test_gaps_are_measured_by_the_height_of_the_row(words: list[tuple[str, int, int]], gaps: list[int]) -> None:
    """White beside full-width marks and between Chinese characters is no space; a wide gap parts cells."""
    assert [read.gap for read in measured(placed(*((*word, 0.9) for word in words)))] == gaps


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 60)), min_size=2, max_size=12), st.integers(1, 11))
def test_no_word_gets_lost_when_words_are_put_into_a_row(boxes: list[tuple[int, int]], split: int) -> None:
    """All words come out, from left to right, with gaps of 0 or more."""
    words = [ReadWord(Word(f"w{n}", left, 0, width, 20, 0.9), 1) for n, (left, width) in enumerate(boxes)]
    split = min(split, len(words) - 1)
    row = inserted(words[:split], words[split:])
    assert sorted(read.word.text for read in row) == sorted(read.word.text for read in words)
    assert [read.word.left for read in row] == sorted(read.word.left for read in words)
    assert row[0].gap == 0
    assert all(read.gap >= 0 for read in row)


def test_cells_of_one_row_are_told_one_by_one() -> None:
    """Where the Chinese reading of a row is unsure of one cell, the others are taken from it all the same."""
    english = tuple(
        ReadWord(Word(text, begin, 0, 40, 30, sure), gap)
        for text, begin, sure, gap in (("F352", 0, 0.5, 0), ("EX", 200, 0.6, 9), ("yet", 400, 0.6, 9))
    )
    chinese = placed(("千克", 0, 40, 0.9), ("厘米", 200, 240, 0.9), ("小", 400, 470, 0.05), ("晒", 470, 480, 0.1))
    assert [read.word.text for line in merged([english], [chinese]) for read in line] == ["千克", "厘米", "yet"]
