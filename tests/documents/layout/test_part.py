"""When a part of a page is read again, and in which language."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from documents.layout.part import read_part
from documents.picture import Grey
from documents.read_words import ReadLine
from tests.documents.pages import CHINESE, font, written
from tests.documents.scripted_reader import Script, on_page, texts_of


def read(page: Image.Image, script: Script, languages: Sequence[str] = ("auto",)) -> list[str]:
    grey: Grey = np.asarray(page)
    return texts_of(read_part(grey, grey, languages, script))


def test_sure_english_is_read_once() -> None:
    """A clean English page costs one run of Tesseract."""
    page = written(["Harbour office"])
    script = Script(eng=on_page(page, ["Harbour office"]))
    assert read(page, script) == ["Harbour office"]
    assert script.asked == [("eng", False)]


def test_unsure_lines_alone_are_read_in_chinese() -> None:
    """The second reading sees only the rows that the first did not understand, cut out."""
    page = written(["Harbour office", "Open daily", "Closed today", "停水通知"], size=52, path=CHINESE)
    english = ["Harbour office", "Open daily", "Closed today", "KA"]
    riddle = on_page(page, english, [0.95, 0.95, 0.95, 0.2])
    script = Script(eng=riddle, chi_sim=on_page(page, [*english[:3], "停水通知"])[3:])
    assert read(page, script) == [*english[:3], "停水通知"]
    assert script.asked == [("eng", False), ("chi_sim", False)]
    assert script.parts[1].shape[0] < 160


def test_a_page_with_many_unsure_lines_is_read_in_chinese_throughout() -> None:
    """English sees sure words in a few Chinese characters; on a Chinese page they do not stand."""
    page = written(["停水通知", "外。", "请储水。"], size=52, path=CHINESE)
    english = on_page(page, ["KA", "The", "SRE"], [0.2, 0.8, 0.3])
    script = Script(eng=english, chi_sim=on_page(page, ["停水通知", "外。", "请储水。"]))
    assert read(page, script) == ["停水通知", "外。", "请储水。"]


def test_chinese_that_is_none_is_not_taken() -> None:
    """A second reading without Chinese characters does not replace English, however sure it is."""
    page = written(["Harb0ur"])
    script = Script(eng=on_page(page, ["Harb0ur"], [0.6]), chi_sim=on_page(page, ["Harbonr"]))
    assert read(page, script) == ["Harb0ur"]


def test_named_languages_are_read_together() -> None:
    """With languages named there is one run, in their order, and no guessing."""
    page = written(["停水"], path=CHINESE)
    script = Script(**{"chi_sim+eng": on_page(page, ["停水"], [0.3])})
    assert read(page, script, ("chi_sim", "eng")) == ["停水"]
    assert script.asked == [("chi_sim+eng", True)]


def test_rows_that_were_left_out_are_read_again() -> None:
    """Ink that no word was read from is cut out and read once more, and comes in its place."""
    texts = ["Stop Bus A", "Harbour 7:10", "Hospital 7:22"]
    page = written(texts)
    lines = on_page(page, texts)

    class Forgetful(Script):
        def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
            found = super().__call__(part, languages, light_on_dark=light_on_dark)
            self._answers["eng"] = lines[1:2]
            return found

    assert read(page, Forgetful(eng=[lines[0], lines[2]])) == texts


def test_a_picture_is_not_read_twice() -> None:
    """A part with more ink than print has costs no second run."""
    page = Image.new("L", (600, 600), 255)
    ImageDraw.Draw(page).ellipse((20, 20, 580, 580), fill=30)
    script = Script(eng=on_page(page, ["oe"], [0.1]))
    assert read(page, script) == ["oe"]
    assert script.asked == [("eng", False)]


def test_blanks_come_with_their_line() -> None:
    """A rule on the foot of a line is a blank; the rule is looked for in the picture that still has it."""
    page = written(["The plural of mouse is"])
    pen = ImageDraw.Draw(page)
    end = 40 + round(font(32).getlength("The plural of mouse is "))
    pen.line((end, 72, end + 160, 72), fill=0, width=2)
    bare = written(["The plural of mouse is"])
    script = Script(eng=on_page(bare, ["The plural of mouse is"]))
    lines = read_part(np.asarray(bare), np.asarray(page), ("auto",), script)
    assert texts_of(lines) == ["The plural of mouse is ________"] or texts_of(lines)[0].count("_") in range(6, 12)
