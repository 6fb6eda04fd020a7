"""Pieces of text made rows of words, spaces and edges by the ink."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from documents.engines.pieces import Piece, Sign, rows_of_pieces
from documents.layout.line_text import line_text
from documents.layout.rows import WIDE_GAP
from pipeline.events import Word
from tests.documents.pages import CHINESE, LATIN, font, sheet

MONO = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
SIZE = 32


class Sheet:
    """A sheet on which lines are written; each gives the piece that a neural reader would find there."""

    def __init__(self) -> None:
        self.image: Image.Image = sheet(1400, 300)

    def write(self, text: str, at: tuple[int, int] = (40, 40), read: str | None = None, path: str = LATIN) -> Piece:
        """`read` is what `text` is read as: the same signs, other spaces."""
        pen, face = ImageDraw.Draw(self.image), font(SIZE, path)
        pen.text(at, text, font=face, fill="black")
        places = [
            at[0] + (face.getlength(text[:number]) + face.getlength(text[: number + 1])) / 2
            for number, sign in enumerate(text)
            if sign != " "
        ]
        told = text if read is None else read
        signs = [
            Sign(sign, 0.0, 0.99, number > 0 and told[number - 1] == " ")
            for number, sign in enumerate(told)
            if sign != " "
        ]
        placed = tuple(
            Sign(sign.text, middle, sign.confidence, sign.spaced) for sign, middle in zip(signs, places, strict=True)
        )
        left, top, right, bottom = face.getbbox(text)
        box = Word("", at[0] + int(left) - 5, at[1] + int(top) - 5, int(right - left) + 10, int(bottom - top) + 10, 1.0)
        return Piece(box, placed)

    def rows(self, *pieces: Piece) -> list[str]:
        return [line_text(line) for line in rows_of_pieces(np.asarray(self.image), pieces)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Landlord: Lydia Farrow", "Landlord:Lydia Farrow"),
        ("December 17, 2025", "December 17,2025"),
        ("Answer all questions. You may", "Answer all questions.You may"),
        ("Time: 25 minutes left", "Time:25minutes left"),
        ("§ 9 The tenant receives 5 keys", "§9 The tenant receives5 keys"),
        ("Begins on", "Beginson"),
    ],
)
def test_spaces_that_were_overlooked_are_put_back(text: str, read: str) -> None:
    """White as wide as the row's spaces is one."""
    page = Sheet()
    assert page.rows(page.write(text, read=read)) == [text]


@pytest.mark.parametrize(
    "text",
    ["Total $1,110.11 at 11:11 on 01.11.2026", "Call (011) 110-1111 or +44 20", "filling illicit till", "¥1,500 €1.10"],
)
@pytest.mark.parametrize("path", [LATIN, MONO])
def test_white_around_narrow_letters_is_no_space(text: str, path: str) -> None:
    """A 1 or an l stands alone among wide ones, in typefaces of one width above all."""
    page = Sheet()
    assert page.rows(page.write(text, path=path)) == [text]


def test_spaces_that_are_not_there_are_dropped() -> None:
    """A space is read a letter too late at times: where there is no white there is none."""
    page = Sheet()
    assert page.rows(page.write("Harbour Row, Linwood", read="HarbourR ow,L inwood")) == ["Harbour Row, Linwood"]


def test_cells_stand_apart_in_one_piece_and_in_two() -> None:
    """Wide white parts cells, whether or not the search found one piece."""
    page = Sheet()
    assert page.rows(page.write("Stop", (40, 40)), page.write("7:15", (300, 40)), page.write("Mill", (40, 120))) == [
        "Stop   7:15",
        "Mill",
    ]
    whole = Sheet()
    assert whole.rows(whole.write("Stop        7:15", read="Stop7:15")) == ["Stop   7:15"]
    even = Sheet()
    assert even.rows(even.write("IBAN: DE44 5001", path=MONO)) == ["IBAN: DE44 5001"]


