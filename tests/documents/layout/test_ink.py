"""What is told from the ink itself: missed rows, spaces, blanks, bullets, frames, and signs that are not there."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

from documents.layout.blanks import with_blanks
from documents.layout.bullets import with_bullets
from documents.layout.figures import with_figures_mended, with_ones_mended
from documents.layout.frames import without_frame_sides
from documents.layout.ghosts import without_ghosts
from documents.layout.missed import missed_strips, put_back, stacked
from documents.layout.spaces import with_spaces
from documents.picture import Grey, Region
from documents.read_words import ReadLine, ReadWord
from documents.rules import without_rules
from pipeline.events import Word
from tests.documents.pages import CHINESE, LATIN, font, sheet, written
from tests.documents.scripted_reader import on_page, texts_of

MONO = LATIN.replace("DejaVuSans", "DejaVuSansMono")


def grey(image: Image.Image) -> Grey:
    return np.asarray(image)


# ------------------------------------------------------------------------------------------------------- missed rows


def test_ink_without_a_word_is_found() -> None:
    """A row that nothing was read from, and a small word between two cells; what was read is not."""
    page = written(["Harbour 7:10", "Hospital 7:22"])
    lines = on_page(page, ["Harbour 7:10", "Hospital 7:22"])
    assert missed_strips(grey(page), lines) == []
    (strip,) = missed_strips(grey(page), lines[:1])
    word = lines[1][0].word
    assert strip.top == pytest.approx(word.top, abs=3)
    assert strip.left == pytest.approx(word.left, abs=3)
    (amount,) = missed_strips(grey(cells(["Bell", "3", "$5.00"])), cells_line(["Bell", "", "$5.00"]))
    assert 290 <= amount.left < amount.right <= 330


def test_specks_letters_of_words_and_pictures_are_not_missed() -> None:
    """Dust, the end of a word whose box is too tight, and a logo are no rows of text."""
    page = written(["Harbour office"])
    (line,) = on_page(page, ["Harbour office"])
    pen = ImageDraw.Draw(page)
    pen.ellipse((600, 100, 605, 105), fill=0)
    pen.ellipse((700, 0, 900, 140), fill=0)
    tight = (line[0], ReadWord(Word("office", line[1].word.left, 40, line[1].word.width - 12, 30, 0.9), 1))
    assert missed_strips(grey(page), [tight]) == []


def test_rows_are_stacked_and_their_words_come_back_to_their_place() -> None:
    """Cut out, set below each other and read, a word lies where it lay on the page."""
    page = written(["Harbour 7:10", "Hospital 7:22", "Airport 7:33"])
    lines = on_page(page, ["Harbour 7:10", "Hospital 7:22", "Airport 7:33"])
    rows = [Region(30, 100, 500, 150), Region(30, 164, 500, 214)]
    small, strips = stacked(grey(page), rows)
    read = on_page(Image.fromarray(small), ["Hospital 7:22", "Airport 7:33"])
    for back, line in zip(put_back(read, strips), lines[1:], strict=True):
        for one, other in zip(back, line, strict=True):
            assert (one.word.left, one.word.top) == pytest.approx((other.word.left, other.word.top), abs=3)


def test_a_headline_is_set_as_small_as_the_lines_below() -> None:
    """Its print is reduced in the small picture, and its words come back in their size."""
    page = sheet(900, 300)
    pen = ImageDraw.Draw(page)
    pen.text((40, 20), "好邻居超市", font=font(80, CHINESE), fill=0)
    for number in range(3):
        pen.text((40, 140 + 50 * number), "谢谢惠顾", font=font(30, CHINESE), fill=0)
    rows = [Region(30, 20, 500, 120), *(Region(30, 140 + 50 * at, 300, 180 + 50 * at) for at in range(3))]
    small, strips = stacked(grey(page), rows)
    assert strips[0].scale < 0.6
    assert [strip.scale for strip in strips[1:]] == [1, 1, 1]
    assert small.shape[0] < 300
    top, left = strips[0].top + 10, strips[0].left + 4
    ((back,),) = put_back([(ReadWord(Word("好", left, top, 30, 30, 0.9), 0),)], strips)
    assert back.word.width == round(30 / strips[0].scale)
    assert back.word.left == 30 + round(4 / strips[0].scale)


# ------------------------------------------------------------------------------------------------------------ spaces


@pytest.mark.parametrize(
    ("printed", "read", "mended"),
    [
        ("take it with a glass", "take it witha glass", "take it with a glass"),
        ("A train leaves at noon", "Atrain leaves at noon", "A train leaves at noon"),
        ("8. A triangle has angles", "8.A triangle has angles", "8. A triangle has angles"),
        ("Hand in by Friday noon", "Handinby Friday noon", "Hand in by Friday noon"),
        ("11:15 11:19 11:21", "11:15 11:19 11:21", "11:15 11:19 11:21"),
        ("Invoice FB 2047 is due", "Invoice FB 2047 is due", "Invoice FB 2047 is due"),
        ("illicit filling will fill", "illicit filling will fill", "illicit filling will fill"),
        ("warmed to 50 °C for an hour", "warmed to 50°C for an hour", "warmed to 50 °C for an hour"),
        ("from 4.0 - 5.6 % of all", "from 4.0-5.6% of all", "from 4.0 - 5.6 % of all"),
        ("order RB-2041 of May 12/05", "order RB-2041 of May 12/05", "order RB-2041 of May 12/05"),
        ("valid from 2 Apr 2027 on", "valid from 2Apr2027 on", "valid from 2 Apr 2027 on"),
        ("Stop at Line 5 in the 2nd row", "Stop at Line5 in the 2nd row", "Stop at Line 5 in the 2nd row"),
    ],
)
def test_spaces_that_were_not_seen_are_found(printed: str, read: str, mended: str) -> None:
    """A gap as wide as the line's spaces parts two words; letters and figures set apart do not."""
    page = written([printed])
    (whole,) = on_page(page, [printed])
    rest = list(whole)
    line: list[ReadWord] = []
    for word in read.split():
        taken, count = [], 0
        while count < len(word):
            taken.append(rest.pop(0))
            count += len(taken[-1].word.text)
        left, last = taken[0].word.left, taken[-1].word
        line.append(
            ReadWord(Word(word, left, last.top, last.left + last.width - left, last.height, 0.95), 1 if line else 0)
        )
    assert texts_of(with_spaces(grey(page), [tuple(line)])) == [mended]


