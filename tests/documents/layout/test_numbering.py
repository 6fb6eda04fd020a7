"""Numbers and letters before the items of a Chinese worksheet."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from documents.layout.numbering import with_numbering
from documents.picture import Grey
from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word
from tests.documents.pages import CHINESE, font, sheet
from tests.documents.scripted_reader import read_line

WHITE: Grey = np.full((400, 600), 255, np.uint8)


def numbered(*firsts: str) -> list[ReadLine]:
    """Lines that begin with these words, of which Tesseract is not too sure."""
    return [read_line((first, 0), ("下面", 1), ("哪个", 0), confidence=0.6) for first in firsts]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (["GD)", "(2)", "(3)"], ["(1)", "(2)", "(3)"]),
        (["(1)", "(S)", "(3)"], ["(1)", "(2)", "(3)"]),
        (["(1", "(2)"], ["(1)", "(2)"]),
        (["(1)", "(2)", "G)"], ["(1)", "(2)", "(3)"]),
        (["(1)", "(a)", "(2)"], ["(1)", "(a)", "(2)"]),
        (["(a)", "(b)"], ["(a)", "(b)"]),
    ],
)
def test_a_number_is_what_its_neighbours_call_for(read: list[str], meant: list[str]) -> None:
    """Where just as many are missing as look misread; other brackets stay."""
    assert [line[0].word.text for line in with_numbering(WHITE, numbered(*read))] == meant


def test_choices_have_one_mark() -> None:
    """Letters of a row are marked alike, in Chinese with a mark that has its own white."""
    row = read_line(("A,", 0), ("22", 1), ("B、", 9), ("35", 1), ("Cc.", 9), ("42", 1))
    lines = [*numbered("(1)", "(2)"), row]
    assert [read.word.text for read in with_numbering(WHITE, lines)[2]] == ["A、", "22", "B、", "35", "C、", "42"]


@pytest.mark.parametrize(("printed", "text"), [("（1）下面哪个", "（1）"), ("(1) 下面哪个", "(1)")])
def test_full_width_brackets_are_told_by_their_white(printed: str, text: str) -> None:
    """What stands behind a half-width bracket stands closer, even with a space between."""
    page: Image.Image = sheet(600, 120)
    made = font(32, CHINESE)
    ImageDraw.Draw(page).text((40, 40), printed, font=made, fill=0)
    ink = np.flatnonzero((np.asarray(page) < 160).any(axis=0))
    end = round(made.getlength(printed[:3])) + 40
    last = int(ink[ink < end][-1]) + 1
    begin = int(ink[0])
    line = (
        ReadWord(Word("(1)", begin, 44, last - begin, 32, 0.9), 0),
        ReadWord(Word("下面哪个", last + 20, 44, 128, 32, 0.9), 1),
    )
    (told,) = with_numbering(np.asarray(page), [line])
    assert told[0].word.text == text


def test_english_is_left_alone() -> None:
    """Where most lines are no Chinese, nothing is put right."""
    lines = [read_line(("G)", 0), ("Draw", 1)), read_line(("(2)", 0), ("Write", 1))]
    assert with_numbering(WHITE, lines) == lines