def test_chinese_has_no_spaces_but_its_cells() -> None:
    """The white of a full-width mark is no gap; each character is a word of its own, Latin ones are whole."""
    page = Sheet()
    piece = page.write("停气时间：10:30至16:00，共2幢", path=CHINESE)
    (line,) = rows_of_pieces(np.asarray(page.image), [piece])
    assert line_text(line) == "停气时间：10:30至16:00，共2幢"
    assert [read.word.text for read in line] == [*"停气时间：", "10:30", "至", "16:00", *"，共2幢"]
    apart = Sheet()
    found = apart.write("单号：", path=CHINESE), apart.write("3385", (300, 40), path=CHINESE)
    (line,) = rows_of_pieces(np.asarray(apart.image), found)
    assert [read.gap for read in line] == [0, 0, 0, WIDE_GAP]


def test_what_two_pieces_share_counts_once() -> None:
    """The end of one piece and the beginning of the next may hold the same sign, or a part of it."""
    page = Sheet()
    whole = page.write("停气时间：10:30", path=CHINESE)
    for fragment in ("1", "|"):
        double = Sign(fragment, whole.signs[5].middle - 2, 0.7, spaced=False)
        first = Piece(whole.box, (*whole.signs[:5], double))
        second = Piece(Word("", round(double.middle) - 8, whole.box.top, 200, whole.box.height, 1.0), whole.signs[5:])
        assert page.rows(first, second) == ["停气时间：10:30"]
    sure = Piece(whole.box, whole.signs[:6])
    doubtful = Sign("l", whole.signs[5].middle, 0.5, spaced=False)
    rest = Piece(Word("", 210, whole.box.top, 200, whole.box.height, 1.0), (doubtful, *whole.signs[6:]))
    assert page.rows(sure, rest) == ["停气时间：10:30"]


def test_full_width_marks_are_for_chinese_alone() -> None:
    """In a row without Chinese they become what one would type."""
    page = Sheet()
    piece = page.write("Time: 25 (max.)")
    wide = {":": "：", "(": "（", ")": "）", ".": "。"}
    signs = tuple(Sign(wide.get(s.text, s.text), s.middle, s.confidence, s.spaced) for s in piece.signs)
    assert page.rows(Piece(piece.box, signs)) == ["Time: 25 (max.)"]


def test_boxes_lie_close_around_the_ink() -> None:
    """Of a word, though its piece was found with much white and a bar beside it."""
    page = Sheet()
    piece = page.write("Radford", (100, 60))
    ImageDraw.Draw(page.image).line((88, 50, 88, 110), fill="black", width=2)
    box = Word("", 84, 52, piece.box.width + 40, 56, 1.0)
    ((read,),) = rows_of_pieces(np.asarray(page.image), [Piece(box, piece.signs)])
    ink = np.argwhere(np.asarray(page.image)[:, 95:] < 128)
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0)
    word = read.word
    assert (word.left, word.left + word.width) == pytest.approx((left + 95, right + 96), abs=2)
    assert (word.top, word.top + word.height) == pytest.approx((top, bottom + 1), abs=2)


signs = st.builds(
    Sign,
    st.sampled_from("aI1.,:：，停水l-$("),
    st.floats(-5, 400),
    st.floats(0, 1),
    st.booleans(),
)
pieces = st.builds(
    lambda left, top, width, height, its: Piece(
        Word("", left, top, width, height, 1.0), tuple(sorted(its, key=lambda sign: sign.middle))
    ),
    *(st.integers(0, 300), st.integers(0, 80), st.integers(1, 300), st.integers(1, 60)),
    st.lists(signs, min_size=1, max_size=8),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(pieces, max_size=5), st.integers(0, 2**32 - 1))
def test_whatever_was_found_makes_rows(found: list[Piece], seed: int) -> None:
    """On any picture, with signs that lie outside of their pieces too; no sign is made up, no word is empty."""
    part = np.random.default_rng(seed).integers(0, 2, (100, 350), np.uint8) * np.uint8(255)
    lines = rows_of_pieces(part, found)
    assert all(read.word.text and read.word.width > 0 and read.word.height > 0 for line in lines for read in line)
    assert sum(len(read.word.text) for line in lines for read in line) <= sum(len(piece.signs) for piece in found)
    assert all(line[0].gap == 0 for line in lines)