def test_sums_keep_their_spaces() -> None:
    """Figures and signs of a sum that were read as one word stand apart again."""
    page = written(["a) 18 + 27 ="])
    (whole,) = on_page(page, ["a) 18 + 27 ="])
    last = whole[-1].word
    width = last.left + last.width - whole[0].word.left
    line = (ReadWord(Word("a)18+27=", whole[0].word.left, last.top, width, whole[1].word.height, 0.8), 0),)
    assert texts_of(with_spaces(grey(page), [line])) == ["a) 18 + 27 ="]


@pytest.mark.parametrize("path", [LATIN, MONO], ids=["proportional", "typewriter"])
def test_figures_are_not_cut_and_cut_ones_are_joined(path: str) -> None:
    """A typewriter sets all letters apart; what was read in two, without a space in the ink, is one."""
    text = "Item 4 RB-2041 costs $12.80 net"
    page = written([text], path=path)
    (line,) = on_page(page, [text])
    assert texts_of(with_spaces(grey(page), [line])) == [text]
    amount = line[4].word
    middle = amount.left + amount.width * 2 // 3
    halves = (
        ReadWord(Word("$12.", amount.left, amount.top, middle - amount.left, amount.height, 0.9), 1),
        ReadWord(Word("80", middle, amount.top, amount.left + amount.width - middle, amount.height, 0.9), 1),
    )
    assert texts_of(with_spaces(grey(page), [(*line[:4], *halves, *line[5:])])) == [text]


# ----------------------------------------------------------------------------------------------------------- figures


@pytest.mark.parametrize(
    ("printed", "read"),
    [("4.0", "40"), ("1,250", "1250"), ("$64.50", "$6450"), ("7×8", "7x8"), ("3.75%", "375%"), ("2040", "2040"),
     ("3x4", "3x4")],
)  # fmt: skip
def test_points_that_were_not_seen_are_found(printed: str, read: str) -> None:
    """A point, a comma or a sign between figures is told by its ink; where there is none, none is put."""
    page = written([printed])
    ((whole,),) = on_page(page, [printed])
    word = Word(read, whole.word.left - 2, whole.word.top - 2, whole.word.width + 4, whole.word.height + 4, 0.6)
    assert texts_of(with_figures_mended(grey(page), [(ReadWord(word, 0),)])) == [printed]


def test_a_speck_between_figures_is_no_point() -> None:
    """It stands where there is no room for one: 245 stays 245."""
    page = written(["245"])
    ((whole,),) = on_page(page, ["245"])
    word = whole.word
    foot = word.top + word.height - 5
    pen = ImageDraw.Draw(page)
    pen.rectangle((word.left + word.width // 3 - 1, foot + 2, word.left + word.width // 3 + 1, foot + 4), fill="black")
    box = Word("245", word.left - 2, word.top - 2, word.width + 4, word.height + 4, 0.6)
    assert texts_of(with_figures_mended(grey(page), [(ReadWord(box, 0),)])) == ["245"]


# ------------------------------------------------------------------------------------------------------------ blanks


def blank_line(text: str, path: str = CHINESE) -> tuple[Image.Image, ReadLine]:
    """A line with a blank of underscores, drawn, and what Tesseract reads of it: all but the blank."""
    page = written([text], path=path)
    made = font(32, path)
    line: list[ReadWord] = []
    for word in re.finditer(r"[^ _]+", text):
        begin = 40 + round(made.getlength(text[: word.start()]))
        line.append(ReadWord(Word(word[0], begin, 48, round(made.getlength(word[0])), 30, 0.95), int(bool(line))))
    return page, tuple(line)


@pytest.mark.parametrize("text", ["The opposite of heavy is _______ of course", "一千克等于 _______ 克"])
def test_blanks_are_given_as_underscores(text: str) -> None:
    """The blank stands in its place, about as long as it was printed."""
    page, line = blank_line(text)
    (filled,) = texts_of(with_blanks(grey(page), [line]))
    assert re.sub(" *_+ *", " _ ", filled) == re.sub(" *_+ *", " _ ", text)
    assert 5 <= filled.count("_") <= 10


def test_underlines_and_borders_are_no_blanks() -> None:
    """A rule under something written, and the border of a table, leave the line as it is."""
    page = written(["Total due today"])
    lines = on_page(page, ["Total due today"])
    pen = ImageDraw.Draw(page)
    pen.line((40, 84, 300, 84), fill=0, width=2)
    pen.line((30, 100, 900, 100), fill=0, width=2)
    assert with_blanks(grey(page), lines) == lines


def test_a_pale_table_has_no_blanks() -> None:
    """The rules between the rows of a photographed table, ink only in places, are no places to fill in."""
    page = sheet(1000, 200)
    pen = ImageDraw.Draw(page)
    for left, text in ((60, "Adult"), (360, "成人"), (700, "70 yuan")):
        pen.text((left, 60), text, font=font(32, CHINESE), fill=20)
    pen.line((40, 112, 960, 112), fill=190, width=2)
    for begin in (180, 450, 880):
        pen.line((begin, 112, begin + 70, 112), fill=120, width=2)  # darker where the light was better
    lines = [
        tuple(
            ReadWord(Word(text, left, 66, width, 34, 0.9), 9 if left > 60 else 0)
            for text, left, width in (("Adult", 60, 82), ("成人", 360, 64), ("70 yuan", 700, 120))
        )
    ]
    assert texts_of(with_blanks(grey(page), lines)) == texts_of(lines)


# ----------------------------------------------------------------------------------------------------------- bullets


@pytest.mark.parametrize(
    ("sign", "read", "mended"), [("•", "¢", "•"), ("•", "*", "•"), ("-", "=", "-"), ("–", "~", "-")]
)
def test_bullets_are_told_by_their_shape(sign: str, read: str, mended: str) -> None:
    """A disc is a bullet and a short stroke a dash, whatever letter Tesseract takes them for."""
    page = written([f"{sign} 575 g leek"])
    (line,) = on_page(page, [f"{sign} 575 g leek"])
    misread = (ReadWord(Word(read, *_box(line[0])), 0), *line[1:])
    assert texts_of(with_bullets(grey(page), [misread])) == [f"{mended} 575 g leek"]


@pytest.mark.parametrize(("sign", "read"), [("·", "-"), ("·", ":"), ("•", "*"), ("-", "-")])
def test_dots_between_the_parts_of_a_line_are_told_by_their_shape(sign: str, read: str) -> None:
    """A disc half way up is a dot or a bullet, a stroke stays a dash."""
    text = f"Elm Avenue {sign} Phone"
    page = written([text])
    (line,) = on_page(page, [text])
    misread = (*line[:2], ReadWord(Word(read, *_box(line[2])), 1), line[3])
    assert texts_of(with_bullets(grey(page), [misread])) == [text]


@pytest.mark.parametrize("text", ["e mail us today", "O what a day", "© 2026 the town"])
def test_letters_stay_letters(text: str) -> None:
    """What looks like a letter is one."""
    page = written([text])
    lines = on_page(page, [text])
    assert with_bullets(grey(page), lines) == lines


def _box(read: ReadWord) -> tuple[int, int, int, int, float]:
    word = read.word
    return word.left, word.top, word.width, word.height, word.confidence


# ------------------------------------------------------------------------------------------------- frames and ghosts


def test_frames_around_fields_go_and_letters_stay() -> None:
    """The sides of a box are taken out with its rules; l and I inside, as high as they are, are not."""
    page = sheet(900, 200)
    pen = ImageDraw.Draw(page)
    pen.text((60, 60), "Ill will", font=font(34), fill=20)
    bare = grey(page).copy()
    pen.rectangle((40, 48, 700, 112), outline=90, width=3)
    ruled = grey(page)
    cleaned = without_frame_sides(ruled, without_rules(ruled))
    assert np.array_equal(cleaned < 160, bare < 160)
    assert without_frame_sides(bare, bare) is bare


def test_signs_read_into_white_paper_are_taken_out() -> None:
    """A bar where nothing is printed goes, one that is printed stays, and so do letters."""
    page = written(["Due | December"])
    (line,) = on_page(page, ["Due | December"])
    ghost = ReadWord(Word("—", 700, 40, 30, 30, 0.8), 1)
    assert texts_of(without_ghosts(grey(page), [(*line, ghost)])) == ["Due | December"]
    assert without_ghosts(grey(page), [(ghost,)]) == []


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Name: | Ruth |", "Name: Ruth"),
        ("Number: [YX 119", "Number: YX 119"),
        ("Kind: [x] adult [ ] child", "Kind: [x] adult [ ] child"),
        ("Home | About | Help", "Home | About | Help"),
    ],
)
def test_sides_of_frames_are_no_text(read: str, meant: str) -> None:
    """Bars around a value go where they would stand for a frame; separators and boxes to tick stay."""
    page = written([read])
    lines = [tuple(ReadWord(Word(text, 40, 40, 800, 40, 0.9), 1) for text in read.split())]
    assert texts_of(without_ghosts(grey(page), lines)) == [meant]


def test_the_foot_of_a_frame_is_no_blank() -> None:
    """An empty box beside a label is not given as underscores; a rule without sides is."""
    page = written(["Signature:"])
    lines = on_page(page, ["Signature:"])
    ImageDraw.Draw(page).line((260, 78, 600, 78), fill=0, width=2)
    (line,) = texts_of(with_blanks(grey(page), lines))
    assert line.startswith("Signature: ____")
    ImageDraw.Draw(page).rectangle((260, 30, 600, 78), outline=0, width=2)
    assert with_blanks(grey(page), lines) == lines


def cells(texts: list[str]) -> Image.Image:
    """A row of cells, 250 pixels apart."""
    page = sheet(900, 120)
    for place, text in enumerate(texts):
        ImageDraw.Draw(page).text((40 + 250 * place, 40), text, font=font(32), fill=0)
    return page


def cells_line(texts: list[str]) -> list[ReadLine]:
    """The row of `cells` as it was read; empty ones were missed."""
    return [
        tuple(
            ReadWord(Word(text, 40 + 250 * place, 44, round(font(32).getlength(text)), 30, 0.95), 9 if place else 0)
            for place, text in enumerate(texts)
            if text
        )
    ]


def test_a_character_beside_a_blank_keeps_its_side() -> None:
    """Tesseract gives the white of a blank to the character before or behind it."""
    page = sheet(900, 120)
    pen = ImageDraw.Draw(page)
    made = font(32, CHINESE)
    pen.text((40, 40), "有", font=made, fill=0)
    pen.line((76, 84, 260, 84), fill=0, width=2)
    pen.text((268, 40), "条边", font=made, fill=0)
    sure = ((("有", 40, 32), ("条", 74, 226), ("边", 300, 32)), (("有", 40, 222), ("条", 268, 32), ("边", 300, 32)))
    for boxes in sure:
        line = tuple(ReadWord(Word(text, left, 46, width, 34, 0.9), 0) for text, left, width in boxes)
        ((first, blank, second, third),) = with_blanks(grey(page), [line])
        assert (first.word.text, second.word.text, third.word.text) == ("有", "条", "边")
        assert set(blank.word.text) == {"_"}


def test_dashed_rules_go_and_leaders_stay() -> None:
    """Dashes between the rows of a table are taken out; the dots before a value are not."""
    page = written(["Total", "Sum ........................ 4.20"])
    bare = grey(page).copy()
    pen = ImageDraw.Draw(page)
    for left in range(40, 700, 12):
        pen.line((left, 90, left + 6, 90), fill=60, width=2)
    assert np.array_equal(without_rules(grey(page)) < 160, bare < 160)


def test_quotation_marks_read_into_white_are_taken_out() -> None:
    """Those that are printed stay."""
    page = written(["时间 19:47"], path=CHINESE)
    (line,) = on_page(page, ["时间 ”19:47"])
    assert texts_of(without_ghosts(grey(page), [line])) == ["时间 19:47"]
    page = written(["他 “19:47"], path=CHINESE)
    (line,) = on_page(page, ["他 “19:47"])
    assert texts_of(without_ghosts(grey(page), [line])) == ["他 “19:47"]


def test_a_bar_behind_figures_is_a_one_where_the_ink_shows_one() -> None:
    """As high as the figures; a bracket that is printed stays, and one that is not there is left to others."""
    for printed, read, meant in (("11 月", "1] 月", "11 月"), ("1] 月", "1] 月", "1] 月"), ("1 月", "1] 月", "1] 月")):
        page = written([printed], path=CHINESE)
        assert texts_of(with_ones_mended(grey(page), on_page(page, [read]))) == [meant]
